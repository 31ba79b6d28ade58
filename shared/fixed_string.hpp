#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace boardwalk::protocol {

/// Text of at most `Capacity` bytes, held in place: no heap, trivially copyable.
/// Not terminated by a zero. Text that does not fit is refused, never cut.
template <std::size_t Capacity>
class FixedString {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr FixedString() = default;

    /// False, and unchanged, when `text` does not fit.
    [[nodiscard]] constexpr bool assign(std::string_view text) {
        if (text.size() > Capacity) return false;
        std::copy(text.begin(), text.end(), bytes_.begin());
        size_ = text.size();
        return true;
    }

    /// False, and unchanged, when `text` does not fit behind what is there.
    [[nodiscard]] constexpr bool append(std::string_view text) {
        if (text.size() > Capacity - size_) return false;
        std::copy(text.begin(), text.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
        size_ += text.size();
        return true;
    }

    /// Keeps the first `size` bytes.
    constexpr void truncate(std::size_t size) { size_ = std::min(size, size_); }
    constexpr void clear() { size_ = 0; }

    /// Valid until the next change of this string.
    [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size_}; }
    constexpr operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

    friend constexpr bool operator==(const FixedString& a, const FixedString& b) {
        return a.view() == b.view();
    }
    friend constexpr bool operator==(const FixedString& a, std::string_view b) { return a.view() == b; }

private:
    std::array<char, Capacity> bytes_{};
    std::size_t size_ = 0;
};

}  // namespace boardwalk::protocol
