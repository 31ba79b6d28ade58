// The board's responder on a clock that the test moves, and among responders that hear each other.

#include "firmware/stacks/mdns/responder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/allocations.hpp"
#include "tests/support/mdns/message.hpp"

namespace boardwalk::test::mdns {
namespace {

using namespace ports::mdns;

const Name board_type = name_of({"_boardwalk", "_tcp", "local"});
const Name services = name_of({"_services", "_dns-sd", "_udp", "local"});
const std::string here = "\x7f\1\1\1";
constexpr unsigned lo = 1;

Service service(std::string_view name, std::string_view id = "0123456789ab", std::uint16_t port = 8'080) {
    return {.name = cut(name),
            .id = cut(id),
            .mac = "02:23:45:67:89:ab",
            .model = "virtual",
            .firmware = "0.1.0",
            .port = port};
}

bool is_probe(const Message& message) {
    return (message.flags & flag_response) == 0 && !message.authorities.empty();
}

const Record* find(const std::vector<Record>& records, std::uint16_t type, const Name& name = {}) {
    for (const auto& record : records) {
        if (record.type == type && (name.empty() || record.name == name)) return &record;
    }
    return nullptr;
}

std::string first_label(const Name& name) { return name.substr(1, static_cast<unsigned char>(name[0])); }

/// A board, with memory for one link.
struct Board {
    Board(const Service& service, std::uint32_t seed) : responder(service, seed, places) {}
    std::array<Responder::Place, 1> places;
    Responder responder;
};

struct Answer {
    Endpoint to;
    std::string packet;
};

/// A network on which every packet is heard by everybody, the sender included.
class Network final : public Outlet {
public:
    explicit Network(std::initializer_list<std::pair<Service, std::uint32_t>> boards) {
        for (const auto& [service, seed] : boards)
            add(service, seed);
    }
    void add(const Service& service, std::uint32_t seed) {
        const Link link{.index = lo, .address = std::string_view(here)};
        boards_.push_back(std::make_unique<Board>(service, seed));
        boards_.back()->responder.set_links(std::span(&link, 1), now_ms_);
    }

    /// What was said until then, in order.
    std::vector<Message> run_until(std::uint64_t end_ms) {
        said_.clear();
        deliver();
        while (true) {
            auto due = Responder::never;
            for (const auto& each : boards_)
                due = std::min(due, each->responder.due_ms());
            if (due > end_ms) break;
            now_ms_ = std::max(now_ms_, due);
            for (auto& each : boards_)
                each->responder.turn(now_ms_, *this);
            deliver();
        }
        now_ms_ = end_ms;
        return said_;
    }

    void say(const Message& message, Endpoint from = {.address = 0x7f000001}) { say(encode(message), from); }
    void say(std::string_view packet, Endpoint from = {.address = 0x7f000001}) {
        for (auto& each : boards_)
            each->responder.receive(packet, lo, from, now_ms_, *this);
        deliver();
    }

    Responder& operator[](std::size_t i) { return boards_[i]->responder; }
    [[nodiscard]] std::uint64_t now_ms() const { return now_ms_; }
    [[nodiscard]] const std::vector<Answer>& unicast() const { return unicast_; }

    void send(unsigned, Endpoint to, std::string_view packet) override {
        EXPECT_LE(packet.size(), 1'472U) << "more than an Ethernet frame holds";
        if (to.address != 0) unicast_.push_back({to, std::string(packet)});
        else on_the_way_.emplace_back(packet);
    }

private:
    void deliver() {
        while (!on_the_way_.empty()) {
            for (const auto& packet : std::exchange(on_the_way_, {})) {
                Message message;
                EXPECT_TRUE(parse(packet, message));
                said_.push_back(message);
                for (auto& hearer : boards_)
                    hearer->responder.receive(packet, lo, {.address = 0x7f000001}, now_ms_, *this);
            }
        }
    }

    std::vector<std::unique_ptr<Board>> boards_;
    std::vector<std::string> on_the_way_;
    std::vector<Message> said_;
    std::vector<Answer> unicast_;
    std::uint64_t now_ms_ = 1'000;
};

Message question(const Name& name, std::uint16_t type) {
    Message message;
    message.questions.push_back({.name = name, .type = type});
    return message;
}

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
    EXPECT_TRUE(text->data.starts_with("\x9txtvers=1\x0fid=0123456789ab"));
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

TEST(MdnsResponder, TheLaterBoardOfANameIsNumbered) {
    Network network({{service("Twin", "0123456789ab", 8'080), 1}});
    (void)network.run_until(5'000);
    network.add(service("Twin", "ba9876543210", 8'081), 2);
    (void)network.run_until(9'000);
    EXPECT_EQ(network[0].instance(), "Twin");
    EXPECT_EQ(network[1].instance(), "Twin (2)");
}

TEST(MdnsResponder, BoardsOfOneNameThatStartTogetherAgree) {
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        Network network({{service("Twin", "000000000001", 8'081), seed},
                         {service("Twin", "000000000002", 8'082), seed + 100},
                         {service("Twin", "000000000003", 8'083), seed + 200}});
        (void)network.run_until(20'000);
        std::vector<std::string_view> names = {network[0].instance(), network[1].instance(),
                                               network[2].instance()};
        std::ranges::sort(names);
        EXPECT_EQ(names, (std::vector<std::string_view>{"Twin", "Twin (2)", "Twin (3)"})) << seed;
    }
}

TEST(MdnsResponder, OfTwoWhoProbeTheLaterRecordsWin) {
    for (const bool later : {false, true}) {
        Network network({{service("Kitchen"), 1}});
        (void)network.run_until(1'400);
        Message probe = question(name_of({"Kitchen", "_boardwalk", "_tcp", "local"}), type_any);
        probe.authorities.push_back({.name = probe.questions[0].name,
                                     .type = type_txt,
                                     .ttl_s = 120,
                                     .data = std::string(40, later ? '\xff' : '\0')});
        network.say(probe);
        (void)network.run_until(1'401);
        // Who loses waits a second, and then looks whether the other one has the name.
        EXPECT_EQ(network.run_until(2'399).empty(), later);
    }
}

TEST(MdnsResponder, AHostNameThatIsTakenGetsANumber) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(1'400);
    Message response{.flags = flag_response};
    response.answers.push_back({.name = name_of({"boardwalk-0123456789ab", "local"}),
                                .type = type_a,
                                .unique = true,
                                .ttl_s = 120,
                                .data = "\1\2\3\4"});
    network.say(response);
    const auto said = network.run_until(5'000);
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(find(said.back().answers, type_a)->name, name_of({"boardwalk-0123456789ab-2", "local"}));
    EXPECT_EQ(network[0].instance(), "Kitchen");
}

TEST(MdnsResponder, AConflictWithAnAnnouncedNameIsProbedAndNotGivenAway) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    Message response{.flags = flag_response};
    response.answers.push_back({.name = name_of({"Kitchen", "_boardwalk", "_tcp", "local"}),
                                .type = type_srv,
                                .unique = true,
                                .ttl_s = 120,
                                .data = std::string("\0\0\0\0\0\1", 6) + name_of({"other", "local"})});
    network.say(response);
    const auto said = network.run_until(8'000);
    ASSERT_FALSE(said.empty());
    EXPECT_TRUE(is_probe(said[0]));
    EXPECT_EQ(network[0].instance(), "Kitchen");
    response.answers[0].ttl_s = 0;  // and a goodbye is no conflict
    network.say(response);
    EXPECT_EQ(network.run_until(9'000).size(), 0U);
}

/// A foreign record under the board's name; how long it took until the board asked whether that is still
/// its own.
std::uint64_t probed_after_ms(Network& network) {
    Message response{.flags = flag_response};
    response.answers.push_back({.name = name_of({network[0].instance(), "_boardwalk", "_tcp", "local"}),
                                .type = type_srv,
                                .unique = true,
                                .ttl_s = 120,
                                .data = std::string("\0\0\0\0\0\1", 6) + name_of({"other", "local"})});
    const auto began_ms = network.now_ms();
    network.say(response);
    while (network.run_until(network.now_ms() + 10).empty() && network.now_ms() < began_ms + 60'000) {
    }
    return network.now_ms() - began_ms;
}

TEST(MdnsResponder, TheFifteenthConflictWithinTenSecondsIsProbedAfterFive) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    for (int i = 1; i < 15; ++i) {
        EXPECT_LE(probed_after_ms(network), 260U) << i;
        (void)network.run_until(network.now_ms() + 50);
    }
    EXPECT_GE(probed_after_ms(network), 5'000U);
}

TEST(MdnsResponder, ConflictsOfALongLifeDoNotSlowTheNextOne) {
    Network network({{service("Kitchen"), 1}});
    (void)network.run_until(5'000);
    for (int i = 0; i < 40; ++i) {
        EXPECT_LE(probed_after_ms(network), 260U) << i;
        (void)network.run_until(network.now_ms() + 10'000);
    }
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

TEST(MdnsResponder, ALongNameIsCutBetweenCharactersAndStillNumbered) {
    std::string umlauts;
    for (int i = 0; i < 31; ++i)
        umlauts += "ä";  // 62 bytes; the number needs 4 of the 63
    Network network({{service(umlauts), 1}, {service(umlauts, "b"), 2}});
    (void)network.run_until(20'000);
    const auto numbered = umlauts.substr(0, 58) + " (2)";
    EXPECT_TRUE(network[0].instance() == numbered || network[1].instance() == numbered);
    EXPECT_TRUE(network[0].instance() == umlauts || network[1].instance() == umlauts);
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
    const Link link{.index = lo, .address = std::string_view(here)};
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
