#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

/// What all fuzz targets share. A target is `LLVMFuzzerTestOneInput`; it judges by an oracle (a reference,
/// another parser, a round trip, a rule that must hold) and not by crashes alone.
namespace boardwalk::fuzz {

/// Text with everything unprintable escaped, for a message.
inline std::string shown(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        if (c >= ' ' && c <= '~' && c != '\\') {
            text += c;
            continue;
        }
        char escape[5];
        std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        text += c == '\r' ? "\\r" : c == '\n' ? "\\n" : c == '\\' ? "\\\\" : escape;
    }
    return text;
}

/// Ends the process with the rule that was broken: libFuzzer keeps the input, and a replay fails.
inline void require(bool holds, std::string_view rule, std::string_view details = {},
                    std::source_location where = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "%s:%u: broken: %.*s\n%.*s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), static_cast<int>(rule.size()), rule.data(),
                 static_cast<int>(details.size()), details.data());
    std::abort();
}

/// Both must be the same text; shows them when they are not, of long ones where they begin to differ.
inline void require_same(std::string_view a, std::string_view b, std::string_view rule,
                         std::source_location where = std::source_location::current()) {
    if (a == b) return;
    constexpr std::size_t long_bytes = 4'000, before = 500;
    if (std::max(a.size(), b.size()) > long_bytes) {
        const auto same = static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
        a = a.substr(same - std::min(same, before), long_bytes);
        b = b.substr(same - std::min(same, before), long_bytes);
    }
    require(false, rule, "  one:   " + shown(a) + "\n  other: " + shown(b), where);
}

/// Numbers that look random and follow from the input alone, so that a find replays.
class Dice {
public:
    explicit Dice(std::string_view input) {
        for (const char c : input)
            state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;  // FNV-1a
    }
    /// 0 … below - 1.
    std::size_t roll(std::size_t below) {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 7U;
        state_ ^= state_ << 17U;
        return static_cast<std::size_t>(state_ % below);
    }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

/// Where an input is cut: the end of each piece, the last one its size.
using Cuts = std::vector<std::size_t>;

/// Ways to cut an input: byte by byte, in two halves (at each place of a short one, at some of a longer one),
/// and in several pieces. A long one is not cut at every byte: its corpus neighbours are short.
inline std::vector<Cuts> ways_to_cut(std::string_view input) {
    constexpr std::size_t short_bytes = 48;
    constexpr std::size_t long_bytes = 512;
    const std::size_t size = input.size();
    if (size < 2) return {{size}};
    std::vector<Cuts> ways;
    if (size <= long_bytes) {
        Cuts each_byte;
        for (std::size_t end = 1; end <= size; ++end)
            each_byte.push_back(end);
        ways.push_back(each_byte);
    }

    Dice dice(input);
    if (size <= short_bytes) {
        for (std::size_t at = 1; at < size; ++at)
            ways.push_back({at, size});
    } else {
        for (int i = 0; i < 4; ++i)
            ways.push_back({1 + dice.roll(size - 1), size});
    }
    Cuts several;
    for (std::size_t end = 0; end < size;) {
        end = std::min(size, end + 1 + dice.roll(16));
        several.push_back(end);
    }
    ways.push_back(several);
    return ways;
}

/// Memory of exactly this size, so that the address sanitizer sees one byte too many.
class Alone {
public:
    explicit Alone(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) { bytes_.shrink_to_fit(); }
    [[nodiscard]] std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

private:
    std::vector<char> bytes_;
};

}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
