#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace boardwalk {

/// Text of at most `capacity` bytes, held in place.
template <std::size_t capacity>
class FixedString {
public:
    FixedString() = default;

    /// What does not fit is cut off; callers that must know use `assign`.
    FixedString(std::string_view text) { (void)assign(text); }  // NOLINT(google-explicit-constructor)

    /// Returns false, and keeps the first `capacity` bytes, when `text` is longer.
    bool assign(std::string_view text) {
        size_ = static_cast<std::uint16_t>(std::min(text.size(), capacity));
        std::copy_n(text.data(), size_, bytes_.data());
        return text.size() <= capacity;
    }

    void clear() { size_ = 0; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Valid until the next assignment.
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)

    friend bool operator==(const FixedString& a, const FixedString& b) { return a.view() == b.view(); }
    friend bool operator==(const FixedString& a, std::string_view b) { return a.view() == b; }

private:
    static_assert(capacity < 65'536);
    std::array<char, capacity> bytes_{};
    std::uint16_t size_ = 0;
};

}  // namespace boardwalk
