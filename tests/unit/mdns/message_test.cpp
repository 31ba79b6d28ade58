// The packets of the board's responder, checked with a codec that shares no code with it. Malformed packets
// do no harm.

#include "tests/support/mdns/message.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "firmware/stacks/mdns/packet.hpp"

namespace boardwalk::test::mdns {
namespace {

using namespace ports::mdns;

Message sample() {
    const auto instance = name_of({"No. 5", "_boardwalk", "_tcp", "local"});
    Message message{.id = 7, .flags = flag_response};
    message.questions.push_back({.name = instance, .type = type_any, .wants_unicast = true});
    message.answers.push_back({.name = name_of({"_boardwalk", "_tcp", "local"}),
                               .type = type_ptr,
                               .ttl_s = 4'500,
                               .data = instance});
    message.authorities.push_back({.name = instance,
                                   .type = type_srv,
                                   .unique = true,
                                   .ttl_s = 120,
                                   .data = std::string(6, '\0') + name_of({"board", "local"})});
    message.additionals.push_back(
        {.name = name_of({"board", "local"}), .type = type_a, .ttl_s = 70'000, .data = "\x7f\1\1\1"});
    return message;
}

/// In memory of its own size, so that a read behind the end is seen by the address sanitizer.
bool parse_alone(std::string_view bytes, Message& message) {
    const std::vector<char> alone(bytes.begin(), bytes.end());
    return read_by_board({alone.data(), alone.size()}, message);
}

TEST(MdnsMessage, WhatIsWrittenIsReadBack) {
    Message message;
    ASSERT_TRUE(parse_alone(encode(sample()), message));
    EXPECT_EQ(message.id, 7);
    ASSERT_EQ(message.questions.size(), 1U);
    EXPECT_TRUE(message.questions[0].wants_unicast);
    EXPECT_EQ(message.questions[0].class_code, class_in);
    ASSERT_EQ(message.answers.size(), 1U);
    EXPECT_EQ(message.answers[0].data, sample().answers[0].data);
    ASSERT_EQ(message.authorities.size(), 1U);
    EXPECT_TRUE(message.authorities[0].unique);
    EXPECT_EQ(message.authorities[0].data, sample().authorities[0].data);
    ASSERT_EQ(message.additionals.size(), 1U);
    EXPECT_EQ(message.additionals[0].ttl_s, 70'000U);
}

TEST(MdnsMessage, TheBoardWritesWhatOthersWrite) { EXPECT_EQ(written_by_board(sample()), encode(sample())); }

TEST(MdnsMessage, APartThatDoesNotFitIsLeftOutWhole) {
    auto message = sample();
    const auto size = encode(message).size();
    Record filler{.name = name_of({"board", "local"}), .type = type_txt, .ttl_s = 120};
    const std::size_t around = filler.name.size() + 10;
    filler.data = std::string(packet_bytes_max - size - around, 'x');
    message.additionals.push_back(filler);
    EXPECT_EQ(written_by_board(message).size(), packet_bytes_max);
    EXPECT_EQ(written_by_board(message), encode(message));
    message.additionals.back().data += 'x';
    EXPECT_EQ(written_by_board(message), encode(sample()));
}

TEST(MdnsMessage, NamesInDataAreReadThroughTheirPointers) {
    using namespace std::string_literals;
    Message message;
    ASSERT_TRUE(parse_alone("\0\0\x84\0\0\0\0\1\0\0\0\0"s + "\1b\5local\0"s +
                                "\0\x21\0\1\0\0\0\x78\0\x0a\0\0\0\0\0\x50\1c\xc0\x0e"s,
                            message));
    EXPECT_EQ(message.answers[0].data, "\0\0\0\0\0\x50"s + name_of({"c", "local"}));
}

TEST(MdnsMessage, EveryTruncationIsRefused) {
    const auto packet = encode(sample());
    Message message;
    for (std::size_t size = 0; size < packet.size(); ++size) {
        EXPECT_FALSE(parse_alone(std::string_view(packet).substr(0, size), message)) << size;
    }
}

TEST(MdnsMessage, FlippedBitsNeverHarm) {
    std::mt19937 random(5353);
    Message message, by_others;
    unsigned read = 0;
    for (unsigned round = 0; round < 20'000; ++round) {
        auto packet = encode(sample());
        for (auto flips = 1 + random() % 4; flips > 0; --flips) {
            auto& byte = packet[random() % packet.size()];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << random() % 8));
        }
        const bool readable = parse_alone(packet, message);
        EXPECT_EQ(readable, parse(packet, by_others));
        if (!readable) continue;
        ++read;
        EXPECT_EQ(encode(message), encode(by_others));
    }
    EXPECT_GT(read, 1'000U);
}

TEST(MdnsMessage, APointerThatDoesNotLeadBackIsRefused) {
    using namespace std::string_literals;
    const auto head = "\0\0\0\0\0\1\0\0\0\0\0\0"s;
    const auto tail = "\0\xff\0\1"s;
    Message message;
    EXPECT_TRUE(parse_alone(head + "\1a\0"s + tail, message));
    EXPECT_FALSE(parse_alone(head + "\xc0\x0c"s + tail, message));
    EXPECT_FALSE(parse_alone(head + "\xc0\x0e\1a\xc0\x0c"s + tail, message));
    EXPECT_FALSE(parse_alone(head + "\x40"s + tail, message));
}

TEST(MdnsMessage, ANameOf255BytesIsReadAndOneOf256Refused) {
    using namespace std::string_literals;
    const auto head = "\0\0\0\0\0\1\0\0\0\0\0\0"s;
    const auto tail = "\0\xff\0\1"s;
    std::string name;
    for (int i = 0; i < 126; ++i)
        name += "\1a"s;
    Message message;
    EXPECT_TRUE(parse_alone(head + name + "\1a\0"s + tail, message));
    EXPECT_FALSE(parse_alone(head + name + "\2aa\0"s + tail, message));
}

TEST(MdnsMessage, NamesCompareWithoutCase) {
    EXPECT_TRUE(ports::mdns::same_name(name_of({"Kitchen", "LOCAL"}), name_of({"kitchen", "local"})));
    EXPECT_FALSE(ports::mdns::same_name(name_of({"kitchen"}), name_of({"kitchen", "local"})));
}

}  // namespace
}  // namespace boardwalk::test::mdns
