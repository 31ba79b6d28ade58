#include "firmware/app/crypto/sha256.hpp"

namespace boardwalk::app {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

// These names are in mbedtls 2 and 3; what they return in 3 cannot be an error in software.
void Sha256::begin() {
    mbedtls_sha256_init(&context_);
    mbedtls_sha256_starts(&context_, 0);
}

void Sha256::add(std::string_view bytes) { mbedtls_sha256_update(&context_, bytes_of(bytes), bytes.size()); }

Sha256Value Sha256::value() {
    Sha256Value result;
    mbedtls_sha256_finish(&context_, result.data());
    return result;
}

Sha256Value sha256(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.value();
}

}  // namespace boardwalk::app
