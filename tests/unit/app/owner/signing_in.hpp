#pragma once

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/app/crypto/hmac.hpp"
#include "firmware/app/owner/scram.hpp"
#include "shared/base64url.hpp"

/// The client's side of SCRAM-SHA-256, for tests: from the password's salted form on.
namespace boardwalk::test {

inline std::string to_text(std::span<const std::uint8_t> bytes) {
    std::string text(protocol::base64url_size(bytes.size()), ' ');
    protocol::write_base64url(bytes, text);
    return text;
}
template <std::size_t size>
protocol::Octets<size> to_bytes(std::string_view text) {
    protocol::Octets<size> bytes{};
    EXPECT_TRUE(protocol::read_base64url(text, bytes)) << text;
    return bytes;
}

/// `shared/sign_in/scram.json`.
inline nlohmann::json exchanges() {
    std::ifstream file(BOARDWALK_SIGN_IN "scram.json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return nlohmann::json::parse(text, nullptr, false)["exchanges"];
}

/// Someone with a password. Its slow part (PBKDF2) is left out: any 32 bytes are the salted password.
struct Visitor {
    std::string name;
    protocol::Octets<32> salted{};
    protocol::Salt salt{};

    Visitor(std::string user, std::uint8_t password) : name(std::move(user)) {
        salted.fill(password);
        salt.fill(static_cast<std::uint8_t>(password + 100));
    }
    [[nodiscard]] protocol::Octets<32> client_key() const { return app::hmac(salted, "Client Key"); }
    /// What the board gets of it.
    [[nodiscard]] nlohmann::json keys() const {
        return {{"salt", to_text(salt)},
                {"iterations", 10'000},
                {"stored_key", to_text(app::sha256(app::text_of(client_key())))},
                {"server_key", to_text(app::hmac(salted, "Server Key"))}};
    }
    [[nodiscard]] nlohmann::json user_with(std::string_view role) const {
        auto user = keys();
        user["role"] = role;
        return user;
    }
    [[nodiscard]] std::string message(const nlohmann::json& challenge) const {
        const auto nonce = challenge["nonce"].get<std::string>();
        return "n=" + name + ",r=" + nonce.substr(0, 24) + ",r=" + nonce +
               ",s=" + challenge["salt"].get<std::string>() +
               ",i=" + std::to_string(challenge["iterations"].get<int>()) + ",c=biws,r=" + nonce;
    }
    [[nodiscard]] std::string proof(const nlohmann::json& challenge) const {
        auto proof = client_key();
        const auto signature = app::hmac(app::sha256(app::text_of(client_key())), message(challenge));
        for (std::size_t i = 0; i < proof.size(); ++i)
            proof[i] ^= signature[i];
        return to_text(proof);
    }
    [[nodiscard]] std::string server_proof(const nlohmann::json& challenge) const {
        return to_text(app::hmac(app::hmac(salted, "Server Key"), message(challenge)));
    }
};

}  // namespace boardwalk::test
