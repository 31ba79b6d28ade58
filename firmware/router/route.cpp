#include "firmware/router/route.hpp"

namespace boardwalk::router {
namespace {

/// Takes the next segment off a path that starts with a slash.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    path.remove_prefix(segment.size());
    return segment;
}

}  // namespace

bool match(std::string_view pattern, std::string_view path, Parameters& parameters) {
    std::size_t captured = 0;
    while (!pattern.empty() && !path.empty()) {
        const auto wanted = take_segment(pattern);
        const auto segment = take_segment(path);
        if (wanted.starts_with('{')) {
            if (segment.empty() || captured == parameters.size()) return false;
            parameters[captured++] = segment;
        } else if (wanted != segment) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace boardwalk::router
