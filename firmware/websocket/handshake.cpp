#include "firmware/websocket/handshake.hpp"

#include <mbedtls/base64.h>
#include <mbedtls/md.h>

#include <algorithm>
#include <cstring>

namespace boardwalk::websocket {
namespace {

constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
constexpr std::size_t key_bytes = 24;  // base64 of 16 bytes

bool is_key(std::string_view key) {
    if (key.size() != key_bytes) return false;
    std::array<unsigned char, 18> nonce;
    std::size_t size = 0;
    return mbedtls_base64_decode(nonce.data(), nonce.size(), &size,
                                 reinterpret_cast<const unsigned char*>(key.data()), key.size()) == 0 &&
           size == 16;
}

}  // namespace

std::optional<HandshakeError> check_handshake(const http::Request& request) {
    using enum HandshakeError;
    if (!request.upgrade_websocket) return request.websocket_key.empty() ? upgrade_required : no_upgrade;
    if (request.method != http::Method::get || request.minor_version == 0) return not_get;
    if (request.framing == http::Framing::chunked || request.content_length > 0) return has_body;
    if (request.websocket_version != "13") return other_version;
    if (!is_key(request.websocket_key)) return bad_key;
    return std::nullopt;
}

AcceptKey accept_key(std::string_view key) {
    std::array<unsigned char, key_bytes + guid.size()> text;
    std::memcpy(text.data(), key.data(), key_bytes);
    std::memcpy(text.data() + key_bytes, guid.data(), guid.size());
    std::array<unsigned char, 20> digest{};
    mbedtls_md(mbedtls_md_info_from_type(MBEDTLS_MD_SHA1), text.data(), text.size(), digest.data());
    std::array<unsigned char, 29> encoded{};  // with the zero that mbedtls adds
    std::size_t size = 0;
    mbedtls_base64_encode(encoded.data(), encoded.size(), &size, digest.data(), digest.size());
    AcceptKey key_text{};
    std::copy_n(encoded.begin(), key_text.size(), key_text.begin());
    return key_text;
}

bool offers_protocol(const http::Request& request, std::string_view protocol) {
    auto list = request.websocket_protocol;
    for (auto name = list.next(); !name.empty(); name = list.next()) {
        if (name == protocol) return true;
    }
    return false;
}

}  // namespace boardwalk::websocket
