#include <cstddef>
#include <cstdint>

/// Newlib's memcpy either loads unaligned words, which trap here, or goes byte by byte. This one touches
/// whole aligned words, and single bytes at the ends.
extern "C" __attribute__((optimize("no-tree-loop-distribute-patterns"))) void* memcpy(
    void* __restrict to, const void* __restrict from, std::size_t size) {
    auto* out = static_cast<std::uint8_t*>(to);
    auto* in = static_cast<const std::uint8_t*>(from);
    const auto address = [](const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); };

    if (size >= 16) {
        for (; address(out) % 4 != 0; --size)
            *out++ = *in++;
        auto* out_words = reinterpret_cast<std::uint32_t*>(out);
        const unsigned shift = 8 * (address(in) % 4);
        if (shift == 0) {
            auto* in_words = reinterpret_cast<const std::uint32_t*>(in);
            for (; size >= 16; size -= 16) {
                const auto a = in_words[0], b = in_words[1], c = in_words[2], d = in_words[3];
                out_words[0] = a;
                out_words[1] = b;
                out_words[2] = c;
                out_words[3] = d;
                in_words += 4;
                out_words += 4;
            }
            for (; size >= 4; size -= 4)
                *out_words++ = *in_words++;
            in = reinterpret_cast<const std::uint8_t*>(in_words);
        } else {
            // Each word out of two neighbours; what lies beside the source within its words is read, and
            // dropped.
            auto* in_words = reinterpret_cast<const std::uint32_t*>(in - address(in) % 4);
            auto low = *in_words;
            for (; size >= 4; size -= 4, in += 4) {
                const auto high = *++in_words;
                *out_words++ = low >> shift | high << (32 - shift);
                low = high;
            }
        }
        out = reinterpret_cast<std::uint8_t*>(out_words);
    }
    for (; size > 0; --size)
        *out++ = *in++;
    return to;
}
