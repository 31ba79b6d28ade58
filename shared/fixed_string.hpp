#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace boardwalk {

/// How many of the first `room` bytes of `text` are whole UTF-8 characters: `room`, or up to 3 less where a
/// character that began before would be split. Bytes that are no UTF-8 are not kept together.
[[nodiscard, gnu::noinline]] constexpr std::size_t whole_characters(std::string_view text, std::size_t room) {
    if (text.size() <= room) return text.size();
    const auto at = [text](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
    std::size_t begin = room;
    while (begin > 0 && room - begin < 3 && (at(begin) & 0xc0U) == 0x80U)
        --begin;
    const std::size_t length = at(begin) >= 0xf0 ? 4 : at(begin) >= 0xe0 ? 3 : at(begin) >= 0xc0 ? 2 : 1;
    return begin + length > room ? begin : room;
}

template <std::size_t Capacity>
class FixedString;

/// What `cut` returns: it becomes a FixedString of any capacity.
struct Cut {
    constexpr explicit Cut(std::string_view whole) : text(whole) {}
    template <std::size_t capacity>
    constexpr operator FixedString<capacity>() const;  // NOLINT(google-explicit-constructor)

    std::string_view text;
};

/// Text of at most `Capacity` bytes, held in place: no heap, trivially copyable, no zero at its end.
/// `assign` and `append` refuse text that does not fit, and change nothing. Only `cut` shortens it.
template <std::size_t Capacity>
class FixedString {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr FixedString() = default;
    /// From a literal; one that does not fit does not compile.
    template <std::size_t size>
        requires(size - 1 <= Capacity)
    consteval FixedString(const char (&literal)[size]) {  // NOLINT(google-explicit-constructor)
        (void)assign({literal, size - 1});
    }
    /// From a string of less capacity.
    template <std::size_t less>
        requires(less < Capacity)
    constexpr FixedString(const FixedString<less>& text) {  // NOLINT(google-explicit-constructor)
        (void)assign(text.view());
    }

    /// In place: without a string in between.
    constexpr FixedString& operator=(Cut cut) {
        (void)assign(cut.text.substr(0, whole_characters(cut.text, Capacity)));
        return *this;
    }

    /// False, and unchanged, when `text` does not fit.
    [[nodiscard]] constexpr bool assign(std::string_view text) {
        if (text.size() > Capacity) return false;
        std::copy(text.begin(), text.end(), bytes_.begin());
        size_ = static_cast<std::uint16_t>(text.size());
        return true;
    }

    /// False, and unchanged, when `text` does not fit behind what is there.
    [[nodiscard]] constexpr bool append(std::string_view text) {
        if (text.size() > Capacity - size_) return false;
        std::copy(text.begin(), text.end(), bytes_.begin() + size_);
        size_ = static_cast<std::uint16_t>(size_ + text.size());
        return true;
    }

    /// Keeps the first `size` bytes, or fewer where a character would be split.
    constexpr void truncate(std::size_t size) {
        size_ = static_cast<std::uint16_t>(whole_characters(view(), size));
    }
    constexpr void clear() { size_ = 0; }

    /// Valid until the next change of this string.
    [[nodiscard]] constexpr std::string_view view() const { return {bytes_.data(), size_}; }
    constexpr operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

    friend constexpr bool operator==(const FixedString& a, std::string_view b) { return a.view() == b; }

private:
    static_assert(Capacity > 0 && Capacity < 65'536);
    std::array<char, Capacity> bytes_{};
    std::uint16_t size_ = 0;
};

template <std::size_t a_capacity, std::size_t b_capacity>
[[nodiscard]] constexpr bool operator==(const FixedString<a_capacity>& a, const FixedString<b_capacity>& b) {
    return a.view() == b.view();
}

template <std::size_t capacity>
constexpr Cut::operator FixedString<capacity>() const {
    FixedString<capacity> kept;
    kept = *this;
    return kept;
}

/// `name = cut(text)` keeps as much of `text` as fits into `name`, in whole characters.
[[nodiscard]] constexpr Cut cut(std::string_view text) { return Cut(text); }

}  // namespace boardwalk
