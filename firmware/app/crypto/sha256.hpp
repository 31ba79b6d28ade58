#pragma once

#include <mbedtls/sha256.h>

#include <string_view>

#include "firmware/app/crypto/sha256_value.hpp"

namespace boardwalk::app {

/// SHA-256 over what is added, by mbedtls; no heap.
class Sha256 {
public:
    Sha256() { begin(); }
    void begin();
    void add(std::string_view bytes);
    [[nodiscard]] Sha256Value value();

private:
    mbedtls_sha256_context context_;
};

[[nodiscard]] Sha256Value sha256(std::string_view bytes);

}  // namespace boardwalk::app
