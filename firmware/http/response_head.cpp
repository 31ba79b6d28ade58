#include "firmware/http/response_head.hpp"

#include <array>
#include <chrono>

#include "firmware/http/grammar.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::http {
namespace {

void field(TextWriter& out, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out.append(name);
    out.append(": ");
    out.append(value);
    out.append("\r\n");
}

/// One that is made while the board runs. Nothing of what a client sends gets here; should it ever, it could
/// not begin a line of its own (RFC 9110 §5.5).
void made_field(TextWriter& out, std::string_view name, std::string_view value) {
    if (is_field_value(value)) field(out, name, value);
}

void field(TextWriter& out, std::string_view name, std::uint64_t value) {
    out.append(name);
    out.append(": ");
    out.append_number(value);
    out.append("\r\n");
}

void allow_field(TextWriter& out, std::uint16_t allow) {
    if (allow == 0) return;
    out.append("Allow: ");
    bool first = true;
    for (unsigned i = 0; i < static_cast<unsigned>(Method::other); ++i) {
        if ((allow & (1U << i)) == 0) continue;
        if (!first) out.append(", ");
        out.append(to_string(static_cast<Method>(i)));
        first = false;
    }
    out.append("\r\n");
}

/// RFC 9110 §14.4
void content_range_field(TextWriter& out, const Response& response, std::uint64_t content_length) {
    if (response.range_total == 0) return;
    out.append("Content-Range: bytes ");
    if (response.status == 206) {
        out.append_number(response.range_first);
        out.append('-');
        out.append_number(response.range_first + content_length - 1);
    } else {
        out.append('*');
    }
    out.append('/');
    out.append_number(response.range_total);
    out.append("\r\n");
}

}  // namespace

void write_head(TextWriter& out, const Response& response, const HeadFacts& facts) {
    out.append("HTTP/1.1 ");
    out.append_number(response.status);
    out.append(' ');
    out.append(reason_phrase(response.status));
    out.append("\r\n");
    field(out, "Date", facts.date);
    field(out, "Content-Type", response.content_type);
    switch (facts.end) {
        case BodyEnd::length: field(out, "Content-Length", facts.content_length); break;
        case BodyEnd::chunked: out.append("Transfer-Encoding: chunked\r\n"); break;
        case BodyEnd::close:
        case BodyEnd::no_body: break;
    }
    field(out, "Content-Encoding", response.content_encoding);
    field(out, "Cache-Control", response.cache_control);
    made_field(out, "ETag", response.etag.view());
    made_field(out, "Location", response.location.view());
    allow_field(out, response.allow);
    content_range_field(out, response, facts.content_length);
    if (response.accept_ranges) out.append("Accept-Ranges: bytes\r\n");
    if (response.retry_after_s != 0) field(out, "Retry-After", response.retry_after_s);
    if (response.vary_accept_encoding) out.append("Vary: Accept-Encoding\r\n");
    if (response.status == 426) out.append("Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
    out.append("X-Content-Type-Options: nosniff\r\n");
    if (response.content_type.starts_with("text/html")) {
        out.append(
            "Content-Security-Policy: default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
            "data:; "
            "connect-src 'self' ws: wss:; frame-ancestors 'none'\r\n");
    }
    if (!facts.keep_alive) {
        out.append(response.status == 426 ? "Connection: upgrade, close\r\n" : "Connection: close\r\n");
    } else if (facts.minor_version == 0) {
        out.append("Connection: keep-alive\r\n");
    }
    out.append("\r\n");
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
