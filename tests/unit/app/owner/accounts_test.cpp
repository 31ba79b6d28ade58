#include "firmware/app/owner/accounts.hpp"

#include <gtest/gtest.h>

#include "firmware/limits.hpp"
#include "tests/support/claimed.hpp"

/// The file of people and tokens.
namespace boardwalk::test {

using app::Accounts;
using app::Role;

/// Every place taken, every name at its longest.
Accounts full_accounts() {
    Accounts accounts;
    accounts.secret.fill(7);
    const std::string rest(limits::name_bytes_max - 1, 'n');
    for (std::size_t i = 0; i < accounts.people.size(); ++i) {
        const auto letter = static_cast<char>('a' + i);
        auto& one = accounts.people[i];
        one.name = cut(letter + rest);
        one.role = i == 3 ? Role::owner : Role::operator_;
        one.keys.salt.fill(static_cast<std::uint8_t>(i));
        one.keys.iterations = limits::iterations_max;
        one.keys.stored.fill(0xff);
        one.keys.server.fill(0x80);
    }
    for (std::size_t i = 0; i < accounts.tokens.size(); ++i)
        accounts.tokens[i] = {.id = 0xfffffff0U + static_cast<std::uint32_t>(i),
                              .name = cut("t" + rest),
                              .role = Role::viewer,
                              .hash = app::sha256(std::string(1, static_cast<char>(i)))};
    return accounts;
}

TEST(Accounts, AreReadAsTheyWereWritten) {
    const auto full = file_of(full_accounts());
    EXPECT_EQ(full.size(), app::accounts_file_bytes_max);
    for (const auto& file : {full, file_of(owned_accounts())}) {
        const auto read = app::read_accounts(file);
        ASSERT_TRUE(read);
        EXPECT_EQ(file_of(*read), file);
    }
}

TEST(Accounts, APlaceStaysThatOfItsPersonWhenAnotherGoes) {
    auto accounts = full_accounts();
    accounts.people[1] = {};
    accounts.tokens[0] = {};
    const auto read = app::read_accounts(file_of(accounts));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->find_person(accounts.people[3].name), 3U);
    EXPECT_EQ(read->free_person(), 1U);
    EXPECT_EQ(read->find_token(0xfffffff2U), 2U);
    EXPECT_EQ(read->free_token(), 0U);
}

TEST(Accounts, AFileThatWasCutAnywhereOrHasAnyBitTurnedIsNotRead) {
    const auto file = file_of(full_accounts());
    for (std::size_t size = 0; size < file.size(); ++size)
        EXPECT_FALSE(app::read_accounts(file.substr(0, size))) << size;
    EXPECT_FALSE(app::read_accounts(file + '\0'));
    for (std::size_t at = 0; at < file.size() * 8; ++at) {
        auto turned = file;
        turned[at / 8] = static_cast<char>(turned[at / 8] ^ 1 << at % 8);
        EXPECT_FALSE(app::read_accounts(turned)) << at;
    }
}

/// As a hand that knows the layout could write it.
TEST(Accounts, AWholeFileThatMakesNoSenseIsNotRead) {
    auto nobody = owned_accounts();
    nobody.people[0].role = Role::viewer;
    EXPECT_FALSE(app::read_accounts(file_of(nobody))) << "no owner";
    auto twice = full_accounts();
    twice.people[1].name = twice.people[0].name;
    EXPECT_FALSE(app::read_accounts(file_of(twice))) << "one name, two people";
    auto same_id = full_accounts();
    same_id.tokens[1].id = same_id.tokens[0].id;
    EXPECT_FALSE(app::read_accounts(file_of(same_id))) << "one id, two tokens";
    auto role = owned_accounts();
    role.people[0].role = static_cast<Role>(3);
    EXPECT_FALSE(app::read_accounts(file_of(role))) << "no such role";
    auto name = owned_accounts();
    name.people[1].name = " a";
    EXPECT_FALSE(app::read_accounts(file_of(name))) << "no such name";
}

TEST(Accounts, OfABoardWhoseOwnerWasForgottenThereIsNobody) {
    const auto read = app::read_accounts(file_of({}));
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->has_owner());
    auto token_alone = owned_accounts();
    token_alone.people[0] = {};
    EXPECT_FALSE(app::read_accounts(file_of(token_alone))) << "a token without an owner makes no sense";
}

TEST(Accounts, OnlyTheSameHashIsTheTokens) {
    const auto accounts = owned_accounts();
    EXPECT_EQ(accounts.find_token(app::sha256(owner_token)), 0U);
    EXPECT_FALSE(accounts.find_token(app::sha256("another")));
    EXPECT_FALSE(accounts.find_token(app::Sha256Value{})) << "that of a free place";
}

}  // namespace boardwalk::test
