#include "firmware/app/api/query.hpp"

#include <charconv>

namespace boardwalk::app {

std::optional<std::string_view> percent_decode(std::string_view text, std::span<char> memory) {
    std::size_t size = 0;
    while (!text.empty()) {
        if (size == memory.size()) return std::nullopt;
        if (text.front() != '%') {
            memory[size++] = text.front();
            text.remove_prefix(1);
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(1, 2);
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || result.ptr != digits.data() + 2) return std::nullopt;
        memory[size++] = static_cast<char>(byte);
        text.remove_prefix(3);
    }
    return std::string_view(memory.data(), size);
}

std::optional<std::string_view> query_value(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const auto end = query.find('&');
        const std::string_view pair = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != name) continue;
        return equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    }
    return std::nullopt;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || result.ec != std::errc{} || result.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

}  // namespace boardwalk::app
