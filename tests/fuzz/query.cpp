// Queries: percent-decoding, the search for a value and whole numbers, against plain references.

#include "firmware/app/api/query.hpp"

#include <optional>

#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

using Text = std::optional<std::string>;

Text text_of(std::optional<std::string_view> view) { return view ? Text(*view) : Text(); }
std::string shown(const Text& text) { return text ? "\"" + fuzz::shown(*text) + "\"" : "nothing"; }

int hex_value(char c) {
    const auto at =
        std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// RFC 3986 §2.1
Text decoded(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            out += text[at];
            continue;
        }
        if (at + 2 >= text.size()) return {};
        const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
        if (high < 0 || low < 0) return {};
        out += static_cast<char>(high * 16 + low);
        at += 2;
    }
    return out;
}

std::string encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        char escape[4];
        std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += escape;
    }
    return out;
}

Text decode(std::string_view text, std::size_t room) {
    std::vector<char> memory(room);
    return text_of(app::percent_decode(Alone(text).view(), memory));
}

void judge_decoding(std::string_view input) {
    const auto wanted = decoded(input);
    require(decode(input, input.size()) == wanted, "it decodes as the reference says",
            fuzz::shown(input) + " " + shown(decode(input, input.size())));
    if (wanted && !wanted->empty()) {
        require(decode(input, wanted->size()) == wanted, "exactly enough memory is enough");
        require(!decode(input, wanted->size() - 1), "one byte too little is told");
    }
    require(decode(encoded(input), input.size()) == Text(input), "what was encoded comes back");
}

/// WHATWG's form parsing without the decoding: pairs at `&`, a name up to `=`, the first one counts.
Text value_of(std::string_view query, std::string_view name) {
    const std::string rest = std::string(query) + "&";
    std::string pair;
    for (const char c : rest) {
        if (c != '&') {
            pair += c;
            continue;
        }
        const auto equals = pair.find('=');
        // An empty query has no pair; an empty pair between two `&` has an empty name.
        if (!query.empty() && pair.substr(0, equals) == name)
            return equals == std::string::npos ? "" : pair.substr(equals + 1);
        pair.clear();
    }
    return {};
}

void judge_query(std::string_view input) {
    const auto end = input.find('\n');
    const auto name = input.substr(0, end);
    const auto query = end == std::string_view::npos ? input : input.substr(end + 1);
    for (const auto wanted : {name, std::string_view("since"), std::string_view("series")}) {
        // A name with these characters could never be found, and an empty one is never asked for.
        if (wanted.empty() || wanted.find_first_of("&=") != std::string_view::npos) continue;
        const auto found = text_of(app::query_value(query, wanted));
        require(found == value_of(query, wanted), "the value of a name is what the reference finds",
                fuzz::shown(input) + " " + shown(found));
    }
}

void judge_number(std::string_view input) {
    bool digits = !input.empty(), fits = true;
    std::uint64_t sum = 0;
    for (const char c : input) {
        digits = digits && c >= '0' && c <= '9';
        if (!digits) break;
        const auto digit = static_cast<std::uint64_t>(c - '0');
        fits = fits && sum <= (UINT64_MAX - digit) / 10;
        sum = sum * 10 + digit;
    }
    const auto number = app::whole_number(input);
    require(number == (digits && fits ? std::optional(sum) : std::nullopt),
            "digits alone are a number, and none wraps", fuzz::shown(input));
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    boardwalk::fuzz::judge_decoding(input);
    boardwalk::fuzz::judge_query(input);
    boardwalk::fuzz::judge_number(input);
    return 0;
}
