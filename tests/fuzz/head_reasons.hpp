#pragma once

#include <arpa/inet.h>
#include <http_parser.h>

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "firmware/http/parse_error.hpp"
#include "firmware/limits.hpp"

/// Where our parser of request heads and the independent one may differ: a table. Each row says why, how to
/// tell from the bytes alone that the reason is there, and gives an example; head_reasons_test.cpp checks
/// every row by its example.
namespace boardwalk::fuzz {

/// A head taken apart in the plainest way, to look for a reason.
struct RawHead {
    std::string method, target, version;
    std::vector<std::string> words;   ///< the words of the request line
    std::vector<std::string> fields;  ///< whole lines, without their end

    explicit RawHead(std::string_view head) {
        while (head.starts_with('\r') || head.starts_with('\n'))
            head.remove_prefix(1);
        std::vector<std::string> lines;
        for (std::string_view rest = head; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            std::string line(rest.substr(0, end));
            if (line.ends_with('\r')) line.pop_back();
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (line.empty()) break;
            lines.push_back(line);
        }
        if (lines.empty()) return;
        for (std::string_view rest = lines[0];;) {
            const auto end = std::min(rest.find(' '), rest.size());
            words.emplace_back(rest.substr(0, end));
            if (end == rest.size()) break;
            rest.remove_prefix(end + 1);
        }
        method = words.front();
        if (words.size() == 3) {
            target = words[1];
            version = words[2];
        }
        fields.assign(lines.begin() + 1, lines.end());
    }

    static std::string lower(std::string text) {
        std::ranges::transform(text, text.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        return text;
    }
    [[nodiscard]] static std::string name(const std::string& line) {
        return lower(line.substr(0, std::min(line.find(':'), line.size())));
    }
    [[nodiscard]] static std::string value(const std::string& line) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) return {};
        const auto first = line.find_first_not_of(" \t", colon + 1);
        return first == std::string::npos ? "" : line.substr(first, line.find_last_not_of(" \t") + 1 - first);
    }
    [[nodiscard]] std::vector<std::string> values(std::string_view wanted) const {
        std::vector<std::string> found;
        for (const auto& line : fields) {
            if (name(line) == wanted) found.push_back(value(line));
        }
        return found;
    }
    template <typename Is>
    [[nodiscard]] bool any_field(Is is) const {
        return std::ranges::any_of(fields, is);
    }
};

/// RFC 3986 §3.3, §3.4: what may stand in a path and a query; no fragment (RFC 9112 §3.2).
inline bool is_path_or_query(const std::string& text) {
    static const std::regex whole("([A-Za-z0-9\\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*");
    return std::regex_match(text, whole);
}
/// RFC 3986 §3.2.2 and §3.2.3 with a port that TCP has; of the literals, those that the system's own reader
/// takes for an IPv6 address.
inline bool is_authority(const std::string& text) {
    static const std::regex whole(
        "(\\[([0-9A-Fa-f:.]+)\\]|([A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})+)(:([0-9]*))?");
    std::smatch parts;
    if (!std::regex_match(text, parts, whole)) return false;
    in6_addr address;
    if (parts[2].matched && inet_pton(AF_INET6, parts[2].str().c_str(), &address) != 1) return false;
    auto port = parts[5].str();
    port.erase(0, port.find_first_not_of('0'));
    return port.size() < 5 || (port.size() == 5 && port <= "65535");
}
/// The host and port of an absolute-form target, and what follows.
inline std::pair<std::string, std::string> split_absolute(const std::string& target) {
    const auto end = std::min(target.find_first_of("/?", 7), target.size());
    return {target.substr(7, end - 7), target.substr(end)};
}
/// Elements of all lines of a list, in lower case.
inline std::vector<std::string> elements(const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    for (const auto& line : lines) {
        for (std::size_t at = 0; at <= line.size();) {
            const auto comma = std::min(line.find(',', at), line.size());
            const auto first = line.find_first_not_of(" \t", at);
            if (first < comma) {
                const auto last = line.find_last_not_of(" \t", comma - 1);
                found.push_back(RawHead::lower(line.substr(first, last + 1 - first)));
            }
            at = comma + 1;
        }
    }
    return found;
}

/// A number without the zeros in front.
inline std::string significant(const std::string& digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

using Bytes = std::string_view;
using http::ParseError;

/// We refuse what the other takes.
struct Stricter {
    ParseError error;
    std::string_view why;
    bool (*holds)(Bytes, const RawHead&);
    std::string_view example;
};

constexpr bool is_single(std::string_view name) {
    constexpr std::array<std::string_view, 6> single = {
        "origin", "content-type", "range", "if-range", "sec-websocket-key", "sec-websocket-version"};
    return std::ranges::find(single, name) != single.end();
}

inline constexpr std::array stricter = {
    Stricter{
        ParseError::bad_line_ending,
        "RFC 9112 §2.2 lets a recipient take a bare LF; two readers that differ on it can be smuggled past",
        [](Bytes bytes, const RawHead&) {
            for (std::size_t at = 0; at < bytes.size(); ++at) {
                if (bytes[at] == '\n' && (at == 0 || bytes[at - 1] != '\r')) return true;
            }
            return false;
        },
        "GET / HTTP/1.1\nHost: a\n\n"},
    Stricter{ParseError::bad_request_line,
             "one space between three words (RFC 9112 §3): no HTTP/0.9, no second space",
             [](Bytes, const RawHead& head) {
                 return head.words.size() != 3 || std::ranges::any_of(head.words, &std::string::empty);
             },
             "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::bad_request_line,
             "RFC 9112 §2.2: empty lines may come in front, and a bare CR is none",
             [](Bytes bytes, const RawHead&) {
                 const auto front = bytes.substr(0, bytes.find_first_not_of("\r\n"));
                 for (std::size_t at = 0; at < front.size(); ++at) {
                     if (front[at] == '\r' && (at + 1 == front.size() || front[at + 1] != '\n')) return true;
                 }
                 return false;
             },
             "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::version_not_supported,
             "the major version says how a message is read, and this board reads 1",
             [](Bytes, const RawHead& head) { return !head.version.starts_with("HTTP/1."); },
             "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::bad_version, "RFC 9112 §2.3: HTTP, a slash, a digit, a point, a digit",
             [](Bytes, const RawHead& head) {
                 const auto& v = head.version;
                 const auto digit = [](char c) { return c >= '0' && c <= '9'; };
                 return v.size() != 8 || !v.starts_with("HTTP/") || !digit(v[5]) || v[6] != '.' ||
                        !digit(v[7]);
             },
             "GET / HTT/P1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::method_not_implemented, "seven methods, in capitals",
             [](Bytes, const RawHead& head) {
                 for (const auto* known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
                     if (head.method == known) return false;
                 }
                 return true;
             },
             "PURGE / HTTP/1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::bad_target,
             "RFC 3986 §2 and RFC 9112 §3.2: only what a URI holds, no fragment, a path or http://",
             [](Bytes, const RawHead& head) {
                 if (head.target == "*") return head.method != "OPTIONS";
                 const bool absolute = RawHead::lower(head.target.substr(0, 7)) == "http://";
                 if (!absolute && !head.target.starts_with('/')) return true;
                 return !is_path_or_query(absolute ? split_absolute(head.target).second : head.target);
             },
             "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::misdirected, "RFC 9110 §7.4: no https on a port that is not secured",
             [](Bytes, const RawHead& head) { return RawHead::lower(head.target).starts_with("https://"); },
             "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
    Stricter{ParseError::target_too_long,
             "limits::target_bytes_max",
             [](Bytes bytes, const RawHead& head) {
                 return head.target.size() > limits::target_bytes_max ||
                        bytes.substr(0, limits::head_bytes_max).find('\n') == Bytes::npos;
             },
             {}},
    Stricter{ParseError::head_too_large,
             "limits::head_bytes_max; or CR, LF, CR and no LF, which ends a head for the other one only",
             [](Bytes bytes, const RawHead&) { return bytes.size() >= limits::head_bytes_max; },
             {}},
    Stricter{ParseError::too_many_fields,
             "limits::fields_max",
             [](Bytes, const RawHead& head) { return head.fields.size() > limits::fields_max; },
             {}},
    Stricter{
        ParseError::folded_field, "RFC 9112 §5.2: a server refuses line folding or replaces it; we refuse",
        [](Bytes, const RawHead& head) {
            return head.any_field([](const std::string& line) { return line[0] == ' ' || line[0] == '\t'; });
        },
        "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n"},
    Stricter{ParseError::bad_field, "RFC 9112 §5.1: no space before the colon",
             [](Bytes, const RawHead& head) {
                 return head.any_field([](const std::string& line) {
                     return RawHead::name(line).find_first_of(" \t") != std::string::npos;
                 });
             },
             "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n"},
    Stricter{ParseError::bad_field, "RFC 9112 §2.2: a bare CR ends nothing",
             [](Bytes, const RawHead& head) {
                 return head.any_field(
                     [](const std::string& line) { return line.find('\r') != std::string::npos; });
             },
             "GET / HTTP/1.1\r\nHost: a\r\n\rA: b\r\n\r\n"},
    Stricter{ParseError::bad_field,
             "RFC 9110 §5.5: no control character in a value (it lets one be the first)",
             [](Bytes, const RawHead& head) {
                 return head.any_field([](const std::string& line) {
                     return std::ranges::any_of(
                         line, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
                 });
             },
             "GET / HTTP/1.1\r\nHost: a\r\nA:\x01\r\n\r\n"},
    Stricter{ParseError::repeated_field, "RFC 9110 §5.3: a field that is no list comes once, and has a value",
             [](Bytes, const RawHead& head) {
                 return head.any_field([&](const std::string& line) {
                     return is_single(RawHead::name(line)) &&
                            (head.values(RawHead::name(line)).size() > 1 || RawHead::value(line).empty());
                 });
             },
             "GET / HTTP/1.1\r\nHost: a\r\nOrigin: a\r\nOrigin: b\r\n\r\n"},
    Stricter{ParseError::missing_host, "RFC 9112 §3.2: exactly one Host in HTTP/1.1",
             [](Bytes, const RawHead& head) { return head.values("host").size() != 1; },
             "GET / HTTP/1.1\r\n\r\n"},
    Stricter{ParseError::bad_host, "RFC 9110 §7.2: a Host is a host with an optional port",
             [](Bytes, const RawHead& head) {
                 for (const auto& host : head.values("host")) {
                     if (!is_authority(host)) return true;
                 }
                 return RawHead::lower(head.target).starts_with("http://") &&
                        !is_authority(split_absolute(head.target).first);
             },
             "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"},
    Stricter{ParseError::conflicting_framing, "RFC 9112 §6.1: no Transfer-Encoding in HTTP/1.0",
             [](Bytes, const RawHead& head) {
                 return !head.values("transfer-encoding").empty() && head.version == "HTTP/1.0";
             },
             "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    Stricter{ParseError::bad_transfer_coding, "RFC 9112 §6.1, §6.3: chunked comes last, and once",
             [](Bytes, const RawHead& head) {
                 const auto codings = elements(head.values("transfer-encoding"));
                 if (head.values("transfer-encoding").empty()) return false;
                 return std::ranges::count(codings, "chunked") != 1 || codings.back() != "chunked";
             },
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
             "Transfer-Encoding: chunked\r\n\r\n"},
    Stricter{ParseError::transfer_coding_not_implemented,
             "RFC 9112 §6.1: 501 for a coding that is not implemented",
             [](Bytes, const RawHead& head) {
                 return std::ranges::any_of(elements(head.values("transfer-encoding")),
                                            [](const std::string& coding) { return coding != "chunked"; });
             },
             "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
    Stricter{ParseError::expectation_failed, "RFC 9110 §10.1.1: 417 for any expectation but 100-continue",
             [](Bytes, const RawHead& head) {
                 return std::ranges::any_of(elements(head.values("expect")), [](const std::string& expected) {
                     return expected != "100-continue";
                 });
             },
             "POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n"},
};

/// Inputs that we take and the other parser refuses, each with the reason why this allows no request
/// smuggling.
struct Laxer {
    http_errno error;
    std::string_view why;
    bool (*holds)(Bytes, const RawHead&);
    std::string_view example;
};

inline constexpr std::array laxer = {
    Laxer{
        HPE_INVALID_CONTENT_LENGTH,
        "it stops near 2^64/10 so that its sum cannot wrap; we read all 64 bits, refuse more, and answer 413",
        [](Bytes, const RawHead& head) {
            const auto lengths = head.values("content-length");
            const auto digits = lengths.size() == 1 ? significant(lengths[0]) : "";
            return digits.find_first_not_of("0123456789") == std::string::npos &&
                   (digits.size() == 19 || (digits.size() == 20 && digits <= "18446744073709551615"));
        },
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n"},
};

}  // namespace boardwalk::fuzz
