#include "firmware/app/update/sha256.hpp"

#include <mbedtls/version.h>

namespace boardwalk::app {

namespace {

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// mbedtls 3 gave the functions that return a result the short names. None of them fails in software.
#if MBEDTLS_VERSION_MAJOR < 3
constexpr auto start = mbedtls_sha256_starts_ret;
constexpr auto update = mbedtls_sha256_update_ret;
constexpr auto finish = mbedtls_sha256_finish_ret;
#else
constexpr auto start = mbedtls_sha256_starts;
constexpr auto update = mbedtls_sha256_update;
constexpr auto finish = mbedtls_sha256_finish;
#endif

}  // namespace

void Sha256::begin() {
    mbedtls_sha256_init(&context_);
    (void)start(&context_, 0);
}

void Sha256::add(std::string_view bytes) { (void)update(&context_, bytes_of(bytes), bytes.size()); }

Sha256Value Sha256::value() {
    Sha256Value result;
    (void)finish(&context_, result.data());
    return result;
}

}  // namespace boardwalk::app
