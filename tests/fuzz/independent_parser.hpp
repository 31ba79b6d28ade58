#pragma once

#include <http_parser.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Request heads as Debian's http-parser reads them: the parser of early Node.js, written by others.
namespace boardwalk::fuzz {

struct IndependentHead {
    http_errno error = HPE_OK;
    std::size_t head_bytes = 0;  ///< 0 when it is not complete, or refused
    std::string method, target;
    unsigned major = 0, minor = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    bool has_length = false, chunked = false;
    std::uint64_t content_length = 0;

    [[nodiscard]] bool complete() const { return head_bytes > 0; }
    [[nodiscard]] bool refused() const { return error != HPE_OK; }
    /// Values of all lines of that name (in lower case), in order.
    [[nodiscard]] std::vector<std::string> values(std::string_view name) const {
        std::vector<std::string> found;
        for (const auto& [key, value] : fields) {
            std::string lower;
            for (const char c : key)
                lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            if (lower == name) found.push_back(value);
        }
        return found;
    }
};

/// Reads the first head in `input`.
inline IndependentHead read_independently(std::string_view input) {
    struct Reading {
        IndependentHead head;
        bool in_value = false;
    } reading;
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &reading;

    http_parser_settings settings;
    http_parser_settings_init(&settings);
    const auto of = [](http_parser* p) -> Reading& { return *static_cast<Reading*>(p->data); };
    static const auto reading_of = of;
    settings.on_url = [](http_parser* p, const char* at, std::size_t size) {
        reading_of(p).head.target.append(at, size);
        return 0;
    };
    settings.on_header_field = [](http_parser* p, const char* at, std::size_t size) {
        Reading& r = reading_of(p);
        if (r.head.fields.empty() || r.in_value) r.head.fields.emplace_back();
        r.in_value = false;
        r.head.fields.back().first.append(at, size);
        return 0;
    };
    settings.on_header_value = [](http_parser* p, const char* at, std::size_t size) {
        Reading& r = reading_of(p);
        r.in_value = true;
        r.head.fields.back().second.append(at, size);
        return 0;
    };
    settings.on_headers_complete = [](http_parser* p) {
        IndependentHead& head = reading_of(p).head;
        head.method = http_method_str(static_cast<http_method>(p->method));
        head.major = p->http_major;
        head.minor = p->http_minor;
        head.chunked = (p->flags & F_CHUNKED) != 0;
        head.has_length = (p->flags & F_CONTENTLENGTH) != 0;
        if (head.has_length) head.content_length = p->content_length;
        head.head_bytes = 1;
        http_parser_pause(p, 1);
        return 0;
    };
    const std::size_t read = http_parser_execute(&parser, &settings, input.data(), input.size());
    const auto error = HTTP_PARSER_ERRNO(&parser);
    if (error == HPE_PAUSED) {
        reading.head.head_bytes = read + 1;  // it stops in front of the closing LF
    } else {
        reading.head.error = error;
        reading.head.head_bytes = 0;
    }
    return reading.head;
}

/// The requests of a connection that has sent `input`, each as "METHOD target", as far as that parser can
/// tell.
struct IndependentRequests {
    std::vector<std::string> lines;
    bool all = false;  ///< it has read all of the input
};

inline IndependentRequests read_requests_independently(std::string_view input) {
    IndependentRequests requests;
    std::string target;
    struct Reading {
        IndependentRequests& requests;
        std::string& target;
    } reading{requests, target};
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &reading;
    http_parser_settings settings;
    http_parser_settings_init(&settings);
    settings.on_message_begin = [](http_parser* p) {
        static_cast<Reading*>(p->data)->target.clear();
        return 0;
    };
    settings.on_url = [](http_parser* p, const char* at, std::size_t size) {
        static_cast<Reading*>(p->data)->target.append(at, size);
        return 0;
    };
    settings.on_headers_complete = [](http_parser* p) {
        const Reading& r = *static_cast<Reading*>(p->data);
        r.requests.lines.push_back(http_method_str(static_cast<http_method>(p->method)) + (" " + r.target));
        return 0;
    };
    const std::size_t read = http_parser_execute(&parser, &settings, input.data(), input.size());
    requests.all = read == input.size() && HTTP_PARSER_ERRNO(&parser) == HPE_OK && parser.upgrade == 0;
    return requests;
}

}  // namespace boardwalk::fuzz
