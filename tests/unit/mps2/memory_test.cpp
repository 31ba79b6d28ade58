// The bare board's own memcpy, memmove, memset, memchr and memcmp, under other names: this computer has its
// own.
#define memcpy board_memcpy
#define memset board_memset
#define memchr board_memchr
#define memmove board_memmove
#define memcmp board_memcmp
#include "firmware/ports/mps2/machine/memory.cpp"
#undef memcpy
#undef memset
#undef memchr
#undef memmove
#undef memcmp

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace {

constexpr std::size_t places = 8, sizes = 48, guard = 16;

using Memory = std::array<std::uint8_t, guard + places + sizes + guard>;

Memory counted(std::uint8_t first) {
    alignas(8) Memory memory{};
    std::iota(memory.begin(), memory.end(), first);
    return memory;
}

TEST(Memory, CopiesFromAnyPlaceToAnyPlaceAndNothingBeside) {
    alignas(8) const auto source = counted(100);
    for (std::size_t from = 0; from < places; ++from) {
        for (std::size_t to = 0; to < places; ++to) {
            for (std::size_t size = 0; size <= sizes; ++size) {
                alignas(8) auto copied = counted(0);
                auto expected = copied;
                std::copy_n(source.begin() + guard + from, size, expected.begin() + guard + to);
                EXPECT_EQ(board_memcpy(&copied[guard + to], &source[guard + from], size),
                          &copied[guard + to]);
                ASSERT_EQ(copied, expected) << from << " to " << to << ", " << size;
            }
        }
    }
}

TEST(Memory, MovesWithinItselfAsIfThroughASecondMemory) {
    for (std::size_t from = 0; from < places; ++from) {
        for (std::size_t to = 0; to < places + 20; ++to) {
            for (std::size_t size = 0; size <= sizes - 20; ++size) {
                alignas(8) auto moved = counted(0);
                const auto before = moved;
                auto expected = moved;
                std::copy_n(before.begin() + guard + from, size, expected.begin() + guard + to);
                EXPECT_EQ(board_memmove(&moved[guard + to], &moved[guard + from], size), &moved[guard + to]);
                ASSERT_EQ(moved, expected) << from << " to " << to << ", " << size;
            }
        }
    }
}

TEST(Memory, ComparesByTheFirstByteThatDiffersWithinItsSize) {
    alignas(8) const auto one = counted(100);
    for (std::size_t from = 0; from < places; ++from) {
        for (std::size_t size = 0; size <= 20; ++size) {
            for (std::size_t at = 0; at <= size; ++at) {
                alignas(8) Memory other{};
                std::copy_n(one.begin() + guard + from, size, other.begin() + guard);
                EXPECT_EQ(board_memcmp(&one[guard + from], &other[guard], size), 0) << from << ' ' << size;
                if (at == size) continue;
                ++other[guard + at];
                if (at + 1 < size) other[guard + at + 1] = 0;
                EXPECT_LT(board_memcmp(&one[guard + from], &other[guard], size), 0) << from << ' ' << size;
                EXPECT_GT(board_memcmp(&other[guard], &one[guard + from], size), 0) << from << ' ' << size;
            }
        }
    }
}

TEST(Memory, SetsAnyPlaceAndNothingBeside) {
    for (std::size_t to = 0; to < places; ++to) {
        for (std::size_t size = 0; size <= sizes; ++size) {
            alignas(8) auto set = counted(0);
            auto expected = set;
            std::fill_n(expected.begin() + guard + to, size, std::uint8_t{0xA5});
            EXPECT_EQ(board_memset(&set[guard + to], 0xFFA5, size), &set[guard + to]);
            ASSERT_EQ(set, expected) << to << ", " << size;
        }
    }
}

TEST(Memory, FindsTheFirstOfAByteWithinItsSizeOnly) {
    // A byte of 1 behind the one that is looked for is what a borrow could take for it.
    for (const int value : {0x00, 0x0A, 0x7F, 0x80, 0xFF}) {
        const auto byte = static_cast<std::uint8_t>(value);
        for (std::size_t from = 0; from < places; ++from) {
            for (std::size_t size = 0; size <= sizes; ++size) {
                for (std::size_t at = 0; at < size + 2; ++at) {
                    alignas(8) Memory memory;
                    memory.fill(static_cast<std::uint8_t>(byte ^ 0x80));
                    auto* const begin = &memory[guard + from];
                    begin[at] = begin[at + 2] = byte;
                    begin[at + 1] = static_cast<std::uint8_t>(byte ^ 1);
                    *(begin - 1) = byte;
                    ASSERT_EQ(board_memchr(begin, byte | 0x100, size), at < size ? begin + at : nullptr)
                        << value << ": " << from << ", " << size << ", " << at;
                }
            }
        }
    }
}

}  // namespace
