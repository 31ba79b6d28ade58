#include "tests/unit/mdns/responder_network.hpp"

/// A name that another host has, or wants at the same time.
namespace boardwalk::test::mdns {
namespace {

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
        // The one that loses waits a second, and then looks whether the other host has the name.
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

}  // namespace
}  // namespace boardwalk::test::mdns
