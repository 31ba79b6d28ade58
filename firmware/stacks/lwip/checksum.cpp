#include "firmware/stacks/lwip/checksum.hpp"

#include <bit>
#include <cstdint>
#include <utility>

namespace boardwalk::ports {
namespace {

SummedBytes known;

/// One's complement: what is carried out at the top comes in at the bottom (RFC 1071 §2).
std::uint32_t folded(std::uint32_t sum) {
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (sum & 0xFFFF) + (sum >> 16);
}
/// TCP's head and IPv4's, without options: half of all sums.
constexpr std::size_t head_bytes = 20;

using Word [[gnu::may_alias]] = std::uint32_t;

// Sums of whole words, which are those of their halves (RFC 1071 §2 (C)): what is carried out of a word comes
// in at its lowest bit. lwIP's own sum looks for a carry after each word, which takes twice as many
// instructions.

#ifdef __arm__
// The processor adds with the carry of the addition before. No compiler makes use of that.

/// `eights` times eight words, at least once.
std::uint32_t add_eights(std::uint32_t sum, const Word*& words, std::size_t eights) {
    asm volatile(
        "adds %[sum], #0\n"  // no carry yet
        "1: ldmia %[words]!, {r3-r6}\n\t"
        "adcs %[sum], r3\n\tadcs %[sum], r4\n\tadcs %[sum], r5\n\tadcs %[sum], r6\n\t"
        "ldmia %[words]!, {r3-r6}\n\t"
        "adcs %[sum], r3\n\tadcs %[sum], r4\n\tadcs %[sum], r5\n\tadcs %[sum], r6\n\t"
        "sub %[eights], #1\n\tteq %[eights], #0\n\tbne 1b\n\t"  // these keep the carry
        "adc %[sum], #0"
        : [sum] "+r"(sum), [words] "+r"(words), [eights] "+r"(eights)
        :
        : "r3", "r4", "r5", "r6", "cc", "memory");
    return sum;
}

std::uint32_t add(std::uint32_t sum, std::uint32_t word) {
    asm("adds %[sum], %[word]\n\tadc %[sum], #0" : [sum] "+r"(sum) : [word] "r"(word) : "cc");
    return sum;
}

std::uint32_t sum_of_head(const Word* words) {
    std::uint32_t sum = 0;
    asm volatile(
        "ldmia %[words]!, {r3-r6}\n\t"
        "ldr %[sum], [%[words]]\n\t"
        "adds %[sum], r3\n\tadcs %[sum], r4\n\tadcs %[sum], r5\n\tadcs %[sum], r6\n\t"
        "adc %[sum], #0"
        : [sum] "=&r"(sum), [words] "+r"(words)
        :
        : "r3", "r4", "r5", "r6", "cc", "memory");
    return sum;
}

#else

std::uint32_t carried(std::uint64_t sum) {
    sum = (sum & 0xFFFF'FFFF) + (sum >> 32);
    return static_cast<std::uint32_t>(sum + (sum >> 32));
}

std::uint32_t sum_up(std::uint32_t sum, const Word* words, std::size_t count) {
    std::uint64_t added = sum;
    for (std::size_t i = 0; i < count; ++i)
        added += words[i];
    return carried(added);
}
std::uint32_t add_eights(std::uint32_t sum, const Word*& words, std::size_t eights) {
    const auto* const first = std::exchange(words, words + 8 * eights);
    return sum_up(sum, first, 8 * eights);
}
std::uint32_t add(std::uint32_t sum, std::uint32_t word) {
    sum += word;
    return sum + (sum < word ? 1 : 0);
}

std::uint32_t sum_of_head(const Word* words) { return sum_up(0, words, head_bytes / sizeof(Word)); }

#endif

/// Returns behind the last whole word.
const char* add_words(std::uint32_t& sum, const char* bytes, const char* end) {
    const auto* words = reinterpret_cast<const Word*>(bytes);
    const auto count = static_cast<std::size_t>(end - bytes) / sizeof(Word);
    auto added = sum;
    if (count >= 8) added = add_eights(added, words, count / 8);
    for (auto left = count % 8; left > 0; --left)
        added = add(added, *words++);
    sum = added;
    return reinterpret_cast<const char*>(words);
}

/// Of bytes that are read. The sum of words is that of their halves, and a byte at an odd address belongs to
/// the upper half of its own (RFC 1071 §2 (B), (C)).
std::uint16_t read_sum(const char* bytes, std::size_t size) {
    const auto low = [](char byte) { return std::uint32_t{static_cast<unsigned char>(byte)}; };
    const char* const end = bytes + size;
    const bool is_odd = reinterpret_cast<std::uintptr_t>(bytes) % 2 != 0;
    std::uint32_t sum = 0;
    const auto add_half = [&] {
        sum = add(sum, low(bytes[0]) | low(bytes[1]) << 8);
        bytes += 2;
    };
    if (is_odd && bytes != end) sum = low(*bytes++) << 8;
    if (end - bytes >= 2 && reinterpret_cast<std::uintptr_t>(bytes) % sizeof(Word) != 0) add_half();
    if (reinterpret_cast<std::uintptr_t>(bytes) % sizeof(Word) == 0) bytes = add_words(sum, bytes, end);
    if (end - bytes >= 2) add_half();
    if (bytes != end) sum = add(sum, low(*bytes));
    const auto of_words = folded(sum);
    return static_cast<std::uint16_t>(is_odd ? of_words >> 8 | of_words << 8 : of_words);
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
        return static_cast<unsigned short>(folded(sum_of_head(reinterpret_cast<const Word*>(bytes))));
    if (count < boardwalk::SummedBytes::block_bytes) return read_sum(begin, count);
    const auto place =
        reinterpret_cast<std::uintptr_t>(bytes) - reinterpret_cast<std::uintptr_t>(known.bytes.data());
    if (place >= known.bytes.size()) return read_sum(begin, count);
    return static_cast<unsigned short>(known_sum(place, count));
}
