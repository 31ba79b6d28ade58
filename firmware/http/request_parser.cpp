#include "firmware/http/request_parser.hpp"

#include <array>
#include <charconv>
#include <cstring>

#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

constexpr std::array<std::string_view, 7> method_names = {"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};

Method method_of(std::string_view name) {
    for (std::size_t i = 0; i < method_names.size(); ++i) {
        if (name == method_names[i]) return static_cast<Method>(i);
    }
    return Method::other;
}

/// The next line without its CR LF; the scanner has made sure that it is there.
std::string_view take_line(std::string_view& rest) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return line;
}

ParseError parse_version(std::string_view version, Request& request) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.starts_with("HTTP/") || !digit(version[5]) || version[6] != '.' ||
        !digit(version[7])) {
        return ParseError::bad_version;
    }
    if (version[5] != '1') return ParseError::version_not_supported;
    request.minor_version = version[7] == '0' ? 0 : 1;
    request.keep_alive = request.minor_version == 1;
    return ParseError::none;
}

/// RFC 9112 §3.2: origin-form, absolute-form, or `*` for OPTIONS. The authority of an absolute-form stands
/// above the Host field (§3.2.2).
ParseError parse_target(std::string_view target, Request& request, std::string_view& authority) {
    request.target = target;
    if (target == "*") {
        request.target_is_asterisk = true;
        return request.method == Method::options ? ParseError::none : ParseError::bad_target;
    }
    if (!is_target(target)) return ParseError::bad_target;
    constexpr std::string_view scheme = "http://";
    if (target.size() > scheme.size() && equals_ignoring_case(target.substr(0, scheme.size()), scheme)) {
        target.remove_prefix(scheme.size());
        const auto slash = std::min(target.find_first_of("/?"), target.size());
        authority = target.substr(0, slash);
        target.remove_prefix(slash);
        if (authority.empty() || !is_host(authority)) return ParseError::bad_host;
        if (target.empty()) target = "/";
        if (target.front() == '?') {
            request.path = "/";
            request.query = target.substr(1);
            return ParseError::none;
        }
    }
    if (target.front() != '/') return ParseError::bad_target;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    request.query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
    return ParseError::none;
}

ParseError parse_request_line(std::string_view line, Request& request, std::string_view& authority) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return ParseError::bad_request_line;
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    if (!is_token(method) || target.empty() || target.find(' ') != std::string_view::npos) {
        return ParseError::bad_request_line;
    }
    if (const auto error = parse_version(line.substr(last + 1), request); error != ParseError::none)
        return error;
    request.method = method_of(method);
    if (request.method == Method::other) return ParseError::method_not_implemented;
    if (target.size() > limits::target_bytes_max) return ParseError::target_too_long;
    return parse_target(target, request, authority);
}

/// What must be seen across field lines before it can be judged.
struct FieldFacts {
    bool host = false;
    bool connection_upgrade = false;
    bool upgrade_websocket = false;
};

ParseError parse_content_length(std::string_view value, Request& request) {
    if (request.framing != Framing::none) return ParseError::conflicting_framing;
    if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
        return ParseError::bad_content_length;
    }
    const auto result = std::from_chars(value.data(), value.data() + value.size(), request.content_length);
    if (result.ec != std::errc{}) return ParseError::body_too_large;
    request.framing = Framing::length;
    return ParseError::none;
}

ParseError parse_transfer_encoding(std::string_view value, Request& request) {
    // RFC 9112 §6.1: in an HTTP/1.0 message, or beside a length, the framing is faulty.
    if (request.framing != Framing::none || request.minor_version == 0)
        return ParseError::conflicting_framing;
    if (!equals_ignoring_case(value, "chunked")) return ParseError::transfer_coding_not_implemented;
    request.framing = Framing::chunked;
    return ParseError::none;
}

void parse_connection(std::string_view value, Request& request, FieldFacts& facts) {
    for (auto option = next_element(value); !option.empty(); option = next_element(value)) {
        if (equals_ignoring_case(option, "close")) request.keep_alive = false;
        if (equals_ignoring_case(option, "upgrade")) facts.connection_upgrade = true;
        if (equals_ignoring_case(option, "keep-alive") && request.minor_version == 0)
            request.keep_alive = true;
    }
}

/// Fields whose value is only looked at by others, later.
std::string_view* plain_field(std::string_view name, Request& request) {
    struct Row {
        std::string_view name;
        std::string_view Request::*field;
    };
    static constexpr std::array<Row, 12> fields = {{
        {"origin", &Request::origin},
        {"if-match", &Request::if_match},
        {"if-none-match", &Request::if_none_match},
        {"accept-encoding", &Request::accept_encoding},
        {"content-type", &Request::content_type},
        {"content-encoding", &Request::content_encoding},
        {"content-digest", &Request::content_digest},
        {"range", &Request::range},
        {"if-range", &Request::if_range},
        {"sec-websocket-key", &Request::websocket_key},
        {"sec-websocket-version", &Request::websocket_version},
        {"sec-websocket-protocol", &Request::websocket_protocol},
    }};
    for (const auto& row : fields) {
        if (equals_ignoring_case(name, row.name)) return &(request.*row.field);
    }
    return nullptr;
}

ParseError parse_field(std::string_view line, Request& request, FieldFacts& facts) {
    if (line.front() == ' ' || line.front() == '\t') return ParseError::folded_field;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return ParseError::bad_field;
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    if (!is_token(name) || !is_field_value(value)) return ParseError::bad_field;

    if (equals_ignoring_case(name, "host")) {
        if (facts.host) return ParseError::missing_host;
        if (value.empty() || !is_host(value)) return ParseError::bad_host;
        facts.host = true;
        request.host = value;
    } else if (equals_ignoring_case(name, "content-length")) {
        return parse_content_length(value, request);
    } else if (equals_ignoring_case(name, "transfer-encoding")) {
        return parse_transfer_encoding(value, request);
    } else if (equals_ignoring_case(name, "connection")) {
        parse_connection(value, request, facts);
    } else if (equals_ignoring_case(name, "upgrade")) {
        if (list_has(value, "websocket")) facts.upgrade_websocket = true;
    } else if (equals_ignoring_case(name, "expect")) {
        // RFC 9110 §10.1.1: a 1.0 client's expectation is ignored.
        if (!equals_ignoring_case(value, "100-continue")) return ParseError::expectation_failed;
        request.expect_continue = request.minor_version == 1;
    } else if (auto* field = plain_field(name, request)) {
        // One that is not a list may come once only (RFC 9110 §5.3).
        const bool list = field == &request.accept_encoding || field == &request.if_match ||
                          field == &request.if_none_match || field == &request.websocket_protocol;
        if (!list && !field->empty()) return ParseError::bad_field;
        *field = value;
        if (field == &request.accept_encoding) request.has_accept_encoding = true;
    }
    return ParseError::none;
}

}  // namespace

std::string_view to_string(Method method) {
    const auto index = static_cast<std::size_t>(method);
    return index < method_names.size() ? method_names[index] : std::string_view("?");
}

std::size_t HeadScanner::scan(std::string_view input, ParseError& error) {
    error = ParseError::none;
    // A method starts with a token character; a TLS hello or noise does not, and is told so at its first
    // byte.
    if (scanned_ == 0 && !input.empty() && !is_token_character(input[0]) && input[0] != '\r' &&
        input[0] != '\n') {
        error = ParseError::bad_request_line;
        return 0;
    }
    while (scanned_ < input.size()) {
        const auto* found =
            static_cast<const char*>(std::memchr(input.data() + scanned_, '\n', input.size() - scanned_));
        if (found == nullptr) {
            scanned_ = static_cast<std::uint16_t>(input.size());
            break;
        }
        const auto at = static_cast<std::size_t>(found - input.data());
        if (at == 0 || input[at - 1] != '\r') {
            error = ParseError::bad_line_ending;
            return 0;
        }
        scanned_ = static_cast<std::uint16_t>(at + 1);
        const bool empty_line = at == static_cast<std::size_t>(line_begin_) + 1;
        const bool before_request_line =
            at == 1 ||
            (empty_line && input.substr(0, at + 1).find_first_not_of("\r\n") == std::string_view::npos);
        line_begin_ = scanned_;
        if (empty_line && !before_request_line) {
            if (scanned_ > limits::head_bytes_max) break;
            return scanned_;
        }
    }
    if (scanned_ >= limits::head_bytes_max) {
        const bool first_line = input.substr(0, limits::head_bytes_max).find('\n') == std::string_view::npos;
        error = first_line ? ParseError::target_too_long : ParseError::head_too_large;
    }
    return 0;
}

ParseError parse_head(std::string_view head, Request& request) {
    while (head.starts_with("\r\n"))
        head.remove_prefix(2);
    std::string_view authority;
    auto error = parse_request_line(take_line(head), request, authority);
    FieldFacts facts;
    std::size_t field_count = 0;
    while (error == ParseError::none && !head.empty()) {
        const auto line = take_line(head);
        if (line.empty()) break;
        if (++field_count > limits::fields_max) return ParseError::too_many_fields;
        error = parse_field(line, request, facts);
    }
    if (error != ParseError::none) return error;
    if (!facts.host && request.minor_version == 1) return ParseError::missing_host;
    if (!authority.empty()) request.host = authority;
    request.upgrade_websocket = facts.connection_upgrade && facts.upgrade_websocket;
    return ParseError::none;
}

}  // namespace boardwalk::http
