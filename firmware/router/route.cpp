#include "firmware/router/route.hpp"

#include <algorithm>

namespace boardwalk::router {

/// Character by character: most rows of a table differ from a path early, and no row is searched for its
/// slashes.
bool match(std::string_view pattern, std::string_view path, Parameters& parameters) {
    std::size_t captured = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '{') {
            if (at == path.size() || path[at] != pattern[i]) return false;
            ++at;
            continue;
        }
        const auto end = std::min(path.find('/', at), path.size());
        if (end == at || captured == parameters.size()) return false;
        parameters[captured++] = path.substr(at, end - at);
        at = end;
        i = pattern.find('}', i);
    }
    return at == path.size();
}

}  // namespace boardwalk::router
