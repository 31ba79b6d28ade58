#pragma once

#include <string_view>

#include "firmware/app/owner/accounts.hpp"
#include "firmware/core/text_writer.hpp"

/// SCRAM-SHA-256 (RFC 5802, RFC 7677) as the API has it: the board never sees a password.
namespace boardwalk::app {

/// What both sides put into their proofs.
struct SignIn {
    std::string_view user;
    std::string_view client_nonce;
    std::string_view nonce;
};
/// The longest of `write_auth_message`.
inline constexpr std::size_t auth_message_bytes_max = 320;
void write_auth_message(TextWriter&, const SignIn&, const Keys&);

/// True for the proof of a client that knows the password behind the keys.
[[nodiscard]] bool is_right_proof(const Keys&, std::string_view auth_message,
                                  const protocol::ScramKey& proof);
/// The board's own proof, that it knows the keys.
[[nodiscard]] protocol::ScramKey server_proof(const Keys&, std::string_view auth_message);

}  // namespace boardwalk::app
