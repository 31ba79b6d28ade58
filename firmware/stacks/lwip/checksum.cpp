#include "firmware/stacks/lwip/checksum.hpp"

#include <bit>
#include <cstdint>

namespace boardwalk::ports {
namespace {

SummedBytes known;

/// One's complement: what is carried out at the top comes in at the bottom (RFC 1071 §2).
std::uint32_t folded(std::uint32_t sum) {
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (sum & 0xFFFF) + (sum >> 16);
}
std::uint16_t folded(std::uint64_t sum) {
    const auto carried = (sum & 0xFFFF'FFFF) + (sum >> 32);  // and once more at most
    return static_cast<std::uint16_t>(
        folded(static_cast<std::uint32_t>(carried) + static_cast<std::uint32_t>(carried >> 32)));
}

using Word [[gnu::may_alias]] = std::uint32_t;

/// Adds whole words up, and lets a second word count what is carried: half the instructions of lwIP's own
/// sum, which looks for a carry after each. Returns behind the last of them.
const char* add_words(std::uint64_t& sum, const char* bytes, const char* end) {
    const auto* words = reinterpret_cast<const Word*>(bytes);
    auto left = static_cast<std::size_t>(end - bytes) / sizeof(Word);
    auto added = sum;
    for (; left >= 8; left -= 8, words += 8) {
        added += words[0];
        added += words[1];
        added += words[2];
        added += words[3];
        added += words[4];
        added += words[5];
        added += words[6];
        added += words[7];
    }
    if (left >= 4) {
        added += words[0];
        added += words[1];
        added += words[2];
        added += words[3];
        left -= 4;
        words += 4;
    }
    for (; left > 0; --left)
        added += *words++;
    sum = added;
    return reinterpret_cast<const char*>(words);
}

/// TCP's head and IPv4's, without options: half of all sums.
constexpr std::size_t head_bytes = 20;
std::uint16_t head_sum(const char* head) {
    const auto* words = reinterpret_cast<const Word*>(head);
    std::uint64_t sum = words[0];
    sum += words[1];
    sum += words[2];
    sum += words[3];
    sum += words[4];
    return folded(sum);
}

/// Of bytes that are read. The sum of words is that of their halves, and a byte at an odd address belongs to
/// the upper half of its own (RFC 1071 §2 (B), (C)).
std::uint16_t read_sum(const char* bytes, std::size_t size) {
    const auto low = [](char byte) { return std::uint32_t{static_cast<unsigned char>(byte)}; };
    const char* const end = bytes + size;
    const bool is_odd = reinterpret_cast<std::uintptr_t>(bytes) % 2 != 0;
    std::uint64_t sum = 0;
    const auto add_half = [&] {
        sum += low(bytes[0]) | low(bytes[1]) << 8;
        bytes += 2;
    };
    if (is_odd && bytes != end) sum += low(*bytes++) << 8;
    if (end - bytes >= 2 && reinterpret_cast<std::uintptr_t>(bytes) % sizeof(Word) != 0) add_half();
    if (reinterpret_cast<std::uintptr_t>(bytes) % sizeof(Word) == 0) bytes = add_words(sum, bytes, end);
    if (end - bytes >= 2) add_half();
    if (bytes != end) sum += low(*bytes);
    const auto of_words = folded(sum);
    return is_odd ? static_cast<std::uint16_t>(of_words >> 8 | of_words << 8) : of_words;
}

/// Of `size` bytes from `begin` on: whole blocks are known, what sticks out at both ends is read. A sum whose
/// bytes begin at an odd place counts with its own bytes swapped (RFC 1071 §2 (B)).
std::uint32_t known_sum(std::size_t begin, std::size_t size) {
    constexpr auto block_bytes = SummedBytes::block_bytes;
    const char* const bytes = known.bytes.data();
    const auto end = begin + size;
    const auto first_block = (begin + block_bytes - 1) / block_bytes;
    const auto end_block = end / block_bytes;
    const auto blocks_begin = first_block * block_bytes, blocks_end = end_block * block_bytes;
    auto sum = std::uint32_t{known.sums[end_block]} + (0xFFFF ^ known.sums[first_block]);
    sum += read_sum(bytes + blocks_end, end - blocks_end);
    if (begin % 2 != 0) sum = folded(sum) << 8;
    return folded(sum + read_sum(bytes + begin, blocks_begin - begin));
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "the sums' words are as the processor reads them");

void know_sums(const SummedBytes& summed) { known = summed; }

}  // namespace boardwalk::ports

/// What lwIP asks for the sum of bytes (LWIP_CHKSUM), in all that it receives and sends.
extern "C" unsigned short boardwalk_lwip_sum(const void* bytes, int size) {
    using namespace boardwalk::ports;
    const auto* const begin = static_cast<const char*>(bytes);
    const auto count = static_cast<std::size_t>(size);
    if (count == head_bytes && reinterpret_cast<std::uintptr_t>(bytes) % sizeof(Word) == 0)
        return head_sum(begin);
    if (count < boardwalk::SummedBytes::block_bytes) return read_sum(begin, count);
    const auto place =
        reinterpret_cast<std::uintptr_t>(bytes) - reinterpret_cast<std::uintptr_t>(known.bytes.data());
    if (place >= known.bytes.size()) return read_sum(begin, count);
    return static_cast<unsigned short>(known_sum(place, count));
}
