#pragma once

/* ESP-IDF 6 comes with mbedtls 4, which has hashes behind the PSA interface only (and on the chip's own unit there).
   This file stands in front of it then: the names that mbedtls 2 and 3 have, for firmware/app/crypto/sha256.cpp. As
   macros, since mbedtls 4 keeps the old names to itself. */

#include <psa/crypto.h>

#define mbedtls_sha256_context psa_hash_operation_t
#define mbedtls_sha256_init(context) ((void)(*(context) = psa_hash_operation_init()))
#define mbedtls_sha256_starts(context, is_224) ((void)psa_hash_setup(context, PSA_ALG_SHA_256))
#define mbedtls_sha256_update(context, bytes, size) ((void)psa_hash_update(context, bytes, size))
#define mbedtls_sha256_finish(context, hash) boardwalk_sha256_finish(context, hash)

static inline void boardwalk_sha256_finish(psa_hash_operation_t* context, unsigned char* hash) {
    size_t size = 0;
    (void)psa_hash_finish(context, hash, 32, &size);
}
