#pragma once

#include <array>
#include <string>
#include <string_view>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/app/owner/accounts.hpp"

/// A board that is claimed from its first start on, and a program of its owner.
namespace boardwalk::test {

inline constexpr std::string_view owner_token = "a-token-of-the-owner-for-tests-0123456789";
inline constexpr std::string_view owner_field =
    "Authorization: Bearer a-token-of-the-owner-for-tests-0123456789\r\n";
/// The field lines of a request with that token.
inline constexpr std::string_view owner_fields =
    "Authorization: Bearer a-token-of-the-owner-for-tests-0123456789\r\n\r\n";

inline app::Accounts owned_accounts() {
    app::Accounts accounts;
    accounts.people[0] = {.name = "owner", .role = app::Role::owner, .keys = {}};
    accounts.tokens[0] = {
        .id = 1, .name = "tests", .role = app::Role::owner, .hash = app::sha256(owner_token)};
    return accounts;
}

/// What a board keeps of them, under the name `owner`.
inline std::string file_of(const app::Accounts& accounts) {
    std::array<char, app::accounts_file_bytes_max> memory;
    return {memory.data(), app::write_accounts(accounts, memory)};
}

}  // namespace boardwalk::test
