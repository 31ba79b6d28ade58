#include "firmware/app/api/page/page.hpp"

#include "firmware/app/api/gate/negotiation.hpp"

namespace boardwalk::app {

namespace {

constexpr std::string_view front =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<meta name=\"color-scheme\" content=\"light dark\">"
    "<style>body{font:1rem/1.5 sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem}</style><title>";

void escape(TextWriter& out, std::string_view text) {
    for (const char c : text) {
        switch (c) {
            case '&': out.append("&amp;"); break;
            case '<': out.append("&lt;"); break;
            case '>': out.append("&gt;"); break;
            case '"': out.append("&quot;"); break;
            case '\'': out.append("&#39;"); break;
            default: out.append(c);
        }
    }
}

void enclose(TextWriter& out, std::string_view begin, std::string_view text, std::string_view end) {
    out.append(begin);
    escape(out, text);
    out.append(end);
}

void write(TextWriter& out, const Words& words) {
    switch (words.markup) {
        case Markup::text: return escape(out, words.text);
        case Markup::code: return enclose(out, "<code>", words.text, "</code>");
        case Markup::home: return enclose(out, "<a href=\"/\">", words.text, "</a>");
    }
}

}  // namespace

bool answer_page(const Exchange& exchange, std::uint16_t status, std::string_view title,
                 std::initializer_list<Words> paragraph) {
    if (!prefers_html(exchange.request.accept())) return false;
    auto& out = exchange.response.text;
    out.truncate(0);
    enclose(out, front, title, "</title><h1>");
    enclose(out, "", title, "</h1><p>");
    for (const auto& words : paragraph)
        write(out, words);
    if (out.overflowed()) {
        out.truncate(0);
        return false;
    }
    exchange.response.status = status;
    exchange.response.content_type = "text/html; charset=utf-8";
    return true;
}

}  // namespace boardwalk::app
