#include <algorithm>
#include <array>

#include "firmware/http/authority.hpp"
#include "firmware/http/grammar.hpp"
#include "firmware/http/request_parser.hpp"
#include "firmware/limits.hpp"

/// RFC 9112 §3.
namespace boardwalk::http {
namespace {

constexpr std::array<std::string_view, 7> method_names = {"GET",   "HEAD",   "POST",   "PUT",
                                                          "PATCH", "DELETE", "OPTIONS"};

Method method_of(std::string_view name) {
    const auto* found = std::ranges::find(method_names, name);
    return static_cast<Method>(found - method_names.begin());
}

ParseError parse_version(std::string_view version, Request& request) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.starts_with("HTTP/") || !digit(version[5]) || version[6] != '.' ||
        !digit(version[7])) {
        return ParseError::bad_version;
    }
    if (version[5] != '1') return ParseError::version_not_supported;
    request.minor_version = version[7] == '0' ? 0 : 1;
    return ParseError::none;
}

bool take_scheme(std::string_view& target, std::string_view scheme) {
    if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return false;
    target.remove_prefix(scheme.size());
    return true;
}

/// §3.2: origin-form, absolute-form, or `*` for OPTIONS. The authority of an absolute-form stands above the
/// Host field (§3.2.2).
ParseError parse_target(std::string_view target, Request& request) {
    request.target = target;
    if (target.front() == '/' && plain_path_size(target) == target.size()) {  // what is asked for most
        request.path = target;
        return ParseError::none;
    }
    if (take_scheme(target, "https://")) return ParseError::misdirected;  // RFC 9110 §7.4
    if (take_scheme(target, "http://")) {
        const auto authority = target.substr(0, target.find_first_of("/?"));
        if (!is_authority(authority)) return ParseError::bad_host;
        request.host = authority;
        target.remove_prefix(authority.size());
        if (target.empty())
            target = request.method == Method::options ? "*" : "/";  // §3.2.4, RFC 9110 §4.2.3
    }
    if (target == "*") {
        request.target_is_asterisk = true;
        return request.method == Method::options ? ParseError::none : ParseError::bad_target;
    }
    const auto question = std::min(target.find('?'), target.size());
    auto path = target.substr(0, question);
    if (path.empty() && !request.host.empty()) path = "/";
    if (!path.starts_with('/') || !is_path_or_query(target)) return ParseError::bad_target;
    request.path = path;
    if (question < target.size()) request.query = target.substr(question + 1);
    return ParseError::none;
}

}  // namespace

std::string_view to_string(Method method) {
    const auto index = static_cast<std::size_t>(method);
    return index < method_names.size() ? method_names[index] : std::string_view("?");
}

ParseError parse_request_line(std::string_view line, Request& request) {
    const auto method = line.substr(0, token_size(line));
    line.remove_prefix(method.size());
    if (method.empty() || !line.starts_with(' ')) return ParseError::bad_request_line;
    line.remove_prefix(1);
    const auto target = line.substr(0, line.find(' '));
    if (target.empty() || target.size() == line.size()) return ParseError::bad_request_line;
    line.remove_prefix(target.size() + 1);
    const auto version_error = parse_version(line, request);
    if (version_error != ParseError::none && line.find(' ') != std::string_view::npos)
        return ParseError::bad_request_line;
    request.method = method_of(method);
    if (version_error != ParseError::none) return version_error;
    if (request.method == Method::other) return ParseError::method_not_implemented;
    if (target.size() > limits::target_bytes_max) return ParseError::target_too_long;
    return parse_target(target, request);
}

void parse_first_line(std::string_view input, Request& request) {
    while (input.starts_with("\r\n"))
        input.remove_prefix(2);
    const auto method = input.substr(0, token_size(input));
    if (input.substr(method.size()).starts_with(' ')) request.method = method_of(method);
    const auto end = input.find('\n');  // not of a later line, should this one end without CR
    if (end == std::string_view::npos || end == 0 || input[end - 1] != '\r') return;
    (void)parse_request_line(input.substr(0, end - 1), request);
}

}  // namespace boardwalk::http
