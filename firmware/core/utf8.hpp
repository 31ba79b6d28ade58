#pragma once

#include <cstdint>
#include <string_view>

namespace boardwalk {

/// Checks UTF-8 as it comes in, split anywhere (RFC 3629 §4: no overlong forms, no surrogates, nothing above
/// U+10FFFF).
class Utf8Checker {
public:
    /// False at the first byte that cannot be.
    [[nodiscard]] bool feed(std::string_view bytes) {
        for (const char c : bytes) {
            if (!step(static_cast<std::uint8_t>(c))) return false;
        }
        return true;
    }
    /// True between two characters.
    [[nodiscard]] bool complete() const { return missing_ == 0; }

private:
    bool step(std::uint8_t byte) {
        if (missing_ == 0) return lead(byte);
        if (byte < low_ || byte > high_) return false;
        low_ = 0x80;
        high_ = 0xbf;
        --missing_;
        return true;
    }

    bool lead(std::uint8_t byte) {
        if (byte < 0x80) return true;
        low_ = 0x80;
        high_ = 0xbf;
        if (byte >= 0xc2 && byte <= 0xdf) {
            missing_ = 1;
        } else if (byte >= 0xe0 && byte <= 0xef) {
            missing_ = 2;
            if (byte == 0xe0) low_ = 0xa0;
            if (byte == 0xed) high_ = 0x9f;
        } else if (byte >= 0xf0 && byte <= 0xf4) {
            missing_ = 3;
            if (byte == 0xf0) low_ = 0x90;
            if (byte == 0xf4) high_ = 0x8f;
        } else {
            return false;
        }
        return true;
    }

    std::uint8_t missing_ = 0;
    std::uint8_t low_ = 0x80;  ///< bounds of the next continuation byte
    std::uint8_t high_ = 0xbf;
};

[[nodiscard]] inline bool is_utf8(std::string_view text) {
    Utf8Checker checker;
    return checker.feed(text) && checker.complete();
}

}  // namespace boardwalk
