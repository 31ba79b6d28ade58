#include "firmware/app/owner/credentials.hpp"

#include "firmware/http/grammar.hpp"

namespace boardwalk::app {

namespace {

constexpr std::string_view cookie_prefix = "bw-";

/// The value of the pair `bw-ID=value`; empty: it is another one.
std::string_view value_of(std::string_view pair, std::string_view board_id) {
    const auto name_bytes = cookie_prefix.size() + board_id.size();
    if (pair.size() <= name_bytes || pair[name_bytes] != '=') return {};
    if (!pair.starts_with(cookie_prefix) || pair.substr(cookie_prefix.size(), board_id.size()) != board_id)
        return {};
    return pair.substr(name_bytes + 1);
}

}  // namespace

std::optional<std::string_view> bearer_token(const http::Request& request) {
    auto value = request.authorization().next();
    constexpr std::string_view scheme = "bearer ";
    if (value.size() <= scheme.size() || !http::equals_ignoring_case(value.substr(0, scheme.size()), scheme))
        return std::nullopt;
    return http::trim(value.substr(scheme.size()));
}

std::string_view session_cookie(const http::Request& request, std::string_view board_id) {
    for (auto lines = request.cookies();;) {
        auto pairs = lines.next();
        if (pairs.empty()) return {};
        while (!pairs.empty()) {
            const auto end = pairs.find(';');
            const auto value = value_of(http::trim(pairs.substr(0, end)), board_id);
            if (!value.empty()) return value;
            pairs.remove_prefix(end == std::string_view::npos ? pairs.size() : end + 1);
        }
    }
}

}  // namespace boardwalk::app
