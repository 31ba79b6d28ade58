#include "firmware/app/crypto/hmac.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/app/crypto/bytes.hpp"

namespace boardwalk::app {

Hmac::Hmac(std::span<const std::uint8_t> key) {
    constexpr char inner = 0x36, outer = 0x5c;
    assert(key.size() <= block_.size());
    std::ranges::copy(key, block_.begin());
    for (char& byte : block_)
        byte = static_cast<char>(byte ^ inner);
    hash_.add({block_.data(), block_.size()});
    for (char& byte : block_)
        byte = static_cast<char>(byte ^ inner ^ outer);
}

Sha256Value Hmac::value() {
    const auto within = hash_.value();
    hash_.begin();
    hash_.add({block_.data(), block_.size()});
    hash_.add(text_of(within));
    return hash_.value();
}

Sha256Value hmac(std::span<const std::uint8_t> key, std::string_view bytes) {
    Hmac code(key);
    code.add(bytes);
    return code.value();
}

}  // namespace boardwalk::app
