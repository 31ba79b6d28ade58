#pragma once

#include "shared/base64url.hpp"
#include "shared/fixed_string.hpp"
#include "shared/limits.hpp"
#include "shared/name_rule.hpp"
#include "shared/names.hpp"
#include "shared/output_value.hpp"
#include "shared/trusted_names.hpp"

/// What the members of requests hold, beside numbers. The schemas name these types (`x-type`).
namespace boardwalk::protocol {

using OutputId = FixedString<limits::id_bytes_max>;
using Ssid = FixedString<limits::ssid_bytes_max>;
using WifiPassword = FixedString<limits::wifi_password_bytes_max>;
using StreamRate = double;  ///< messages a second
/// Of the claim and of signing in; the keys are those of RFC 5802 §3.
using SetupCode = FixedString<limits::setup_code_bytes>;  ///< in capitals, of Crockford's alphabet
inline constexpr std::string_view setup_code_letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
using Salt = Octets<16>;
using ScramKey = Octets<32>;
using ClientNonce = FixedString<limits::client_nonce_bytes>;
using Nonce = FixedString<limits::nonce_bytes_max>;
using TokenText = FixedString<limits::token_bytes_max>;

}  // namespace boardwalk::protocol
