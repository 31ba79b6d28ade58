#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware/app/crypto/sha256_value.hpp"
#include "shared/limits.hpp"
#include "shared/request_values.hpp"

namespace boardwalk::app {

using protocol::Role;

/// What a board keeps of a password (RFC 5802 §3): enough to check a proof, and not to make one.
struct Keys {
    protocol::Salt salt{};
    std::uint32_t iterations = limits::iterations_default;
    protocol::ScramKey stored{}, server{};
};

struct Person {
    protocol::Name name;  ///< empty: the place is free
    Role role = Role::viewer;
    Keys keys;
};

struct Token {
    std::uint32_t id = 0;  ///< 0: the place is free
    protocol::Name name;   ///< what it is for
    Role role = Role::viewer;
    Sha256Value hash{};  ///< of its text
};

/// The people of a board, and the tokens of their programs. A place stays the same one for as long as it is
/// taken.
struct Accounts {
    std::array<Person, limits::people_max> people;
    std::array<Token, limits::tokens_max> tokens;
    /// Makes up the salts of people that there are not, so that they look like those that there are.
    std::array<std::uint8_t, 16> secret{};

    [[nodiscard]] bool has_owner() const;
    /// The index of the person of that name.
    [[nodiscard]] std::optional<std::size_t> find_person(std::string_view name) const;
    [[nodiscard]] std::optional<std::size_t> find_token(std::uint32_t id) const;
    /// The index of the token of that hash; each is compared, and no time tells which came near.
    [[nodiscard]] std::optional<std::size_t> find_token(const Sha256Value& hash) const;
    /// The index of a free place.
    [[nodiscard]] std::optional<std::size_t> free_person() const;
    [[nodiscard]] std::optional<std::size_t> free_token() const;
};

/// The longest file of `write_accounts`.
inline constexpr std::size_t accounts_file_bytes_max =
    4 + 16 + limits::people_max * (1 + limits::name_bytes_max + 1 + 16 + 4 + 32 + 32) +
    limits::tokens_max * (1 + limits::name_bytes_max + 1 + 4 + 32) + 8;

/// Writes them as a file, of `accounts_file_bytes_max` at most. Returns its size.
[[nodiscard]] std::size_t write_accounts(const Accounts&, std::span<char> memory);
/// Reads such a file: with an owner, or of nobody. Nothing, when it is not whole, or makes no sense.
[[nodiscard]] std::optional<Accounts> read_accounts(std::string_view file);

}  // namespace boardwalk::app
