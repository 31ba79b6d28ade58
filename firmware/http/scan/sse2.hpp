#pragma once

#include <emmintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "firmware/http/scan/plain.hpp"

namespace boardwalk::http {

/// Scans sixteen characters at a time, with instructions that every x86-64 has (SSE2), and never reads
/// outside of the text. So it finds the end of what is written as nearly all is; the rest it leaves to
/// PlainScan.
class Sse2Scan : public PlainScan {
public:
    static constexpr bool is_wide = true;

    explicit Sse2Scan(std::string_view text)
        : PlainScan(text), last_block_(text.size() <= block_bytes ? nullptr : end() - block_bytes - 1) {}

    [[nodiscard]] const char* colon_behind_name(const char* at) const {
        const auto is_common = [](__m128i block) { return letters(block) | equal(block, '-'); };
        const auto is_end = [at](const char* stop) { return *stop == ':' && stop != at; };
        const char* const colon = end_of_common(at, is_common, is_end);
        return colon != nullptr ? colon : colon_behind_rare_name(at);
    }
    [[nodiscard]] const char* line_end_behind_value(const char* at) const {
        const auto is_end = [](const char* stop) { return begins(stop, line_end); };
        const char* const stop = end_of_common(at, is_visible, is_end);
        return stop != nullptr ? stop : line_end_behind_rare_value(at);
    }
    [[nodiscard]] const char* field_value_end(const char* at) const {
        while (at <= last_block_ && common_of(at, is_visible) == all)
            at += block_bytes;
        return PlainScan::field_value_end(at);
    }
    [[nodiscard]] const char* plain_path_end(const char* at) const {
        const auto is_common = [](__m128i block) {
            return letters(block) | between(block, '-', '9');  // with `.` and `/`
        };
        const char* const stop = end_of_common(at, is_common, [](const char* end) { return *end == ' '; });
        return stop != nullptr ? stop : PlainScan::plain_path_end(at);
    }

    /// Compilers make a few words of this.
    template <std::size_t size>
    static bool begins(const char* at, const std::array<char, size>& wanted) {
        return std::memcmp(at, wanted.data(), size) == 0;
    }

    static bool is_name(std::string_view name, std::string_view lower) {
        using Word = std::uint64_t;
        if (name.size() < sizeof(Word)) return PlainScan::is_name(name, lower);
        constexpr auto case_bits = ~Word{0} / 0xFF * static_cast<Word>(case_bit);
        const auto is_same = [&](std::size_t at) {
            Word a = 0, b = 0;
            std::memcpy(&a, name.data() + at, sizeof a);
            std::memcpy(&b, lower.data() + at, sizeof b);
            return (a | case_bits) == b;
        };
        const auto last = name.size() - sizeof(Word);
        for (std::size_t at = 0; at < last; at += sizeof(Word)) {
            if (!is_same(at)) return false;
        }
        return is_same(last);
    }

private:
    static constexpr std::size_t block_bytes = sizeof(__m128i);
    static constexpr unsigned all = 0xFFFF;

    // Each byte of what these return is 0xFF where it is so, else 0.
    static __m128i equal(__m128i block, char wanted) { return _mm_cmpeq_epi8(block, _mm_set1_epi8(wanted)); }
    /// From `low` to `high`: those are moved up to the highest numbers with a sign, so that one comparison
    /// tells them from all others.
    static __m128i between(__m128i block, char low, char high) {
        constexpr char highest = 127;
        const auto moved = _mm_add_epi8(block, _mm_set1_epi8(static_cast<char>(highest - high)));
        return _mm_cmpgt_epi8(moved, _mm_set1_epi8(static_cast<char>(highest - (high - low) - 1)));
    }
    static __m128i is_visible(__m128i block) { return between(block, ' ', '~'); }
    static __m128i letters(__m128i block) { return between(block | _mm_set1_epi8(case_bit), 'a', 'z'); }

    /// A bit for each byte of the block at `at` that is common.
    template <typename IsCommon>
    static unsigned common_of(const char* at, IsCommon is_common) {
        const auto block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
        return static_cast<unsigned>(_mm_movemask_epi8(is_common(block)));
    }

    /// Looks from `at` on for the first byte that is not common, by what `is_common` tells of a block.
    /// Returns where that is, when `is_end` takes it for what is looked for; else null, as at the end of the
    /// text. `is_end` may look at the byte behind, too.
    template <typename IsCommon, typename IsEnd>
    [[nodiscard]] const char* end_of_common(const char* at, IsCommon is_common, IsEnd is_end) const {
        for (; at <= last_block_; at += block_bytes) {
            const auto common = common_of(at, is_common);
            if (common == all) continue;
            at += __builtin_ctz(common + 1);  // the carry runs through all that are common
            return is_end(at) ? at : nullptr;
        }
        if (last_block_ == nullptr || at >= end()) return nullptr;
        // What is left is the end of the text's last block: as if all in front of it were common.
        const char* const block = end() - block_bytes;
        const auto common = common_of(block, is_common) | ((1U << (at - block)) - 1);
        const char* const stop = block + __builtin_ctz(common + 1);
        return stop < end() - 1 && is_end(stop) ? stop : nullptr;
    }

    [[gnu::noinline]] const char* colon_behind_rare_name(const char* at) const {
        return PlainScan::colon_behind_name(at);
    }
    [[gnu::noinline]] const char* line_end_behind_rare_value(const char* at) const {
        return PlainScan::line_end_behind_value(at);
    }

    const char* last_block_;  ///< the last with a byte behind it; null: the text is shorter
};

}  // namespace boardwalk::http
