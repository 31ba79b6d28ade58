#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "shared/fixed_string.hpp"

namespace boardwalk::protocol {

/// At most `count_max` texts of at most `text_bytes_max` bytes each, held in place: no heap.
template <std::size_t count_max, std::size_t text_bytes_max>
class TextList {
public:
    using Text = FixedString<text_bytes_max>;

    /// False, and unchanged, when all places are taken.
    [[nodiscard]] bool push(const Text& text) {
        if (size_ == count_max) return false;
        texts_[size_++] = text;
        return true;
    }

    /// Valid until the list changes.
    [[nodiscard]] std::span<const Text> texts() const { return std::span(texts_).first(size_); }
    [[nodiscard]] bool contains(std::string_view text) const {
        return std::ranges::any_of(texts(), [text](const Text& own) { return own == text; });
    }

    friend bool operator==(const TextList& a, const TextList& b) {
        return std::ranges::equal(a.texts(), b.texts());
    }

private:
    std::array<Text, count_max> texts_{};
    std::size_t size_ = 0;
};

}  // namespace boardwalk::protocol
