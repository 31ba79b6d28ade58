#pragma once

/* What the board needs of mbedtls: the WebSocket's handshake and the digests of firmware. */
#define MBEDTLS_BASE64_C
#define MBEDTLS_MD_C
#define MBEDTLS_SHA1_C
#define MBEDTLS_SHA256_C
