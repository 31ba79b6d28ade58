#include "tests/support/allocations.hpp"
#include "tests/unit/mdns/responder_network.hpp"

/// What a board says about itself, and when.
namespace boardwalk::test::mdns {
namespace {

TEST(MdnsResponder, ProbesThreeTimesAndThenAnnouncesTwice) {
    Network network({{service("Kitchen"), 1}});
    const auto said = network.run_until(5'000);
    ASSERT_EQ(said.size(), 5U);
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_TRUE(is_probe(said[i])) << i;
    for (std::size_t i = 3; i < 5; ++i) {
        EXPECT_EQ(said[i].answers.size(), 10U);
        EXPECT_NE(find(said[i].answers, type_ptr, services), nullptr);
        EXPECT_TRUE(find(said[i].answers, type_srv)->unique);
        EXPECT_FALSE(find(said[i].answers, type_ptr)->unique);
        EXPECT_EQ(find(said[i].answers, type_a)->data, here);
    }
    EXPECT_EQ(network[0].due_ms(), Responder::never);
}

TEST(MdnsResponder, AnswersWithAllThatIsNeededToConnect) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    network.say(question(board_type, type_ptr));
    const auto said = network.run_until(6'000);
    ASSERT_EQ(said.size(), 1U);
    ASSERT_EQ(said[0].answers.size(), 1U);
    EXPECT_EQ(first_label(said[0].answers[0].data), "Kitchen");
    EXPECT_NE(find(said[0].additionals, type_srv), nullptr);
    EXPECT_NE(find(said[0].additionals, type_a), nullptr);
    const auto* text = find(said[0].additionals, type_txt);
    ASSERT_NE(text, nullptr);
    EXPECT_EQ(text->data,
              "\x09"
              "txtvers=1"
              "\x0f"
              "id=0123456789ab"
              "\x15"
              "mac=02:23:45:67:89:ab"
              "\x0c"
              "name=Kitchen"
              "\x0d"
              "model=virtual"
              "\x08"
              "fw=0.1.0"
              "\x05"
              "api=1"
              "\x06"
              "path=/"
              "\x05"
              "tls=0"
              "\x06"
              "auth=0");
}

TEST(MdnsResponder, WhatTheAskerKnowsIsNotRepeated) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    auto query = question(board_type, type_ptr);
    query.answers.push_back({.name = board_type,
                             .type = type_ptr,
                             .ttl_s = 2'250,
                             .data = name_of({"Kitchen", "_boardwalk", "_tcp", "local"})});
    network.say(query);
    EXPECT_EQ(network.run_until(7'000).size(), 0U);
    query.answers[0].ttl_s = 2'249;  // less than half of its time
    network.say(query);
    EXPECT_EQ(network.run_until(9'000).size(), 1U);
}

TEST(MdnsResponder, ARecordIsMulticastOnceASecondHoweverOftenItIsAskedFor) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    std::size_t answers = 0;
    for (std::uint64_t ms = 5'000; ms < 8'000; ms += 10) {
        network.say(question(board_type, type_ptr));
        answers += network.run_until(ms + 10).size();
    }
    EXPECT_GE(answers, 2U);
    EXPECT_LE(answers, 3U);
}

TEST(MdnsResponder, APlainDnsClientIsAnsweredAloneAndWithItsQuestion) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    auto query = question(board_type, type_ptr);
    query.id = 77;
    network.say(query, {.address = 0x7f000001, .port = 40'000});
    EXPECT_EQ(network.run_until(6'000).size(), 0U);
    ASSERT_EQ(network.unicast().size(), 1U);
    EXPECT_EQ(network.unicast()[0].to.port, 40'000);
    Message answer;
    ASSERT_TRUE(parse(network.unicast()[0].packet, answer));
    EXPECT_EQ(answer.id, 77);
    EXPECT_EQ(answer.questions.size(), 1U);
    EXPECT_EQ(answer.answers[0].ttl_s, 10U);
    EXPECT_FALSE(find(answer.additionals, type_srv)->unique);
}

TEST(MdnsResponder, WhoAsksForAnIPv6AddressHearsThatThereIsNone) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    network.say(question(name_of({"boardwalk-0123456789ab", "local"}), type_aaaa));
    const auto said = network.run_until(6'000);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_NE(find(said[0].answers, type_nsec), nullptr);
    EXPECT_EQ(find(said[0].answers, type_a), nullptr);
}

TEST(MdnsResponder, ANewNameIsAnnouncedBeforeTheOldOneIsWithdrawn) {
    Network network({{service("Before"), 1}});
    (void)network.run_until(5'000);
    network[0].rename("After", network.now_ms());
    const auto said = network.run_until(9'000);
    ASSERT_EQ(said.size(), 6U);
    EXPECT_EQ(find(said[3].answers, type_srv)->ttl_s, 120U);
    EXPECT_EQ(first_label(find(said[3].answers, type_srv)->name), "After");
    EXPECT_EQ(find(said[4].answers, type_srv)->ttl_s, 0U);
    EXPECT_EQ(first_label(find(said[4].answers, type_srv)->name), "Before");
}

TEST(MdnsResponder, ABoardThatGetsAnOwnerSaysSoWithoutBeingAsked) {
    Network network({{service("Kitchen"), 1}});
    const auto has = [](const Message& message, std::string_view text) {
        const auto* record = find(message.answers, type_txt);
        return record != nullptr && record->data.find(text) != std::string::npos;
    };
    auto said = network.run_until(5'000);
    EXPECT_TRUE(has(said.back(), "\6auth=0"));
    network[0].require_sign_in(network.now_ms());
    said = network.run_until(9'000);
    ASSERT_EQ(said.size(), 2U) << "RFC 6762 8.3: twice";
    for (const auto& message : said)
        EXPECT_TRUE(has(message, "\6auth=1"));
    network[0].require_sign_in(network.now_ms());
    EXPECT_TRUE(network.run_until(20'000).empty());
}

TEST(MdnsResponder, SaysGoodbyeToAllThatIsItsOwn) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    network[0].say_goodbye(network);
    const auto said = network.run_until(9'000);
    ASSERT_EQ(said.size(), 1U);
    EXPECT_EQ(said[0].answers.size(), 8U);
    for (const auto& record : said[0].answers)
        EXPECT_EQ(record.ttl_s, 0U);
    EXPECT_EQ(find(said[0].answers, type_ptr, services), nullptr) << "other boards have it, too";
}

TEST(MdnsResponder, SaysNothingBeforeItsNamesAreItsOwn) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(1'300);
    network.say(question(board_type, type_ptr));
    for (const auto& message : network.run_until(1'500))
        EXPECT_TRUE(is_probe(message));
    network[0].say_goodbye(network);
    EXPECT_EQ(network.run_until(9'000).size(), 0U);
}

TEST(MdnsResponder, BrokenPacketsChangeNothing) {
    Network network({{service("Kitchen"), 1}});
    auto said = network.run_until(5'000);
    const auto packet = encode(said.back());
    for (std::size_t size = 0; size < packet.size(); ++size) {
        network.say(std::string_view(packet).substr(0, size));
    }
    EXPECT_EQ(network.run_until(9'000).size(), 0U);
    EXPECT_EQ(network[0].instance(), "Kitchen");
}

TEST(MdnsResponder, TakesNoMemoryFromTheHeap) {
    class Nowhere final : public Outlet {
    public:
        void send(unsigned, Endpoint, std::string_view) override { ++packets; }
        int packets = 0;
    };
    const auto query = encode(question(board_type, type_ptr));
    const Link link{.index = lo, .address = cut(here)};
    Board board(service("Kitchen"), 1);
    Nowhere outlet;
    const AllocationCount taken;
    board.responder.set_links(std::span(&link, 1), 1'000);
    for (std::uint64_t now_ms = 1'000; now_ms < 9'000; now_ms += 10) {
        board.responder.turn(now_ms, outlet);
        board.responder.receive(query, lo, {.address = 1, .port = 40'000}, now_ms, outlet);
        board.responder.receive(query, lo, {.address = 1}, now_ms, outlet);
    }
    board.responder.rename("Pantry", 9'000);
    board.responder.say_goodbye(outlet);
    EXPECT_EQ(taken.count(), 0U);
    EXPECT_GT(outlet.packets, 100);
}

TEST(MdnsResponder, WithoutANetworkItWaits) {
    Network network({});
    Board board(service("Kitchen"), 1);
    board.responder.set_links({}, 1'000);
    EXPECT_EQ(board.responder.due_ms(), Responder::never);
    board.responder.turn(9'000, network);
    EXPECT_TRUE(network.run_until(9'000).empty());
}

}  // namespace
}  // namespace boardwalk::test::mdns
