#include "firmware/stacks/lwip/checksum.hpp"

#include <bit>
#include <cstdint>

extern "C" unsigned short lwip_standard_chksum(const void* bytes, int size);

namespace boardwalk::ports {
namespace {

SummedBytes known;

/// One's complement: what is carried out at the top comes in at the bottom (RFC 1071 §2).
std::uint32_t folded(std::uint32_t sum) {
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (sum & 0xFFFF) + (sum >> 16);
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
    sum += lwip_standard_chksum(bytes + blocks_end, static_cast<int>(end - blocks_end));
    if (begin % 2 != 0) sum = folded(sum) << 8;
    return folded(sum + lwip_standard_chksum(bytes + begin, static_cast<int>(blocks_begin - begin)));
}

}  // namespace

static_assert(std::endian::native == std::endian::little, "the sums' words are as the processor reads them");

void know_sums(const SummedBytes& summed) { known = summed; }

}  // namespace boardwalk::ports

/// What lwIP asks for the sum of bytes (LWIP_CHKSUM), in all that it receives and sends.
extern "C" unsigned short boardwalk_lwip_sum(const void* bytes, int size) {
    using namespace boardwalk::ports;
    const auto count = static_cast<std::size_t>(size);
    if (count < boardwalk::SummedBytes::block_bytes) return lwip_standard_chksum(bytes, size);
    const auto place =
        reinterpret_cast<std::uintptr_t>(bytes) - reinterpret_cast<std::uintptr_t>(known.bytes.data());
    if (place >= known.bytes.size()) return lwip_standard_chksum(bytes, size);
    return static_cast<unsigned short>(known_sum(place, count));
}
