#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

namespace boardwalk {

/// Appends text to memory that the caller owns. What does not fit sets `overflowed` and is dropped whole.
class TextWriter {
public:
    TextWriter() = default;
    explicit TextWriter(std::span<char> memory) : memory_(memory) {}

    void append(std::string_view text) {
        if (text.size() > room()) {
            overflowed_ = true;
            return;
        }
        if (!text.empty()) std::memcpy(memory_.data() + size_, text.data(), text.size());
        size_ += text.size();
    }

    void append(char c) {
        if (room() == 0) {
            overflowed_ = true;
            return;
        }
        memory_[size_++] = c;
    }

    template <std::integral Number>
        requires(!std::same_as<Number, char> && !std::same_as<Number, bool>)
    void append_number(Number number) {
        if constexpr (sizeof(Number) > sizeof(std::uint32_t)) {  // which takes a chip ten times as long
            if (std::in_range<std::uint32_t>(number))
                return append_number(static_cast<std::uint32_t>(number));
        }
        finish(std::to_chars(memory_.data() + size_, memory_.data() + memory_.size(), number));
    }

    /// With exactly `decimals` digits after the point; `number` must be finite.
    void append_fixed(double number, int decimals) {
        finish(std::to_chars(memory_.data() + size_, memory_.data() + memory_.size(), number,
                             std::chars_format::fixed, decimals));
    }

    /// Takes back everything after the first `size` bytes, and an overflow that came after them.
    void truncate(std::size_t size) {
        size_ = size;
        overflowed_ = false;
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t room() const { return memory_.size() - size_; }
    [[nodiscard]] bool overflowed() const { return overflowed_; }
    [[nodiscard]] std::string_view view() const { return {memory_.data(), size_}; }

private:
    void finish(std::to_chars_result result) {
        if (result.ec == std::errc{}) {
            size_ = static_cast<std::size_t>(result.ptr - memory_.data());
        } else {
            overflowed_ = true;
        }
    }

    std::span<char> memory_;
    std::size_t size_ = 0;
    bool overflowed_ = false;
};

}  // namespace boardwalk
