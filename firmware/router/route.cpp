#include "firmware/router/route.hpp"

#include <algorithm>

#include "firmware/http/grammar.hpp"

namespace boardwalk::router {
namespace {

/// Takes `%61` off the path when an `a` is wanted: what needs no encoding means the same with it. What has a
/// meaning of its own does not: `%2F` is not a slash (RFC 9110 §4.2.3, RFC 3986 §2.3).
bool take_encoded(std::string_view& path, char wanted) {
    if (path.size() < 3 || path[0] != '%' || !http::is_unreserved(wanted)) return false;
    const int high = http::hex_value(path[1]);
    const int low = http::hex_value(path[2]);
    if (high < 0 || low < 0 || high * 16 + low != wanted) return false;
    path.remove_prefix(3);
    return true;
}

}  // namespace

bool match(std::string_view pattern, std::string_view path, Parameters& parameters) {
    std::size_t captured = 0;
    while (true) {
        std::size_t same = 0;
        const auto both = std::min(pattern.size(), path.size());
        while (same < both && pattern[same] == path[same])
            ++same;
        pattern.remove_prefix(same);
        path.remove_prefix(same);
        if (pattern.empty() || path.empty()) return pattern.empty() && path.empty();
        if (pattern.front() == '{') {
            const auto end = std::min(path.find('/'), path.size());
            if (end == 0 || captured == parameters.size()) return false;
            parameters[captured++] = path.substr(0, end);
            path.remove_prefix(end);
            pattern.remove_prefix(pattern.find('}') + 1);
        } else if (take_encoded(path, pattern.front())) {
            pattern.remove_prefix(1);
        } else {
            return false;
        }
    }
}

}  // namespace boardwalk::router
