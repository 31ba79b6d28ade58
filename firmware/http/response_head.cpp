#include "firmware/http/response_head.hpp"

#include <array>
#include <chrono>

#include "firmware/http/grammar.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::http {
namespace {

// The name of each field begins with the end of the line before it: every `append` costs.

void field(TextWriter& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(name);
    out.append(value);
}

/// One that is made while the board runs. Nothing of what a client sends gets here; should it ever, it could
/// not begin a line of its own (RFC 9110 §5.5).
void made_field(TextWriter& out, std::string_view name, std::string_view value) {
    if (!value.empty() && field_value_size(value) == value.size()) field(out, name, value);
}

void field(TextWriter& out, std::string_view name, std::uint64_t value) {
    out.append(name);
    out.append_number(value);
}

void write_status_line(TextWriter& out, std::uint16_t status) {
    if (const auto line = status_line(status); !line.empty()) return out.append(line);
    std::array<char, 13> text = {'H', 'T', 'T', 'P', '/', '1', '.', '1', ' ', '0', '0', '0', ' '};
    text[9] = static_cast<char>('0' + status / 100);
    text[10] = static_cast<char>('0' + status / 10 % 10);
    text[11] = static_cast<char>('0' + status % 10);
    out.append({text.data(), text.size()});
    out.append(reason_phrase(status));
}

void allow_field(TextWriter& out, std::uint16_t allow) {
    if (allow == 0) return;
    out.append("\r\nAllow: ");
    bool first = true;
    for (unsigned i = 0; i < static_cast<unsigned>(Method::other); ++i) {
        if ((allow & (1U << i)) == 0) continue;
        if (!first) out.append(", ");
        out.append(to_string(static_cast<Method>(i)));
        first = false;
    }
}

/// RFC 9110 §14.4
void content_range_field(TextWriter& out, const Response& response, std::uint64_t content_length) {
    if (response.range_total == 0) return;
    out.append("\r\nContent-Range: bytes ");
    if (response.status == 206) {
        out.append_number(response.range_first);
        out.append('-');
        out.append_number(response.range_first + content_length - 1);
    } else {
        out.append('*');
    }
    out.append('/');
    out.append_number(response.range_total);
}

}  // namespace

void write_first_lines(TextWriter& out, const Response& response, const HeadFacts& facts) {
    write_status_line(out, response.status);
    field(out, "\r\nDate: ", facts.date);
    if (!facts.keep_alive) {
        out.append(response.status == 426 ? "\r\nConnection: upgrade, close" : "\r\nConnection: close");
    } else if (facts.minor_version == 0) {
        out.append("\r\nConnection: keep-alive");
    }
}

void write_head(TextWriter& out, const Response& response, const HeadFacts& facts) {
    write_first_lines(out, response, facts);
    write_fields(out, response, facts);
}

void write_fields(TextWriter& out, const Response& response, const HeadFacts& facts) {
    field(out, "\r\nContent-Type: ", response.content_type);
    switch (facts.end) {
        case BodyEnd::length: field(out, "\r\nContent-Length: ", facts.content_length); break;
        case BodyEnd::chunked: out.append("\r\nTransfer-Encoding: chunked"); break;
        case BodyEnd::close:
        case BodyEnd::no_body: break;
    }
    field(out, "\r\nContent-Encoding: ", response.content_encoding);
    field(out, "\r\nCache-Control: ", response.cache_control);
    made_field(out, "\r\nETag: ", response.etag.view());
    made_field(out, "\r\nLocation: ", response.location.view());
    allow_field(out, response.allow);
    content_range_field(out, response, facts.content_length);
    if (response.accept_ranges) out.append("\r\nAccept-Ranges: bytes");
    if (response.retry_after_s != 0) field(out, "\r\nRetry-After: ", response.retry_after_s);
    if (response.vary_accept_encoding) out.append("\r\nVary: Accept-Encoding");
    if (response.status == 401) out.append("\r\nWWW-Authenticate: Bearer");  // RFC 6750 §3
    if (!response.set_cookie.empty()) made_field(out, "\r\nSet-Cookie: ", response.set_cookie);
    if (response.status == 426) out.append("\r\nSec-WebSocket-Version: 13\r\nUpgrade: websocket");
    const bool is_page = response.content_type.starts_with("text/html");
    out.append(is_page ? "\r\nX-Content-Type-Options: nosniff"
                       : "\r\nX-Content-Type-Options: nosniff\r\n\r\n");
    if (is_page) {
        // 'self' takes in ws: and wss: of the same host and port (CSP 3; Safari since 15.4). A page
        // that lies below a proxy's path tells no other site of it.
        out.append(
            "\r\nContent-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
            "'self' "
            "data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\nReferrer-Policy: "
            "no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n\r\n");
    }
}

void write_date(TextWriter& out, std::int64_t unix_time_s) {
    static constexpr std::array<std::string_view, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    using namespace std::chrono;
    const sys_seconds time{seconds(unix_time_s)};
    const auto day = floor<std::chrono::days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    const auto two = [&](std::int64_t number) {
        if (number < 10) out.append('0');
        out.append_number(number);
    };
    out.append(days[weekday{day}.c_encoding()]);
    out.append(", ");
    two(static_cast<unsigned>(date.day()));
    out.append(' ');
    out.append(months[static_cast<unsigned>(date.month()) - 1]);
    out.append(' ');
    out.append_number(static_cast<int>(date.year()));
    out.append(' ');
    two(clock.hours().count());
    out.append(':');
    two(clock.minutes().count());
    out.append(':');
    two(clock.seconds().count());
    out.append(" GMT");
}

}  // namespace boardwalk::http
