#include "firmware/app/owner/scram.hpp"

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/app/crypto/hmac.hpp"
#include "shared/base64url.hpp"

namespace boardwalk::app {

static_assert(auth_message_bytes_max >= std::string_view("n=,r=,r=,s=,i=1000000,c=biws,r=").size() +
                                            limits::name_bytes_max + limits::client_nonce_bytes +
                                            2 * limits::nonce_bytes_max + protocol::base64url_size(16));

void write_auth_message(TextWriter& out, const SignIn& sign_in, const Keys& keys) {
    const auto salt = protocol::to_base64url(keys.salt);
    out.append("n=");
    out.append(sign_in.user);
    out.append(",r=");
    out.append(sign_in.client_nonce);
    out.append(",r=");
    out.append(sign_in.nonce);
    out.append(",s=");
    out.append({salt.data(), salt.size()});
    out.append(",i=");
    out.append_number(keys.iterations);
    out.append(",c=biws,r=");
    out.append(sign_in.nonce);
}

/// RFC 5802 §3: the proof is the client key, hidden by a signature that the board can make, too.
bool is_right_proof(const Keys& keys, std::string_view auth_message, const protocol::ScramKey& proof) {
    auto client_key = hmac(keys.stored, auth_message);
    for (std::size_t i = 0; i < client_key.size(); ++i)
        client_key[i] = static_cast<std::uint8_t>(client_key[i] ^ proof[i]);
    return equal_secrets(sha256(text_of(client_key)), keys.stored);
}

protocol::ScramKey server_proof(const Keys& keys, std::string_view auth_message) {
    return hmac(keys.server, auth_message);
}

}  // namespace boardwalk::app
