#include <cstddef>
#include <cstdint>

/// What the small build of newlib does byte by byte, and everything here does all the time: whole words. GCC
/// must not make calls of the same functions out of their loops.
#define BOARDWALK_WORDS __attribute__((optimize("no-tree-loop-distribute-patterns")))

namespace {

/// Each word out of two neighbours; what lies beside the source within its words is read, and dropped. By a
/// shift that is known here: half the instructions of one that is not.
template <unsigned shift>
BOARDWALK_WORDS void copy_shifted(std::uint32_t* out, const std::uint32_t* in, std::size_t words) {
    auto low = *in;
    for (; words >= 2; words -= 2, in += 2, out += 2) {
        const auto middle = in[1], high = in[2];
        out[0] = low >> shift | middle << (32 - shift);
        out[1] = middle >> shift | high << (32 - shift);
        low = high;
    }
    if (words > 0) *out = low >> shift | in[1] << (32 - shift);
}

// `eights` times eight words, at least once. The processor has one instruction for as many words as it has
// registers to spare; the compiler makes none.
#ifdef __arm__
inline void copy_eights(std::uint32_t*& out, const std::uint32_t*& in, std::size_t eights) {
    asm volatile(
        "1: ldmia %[in]!, {r3-r6, r8-r10, r12}\n\t"
        "subs %[eights], #1\n\t"
        "stmia %[out]!, {r3-r6, r8-r10, r12}\n\t"
        "bne 1b"
        : [in] "+r"(in), [out] "+r"(out), [eights] "+r"(eights)
        :
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r12", "cc", "memory");
}

inline void set_eights(std::uint32_t*& out, std::uint32_t word, std::size_t eights) {
    asm volatile(
        "mov r3, %[word]\n\tmov r4, %[word]\n\tmov r5, %[word]\n\tmov r6, %[word]\n"
        "1: subs %[eights], #1\n\t"
        "stmia %[out]!, {r3-r6}\n\tstmia %[out]!, {r3-r6}\n\t"
        "bne 1b"
        : [out] "+r"(out), [eights] "+r"(eights)
        : [word] "r"(word)
        : "r3", "r4", "r5", "r6", "cc", "memory");
}
#else  // the tests' computer
BOARDWALK_WORDS inline void copy_eights(std::uint32_t*& out, const std::uint32_t*& in, std::size_t eights) {
    for (auto words = 8 * eights; words > 0; --words)
        *out++ = *in++;
}
BOARDWALK_WORDS inline void set_eights(std::uint32_t*& out, std::uint32_t word, std::size_t eights) {
    for (auto words = 8 * eights; words > 0; --words)
        *out++ = word;
}
#endif

}  // namespace

/// Newlib's memcpy either loads unaligned words, which trap here, or goes byte by byte. This one touches
/// whole aligned words, and single bytes at the ends.
extern "C" BOARDWALK_WORDS void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) {
    auto* out = static_cast<std::uint8_t*>(to);
    auto* in = static_cast<const std::uint8_t*>(from);
    const auto address = [](const void* pointer) { return reinterpret_cast<std::uintptr_t>(pointer); };

    if (size >= 16) {
        for (; address(out) % 4 != 0; --size)
            *out++ = *in++;
        auto* out_words = reinterpret_cast<std::uint32_t*>(out);
        const auto beside = address(in) % 4;
        if (beside == 0) {
            auto* in_words = reinterpret_cast<const std::uint32_t*>(in);
            if (size >= 32) copy_eights(out_words, in_words, size / 32);
            size %= 32;
            for (; size >= 8; size -= 8) {
                const auto a = in_words[0], b = in_words[1];
                out_words[0] = a;
                out_words[1] = b;
                in_words += 2;
                out_words += 2;
            }
            for (; size >= 4; size -= 4)
                *out_words++ = *in_words++;
            in = reinterpret_cast<const std::uint8_t*>(in_words);
        } else {
            const auto* const in_words = reinterpret_cast<const std::uint32_t*>(in - beside);
            const auto words = size / 4;
            if (beside == 1) copy_shifted<8>(out_words, in_words, words);
            if (beside == 2) copy_shifted<16>(out_words, in_words, words);
            if (beside == 3) copy_shifted<24>(out_words, in_words, words);
            out_words += words;
            in += 4 * words;
            size -= 4 * words;
        }
        out = reinterpret_cast<std::uint8_t*>(out_words);
    }
    for (; size >= 4; size -= 4) {
        const auto a = in[0], b = in[1], c = in[2], d = in[3];
        out[0] = a;
        out[1] = b;
        out[2] = c;
        out[3] = d;
        in += 4;
        out += 4;
    }
    for (; size > 0; --size)
        *out++ = *in++;
    return to;
}

extern "C" BOARDWALK_WORDS void* memset(void* to, int value, std::size_t size) {
    auto* out = static_cast<std::uint8_t*>(to);
    const auto byte = static_cast<std::uint8_t>(value);
    if (size >= 8) {
        for (; reinterpret_cast<std::uintptr_t>(out) % 4 != 0; --size)
            *out++ = byte;
        const std::uint32_t four = byte * 0x0101'0101U;
        auto* words = reinterpret_cast<std::uint32_t*>(out);
        if (size >= 32) set_eights(words, four, size / 32);
        size %= 32;
        for (; size >= 4; size -= 4)
            *words++ = four;
        out = reinterpret_cast<std::uint8_t*>(words);
    }
    for (; size > 0; --size)
        *out++ = byte;
    return to;
}

extern "C" BOARDWALK_WORDS void* memchr(const void* from, int value, std::size_t size) {
    auto* in = static_cast<const std::uint8_t*>(from);
    const auto byte = static_cast<std::uint8_t>(value);
    for (; size > 0 && reinterpret_cast<std::uintptr_t>(in) % 4 != 0; --size, ++in) {
        if (*in == byte) return const_cast<std::uint8_t*>(in);
    }
    const std::uint32_t four = byte * 0x0101'0101U;
    auto* words = reinterpret_cast<const std::uint32_t*>(in);
    // A byte that is 0 borrows from its highest bit, and had none; behind it a byte of 1 may seem to be one.
    const auto found_in = [four](std::uint32_t word) {
        const auto difference = word ^ four;
        return (difference - 0x0101'0101U) & ~difference & 0x8080'8080U;
    };
    while (size >= 8 && (found_in(words[0]) | found_in(words[1])) == 0) {
        size -= 8;
        words += 2;
    }
    for (; size >= 4; size -= 4, ++words) {
        if (const auto found = found_in(*words); found != 0)
            return reinterpret_cast<std::uint8_t*>(const_cast<std::uint32_t*>(words)) +
                   __builtin_ctz(found) / 8;
    }
    in = reinterpret_cast<const std::uint8_t*>(words);
    for (; size > 0; --size, ++in) {
        if (*in == byte) return const_cast<std::uint8_t*>(in);
    }
    return nullptr;
}

extern "C" BOARDWALK_WORDS void* memmove(void* to, const void* from, std::size_t size) {
    auto* out = static_cast<std::uint8_t*>(to);
    auto* in = static_cast<const std::uint8_t*>(from);
    const auto distance = reinterpret_cast<std::uintptr_t>(out) - reinterpret_cast<std::uintptr_t>(in);
    // What overlaps goes byte by byte, as newlib's does.
    if (distance >= size && 0 - distance >= size) return memcpy(to, from, size);
    if (distance < size) {
        while (size > 0) {
            --size;
            out[size] = in[size];
        }
        return to;
    }
    for (std::size_t at = 0; at < size; ++at)
        out[at] = in[at];
    return to;
}

extern "C" BOARDWALK_WORDS int memcmp(const void* one, const void* other, std::size_t size) {
    auto* a = static_cast<const std::uint8_t*>(one);
    auto* b = static_cast<const std::uint8_t*>(other);
    if (((reinterpret_cast<std::uintptr_t>(a) | reinterpret_cast<std::uintptr_t>(b)) & 3) == 0) {
        auto* in = reinterpret_cast<const std::uint32_t*>(a);
        auto* with = reinterpret_cast<const std::uint32_t*>(b);
        while (size >= 8 && ((in[0] ^ with[0]) | (in[1] ^ with[1])) == 0) {
            in += 2;
            with += 2;
            size -= 8;
        }
        if (size >= 4 && *in == *with) {
            ++in;
            ++with;
            size -= 4;
        }
        a = reinterpret_cast<const std::uint8_t*>(in);
        b = reinterpret_cast<const std::uint8_t*>(with);
    }
    for (; size > 0; --size, ++a, ++b) {
        if (*a != *b) return *a - *b;
    }
    return 0;
}
