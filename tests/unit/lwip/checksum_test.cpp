#include "firmware/stacks/lwip/checksum.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

extern "C" unsigned short boardwalk_lwip_sum(const void* bytes, int size);

namespace boardwalk::ports {
namespace {

constexpr char literal[] =
    "Sums of 64 bytes each, and some more bytes behind them, so that parts of this can begin and end within "
    "a block, at its ends, at even and at odd places.\xff\xfe\x80 One's complement: what is carried out at "
    "the top comes in at the bottom.";
constexpr auto sums = block_sums(literal);

/// RFC 1071 §1, word by word.
unsigned sum_of(std::string_view bytes) {
    unsigned sum = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        sum += static_cast<unsigned char>(bytes[at]) * (at % 2 == 0 ? 1U : 256U);
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum;
}

TEST(Checksum, EachPartOfKnownBytesSumsAsIfItWereRead) {
    const std::string_view bytes(literal, sizeof literal - 1);
    know_sums({.bytes = bytes, .sums = sums});
    for (std::size_t begin = 0; begin <= bytes.size(); ++begin) {
        for (std::size_t size = 0; size <= bytes.size() - begin; ++size) {
            const auto part = bytes.substr(begin, size);
            ASSERT_EQ(boardwalk_lwip_sum(part.data(), static_cast<int>(size)), sum_of(part))
                << begin << ' ' << size;
        }
    }
    know_sums({});
}

TEST(Checksum, EachPartOfOtherBytesSumsAsByRfc1071) {
    alignas(8) std::array<char, 120> bytes{};
    for (std::size_t at = 0; at < bytes.size(); ++at)
        bytes[at] = static_cast<char>(at % 3 == 0 ? 0xFF : 0xF0 + at % 16);
    for (std::size_t begin = 0; begin < 9; ++begin) {
        for (std::size_t size = 0; size <= bytes.size() - begin; ++size) {
            const std::string_view part(bytes.data() + begin, size);
            ASSERT_EQ(boardwalk_lwip_sum(part.data(), static_cast<int>(size)), sum_of(part))
                << begin << ' ' << size;
        }
    }
}

TEST(Checksum, KnownSumsAreTakenAndOtherBytesAreRead) {
    std::array<char, 256> bytes{};
    constexpr std::array<std::uint16_t, 5> wrong = {0, 1, 2, 3, 4};
    EXPECT_EQ(boardwalk_lwip_sum(bytes.data(), bytes.size()), 0);
    know_sums({.bytes = {bytes.data(), 200}, .sums = wrong});
    EXPECT_EQ(boardwalk_lwip_sum(bytes.data(), 200), 3);
    EXPECT_EQ(boardwalk_lwip_sum(bytes.data(), 63), 0) << "less than a block is read";
    EXPECT_EQ(boardwalk_lwip_sum(bytes.data() + 200, 56), 0);
    know_sums({});
    EXPECT_EQ(boardwalk_lwip_sum(bytes.data(), 200), 0);
}

}  // namespace
}  // namespace boardwalk::ports
