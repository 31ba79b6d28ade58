#include "firmware/ports/mps2/random.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/ports/mps2/machine/semihosting.hpp"

namespace boardwalk::ports {
namespace {

std::array<std::uint8_t, 32> seed{};
std::uint64_t counter = 0;

template <class T>
std::string_view bytes_of(const T& object) {
    return {reinterpret_cast<const char*>(&object), sizeof object};
}

}  // namespace

bool seed_random() { return mps2::semihosting::random(seed); }

void fill_random(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        app::Sha256 hash;
        hash.add(bytes_of(seed));
        hash.add(bytes_of(++counter));
        const auto block = hash.value();
        const auto size = std::min(bytes.size(), block.size());
        std::copy_n(block.begin(), size, bytes.begin());
        bytes = bytes.subspan(size);
    }
}

}  // namespace boardwalk::ports
