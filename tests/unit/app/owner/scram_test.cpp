#include "firmware/app/owner/scram.hpp"

#include <gtest/gtest.h>

#include "firmware/app/owner/challenges.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/unit/app/owner/signing_in.hpp"

/// The board's side of SCRAM-SHA-256, by the vectors that page and companion have, too.
namespace boardwalk::test {

app::Keys keys_of(const nlohmann::json& exchange) {
    return {.salt = to_bytes<16>(exchange["salt"].get<std::string>()),
            .iterations = exchange["iterations"],
            .stored = to_bytes<32>(exchange["stored_key"].get<std::string>()),
            .server = to_bytes<32>(exchange["server_key"].get<std::string>())};
}

TEST(Scram, ProofsAreThoseOfTheVectors) {
    const auto all = exchanges();
    ASSERT_GE(all.size(), 4U);
    for (const auto& exchange : all) {
        SCOPED_TRACE(exchange["name"].get<std::string>());
        const auto keys = keys_of(exchange);
        const auto message = exchange["auth_message"].get<std::string>();
        const auto proof = to_bytes<32>(exchange["proof"].get<std::string>());
        EXPECT_TRUE(app::is_right_proof(keys, message, proof));
        EXPECT_EQ(to_text(app::server_proof(keys, message)), exchange["server_proof"]);
        for (std::size_t bit = 0; bit < 256; ++bit) {
            auto wrong = proof;
            wrong[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            EXPECT_FALSE(app::is_right_proof(keys, message, wrong)) << bit;
        }
        EXPECT_FALSE(app::is_right_proof(keys, message + " ", proof));
    }
}

TEST(Scram, TheMessageIsThatOfTheVectors) {
    int compared = 0;
    for (const auto& exchange : exchanges()) {
        if (exchange["client_nonce"].get<std::string>().size() != limits::client_nonce_bytes) continue;
        std::array<char, app::auth_message_bytes_max> memory;
        TextWriter out(memory);
        const std::string user = exchange["user"], client_nonce = exchange["client_nonce"],
                          nonce = exchange["nonce"];
        app::write_auth_message(out, {user, client_nonce, nonce}, keys_of(exchange));
        EXPECT_EQ(out.view(), exchange["auth_message"].get<std::string>());
        ++compared;
    }
    EXPECT_GE(compared, 3);
}

TEST(Scram, TheLongestMessageFits) {
    std::array<char, app::auth_message_bytes_max> memory;
    TextWriter out(memory);
    const std::string user(limits::name_bytes_max, 'u'), nonce(limits::nonce_bytes_max, 'n');
    app::write_auth_message(out, {user, nonce.substr(0, limits::client_nonce_bytes), nonce},
                            {.iterations = limits::iterations_max});
    EXPECT_FALSE(out.overflowed());
}

/// RFC 4231, test cases 1, 2 and 4: keys of 20, 4 and 25 bytes.
TEST(Hmac, IsThatOfItsRfc) {
    const auto hex = [](const app::Sha256Value& value) {
        std::string text;
        for (const auto byte : value) {
            constexpr std::string_view digits = "0123456789abcdef";
            text += digits[byte >> 4];
            text += digits[byte & 15];
        }
        return text;
    };
    const std::vector<std::uint8_t> first(20, 0x0b), second{'J', 'e', 'f', 'e'};
    std::vector<std::uint8_t> fourth(25);
    for (std::size_t i = 0; i < fourth.size(); ++i)
        fourth[i] = static_cast<std::uint8_t>(i + 1);
    EXPECT_EQ(hex(app::hmac(first, "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(app::hmac(second, "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(app::hmac(fourth, std::string(50, '\xcd'))),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

class ChallengesTest : public ::testing::Test {
protected:
    void SetUp() override { challenges.begin(platform); }

    const std::string own = std::string(limits::client_nonce_bytes, 'c');
    FakePlatform platform;
    app::Challenges challenges;
};

using Use = app::Challenges::Use;

TEST_F(ChallengesTest, ANonceIsOfItsUserAloneAndBeginsWithTheClients) {
    const auto nonce = challenges.make("owner", own, 5'000);
    EXPECT_TRUE(nonce.view().starts_with(own));
    EXPECT_TRUE(challenges.is_of(nonce, "owner"));
    EXPECT_FALSE(challenges.is_of(nonce, "owner2"));
    EXPECT_FALSE(challenges.is_of(nonce, ""));
    for (std::size_t at = 0; at < nonce.size(); ++at) {
        std::string other(nonce.view());
        other[at] = other[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(challenges.is_of(other, "owner")) << at;
        EXPECT_FALSE(challenges.is_of(nonce.view().substr(0, at), "owner")) << at;
    }
    EXPECT_FALSE(challenges.is_of(std::string(nonce.view()) + "A", "owner"));
}

TEST_F(ChallengesTest, ItIsGoodOnceAndForHalfAMinute) {
    const auto nonce = challenges.make("owner", own, 5'000);
    auto late = challenges;
    EXPECT_EQ(challenges.use(nonce, 34'999), Use::first);
    EXPECT_EQ(challenges.use(nonce, 34'999), Use::stale);
    EXPECT_EQ(late.use(nonce, 35'000), Use::stale);
    EXPECT_EQ(late.use(nonce, 4'000), Use::stale) << "before it was made";
}

TEST_F(ChallengesTest, OneOfAnEarlierStartIsNone) {
    const auto nonce = challenges.make("owner", own, 5'000);
    challenges.begin(platform);
    EXPECT_FALSE(challenges.is_of(nonce, "owner"));
}

TEST_F(ChallengesTest, NoMoreAreUsedAtATimeThanCanBeKeptApart) {
    std::vector<protocol::Nonce> used;
    for (std::size_t i = 0; i <= limits::challenges_max; ++i) {
        auto client = own;
        client[0] = static_cast<char>('A' + i);
        used.push_back(challenges.make("owner", client, 5'000));
    }
    for (std::size_t i = 0; i < limits::challenges_max; ++i)
        EXPECT_EQ(challenges.use(used[i], 5'000), Use::first) << i;
    EXPECT_EQ(challenges.use(used.back(), 5'000), Use::full);
    for (std::size_t i = 0; i < limits::challenges_max; ++i)
        EXPECT_EQ(challenges.use(used[i], 5'000), Use::stale) << i;
    const auto next = challenges.make("owner", own, 36'000);
    EXPECT_EQ(challenges.use(next, 36'000), Use::first) << "the others are over";
}

}  // namespace boardwalk::test
