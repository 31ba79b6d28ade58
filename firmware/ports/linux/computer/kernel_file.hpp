#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Reading what the kernel tells in /proc and /sys, without heap.
namespace boardwalk::ports {

/// The file's first bytes, as many as fit; empty when it cannot be read.
inline std::string_view read_kernel_file(const char* path, std::span<char> memory) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::size_t size = 0;
    while (size < memory.size()) {
        const ssize_t got = ::read(file, memory.data() + size, memory.size() - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(file);
    return {memory.data(), size};
}

/// Takes the next word off a text; empty at its end.
inline std::string_view next_word(std::string_view& text) {
    const auto begin = text.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) return text = {};
    text.remove_prefix(begin);
    const auto end = text.find_first_of(" \t\n");
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(word.size());
    return word;
}

template <typename Number>
std::optional<Number> number_of(std::string_view word) {
    Number number{};
    const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || result.ec != std::errc{}) return std::nullopt;
    return number;
}

/// The number behind `key`, as in "MemTotal:  12345 kB".
inline std::optional<std::uint64_t> number_after(std::string_view text, std::string_view key) {
    const auto at = text.find(key);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + key.size());
    return number_of<std::uint64_t>(next_word(text));
}

}  // namespace boardwalk::ports
