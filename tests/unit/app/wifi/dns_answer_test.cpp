#include "firmware/app/wifi/dns_answer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace boardwalk::test {

namespace {

constexpr std::array<std::uint8_t, 4> board = {192, 168, 4, 1};
constexpr std::uint16_t type_a = 1, type_aaaa = 28, type_https = 65, type_any = 255;

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& bytes, unsigned number) {
    bytes.push_back(static_cast<std::uint8_t>(number >> 8));
    bytes.push_back(static_cast<std::uint8_t>(number));
}

/// A query as resolvers send it: recursion desired.
Bytes query_for(const std::vector<std::string>& labels, unsigned type = type_a, unsigned question_class = 1) {
    Bytes query;
    for (const unsigned word : {0xBEEFU, 0x0100U, 1U, 0U, 0U, 0U})
        put(query, word);
    for (const auto& label : labels) {
        query.push_back(static_cast<std::uint8_t>(label.size()));
        query.insert(query.end(), label.begin(), label.end());
    }
    query.push_back(0);
    put(query, type);
    put(query, question_class);
    return query;
}

/// Empty when there is no answer.
Bytes answer_to(const Bytes& query, std::size_t room = app::dns_query_bytes_max + 16) {
    Bytes answer(room);
    answer.resize(app::answer_dns(query, board, answer));
    return answer;
}

}  // namespace

TEST(DnsAnswer, EveryNameLeadsToTheBoard) {
    const auto query = query_for({"captive", "apple", "com"});
    Bytes expected = query;
    expected[2] = 0x85;  // response, authoritative, recursion desired as it was asked for
    expected[7] = 1;     // one answer
    for (const unsigned word : {0xC00CU, 1U, 1U, 0U, 0U, 4U})
        put(expected, word);
    expected.insert(expected.end(), board.begin(), board.end());
    EXPECT_EQ(answer_to(query), expected);
    EXPECT_EQ(answer_to(query_for({})).size(), 17U + 16U) << "the root too";
    EXPECT_EQ(answer_to(query_for({"x"}, type_any)).size(), 19U + 16U);
}

TEST(DnsAnswer, WhatIsNoAddressOfOursExistsWithoutContent) {
    for (const unsigned type : {type_aaaa + 0U, type_https + 0U, 16U}) {
        const auto query = query_for({"captive", "apple", "com"}, type);
        const auto answer = answer_to(query);
        ASSERT_EQ(answer.size(), query.size());
        EXPECT_EQ(answer[3] & 0x0F, 0) << "no error: NXDOMAIN would be about the A record as well";
        EXPECT_EQ(answer[7], 0);
    }
}

TEST(DnsAnswer, AnOptionBehindTheQuestionIsPassedOver) {
    auto query = query_for({"example", "org"});
    const auto plain = answer_to(query);
    query[11] = 1;  // RFC 6891: one additional record
    const Bytes option = {0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0};
    query.insert(query.end(), option.begin(), option.end());
    EXPECT_EQ(answer_to(query), plain);
}

TEST(DnsAnswer, AQueryCutAnywhereGetsNoAnswer) {
    const auto query = query_for({"captive", "apple", "com"});
    for (std::size_t size = 0; size < query.size(); ++size)
        EXPECT_TRUE(answer_to({query.begin(), query.begin() + static_cast<std::ptrdiff_t>(size)}).empty())
            << size;
}

TEST(DnsAnswer, WhatIsNoPlainQueryGetsNoAnswer) {
    struct Row {
        std::size_t at;
        std::uint8_t value;
        const char* what;
    };
    for (const Row& row :
         {Row{2, 0x81, "a response: two boards would answer each other for ever"},
          Row{2, 0x11, "a status request"}, Row{2, 0x03, "truncated"}, Row{5, 0, "no question"},
          Row{5, 2, "two questions"}, Row{7, 1, "an answer"}, Row{9, 1, "an authority"},
          Row{12, 0xC0, "a pointer, which can only point at itself"}, Row{12, 64, "a label of 64 bytes"}}) {
        auto query = query_for({"captive", "apple", "com"});
        query[row.at] = row.value;
        EXPECT_TRUE(answer_to(query).empty()) << row.what;
    }
    EXPECT_TRUE(answer_to(query_for({"x"}, type_a, 3)).empty()) << "class CHAOS";
}

TEST(DnsAnswer, ANameOf255BytesIsTheLongest) {
    const std::string label(63, 'n');
    EXPECT_FALSE(answer_to(query_for({label, label, label, std::string(61, 'n')})).empty());
    EXPECT_TRUE(answer_to(query_for({label, label, label, std::string(62, 'n')})).empty());
}

TEST(DnsAnswer, AQueryOf512BytesIsTheLongest) {
    auto query = query_for({"x"});
    query.resize(app::dns_query_bytes_max);
    EXPECT_FALSE(answer_to(query).empty());
    query.push_back(0);
    EXPECT_TRUE(answer_to(query).empty());
}

TEST(DnsAnswer, NothingIsWrittenBehindTheRoom) {
    const auto query = query_for({"example", "org"});
    const auto whole = answer_to(query).size();
    EXPECT_EQ(answer_to(query, whole).size(), whole);
    EXPECT_TRUE(answer_to(query, whole - 1).empty());
}

}  // namespace boardwalk::test
