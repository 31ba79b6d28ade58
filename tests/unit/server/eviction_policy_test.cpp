#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "firmware/server/contention/eviction.hpp"

/// The policy by itself: each row, below, at and above its limit. What the server makes of it is in
/// eviction_test.cpp.
namespace boardwalk::test {
namespace {

using server::Activity;
using server::Candidate;
using server::EvictionRule;
using server::Reason;
using server::Resource;

using Candidates = std::vector<Candidate>;

std::string name(const EvictionRule& rule) {
    return std::string(server::resource_names[static_cast<std::size_t>(rule.wanted)]) + ": " +
           std::string(server::reason_names[static_cast<std::size_t>(rule.reason)]);
}

/// One for which `reason` has held for `age_ms`, and no other reason of the same resource.
Candidate candidate(Reason reason, std::uint32_t age_ms, std::uint16_t index = 7) {
    Candidate c{.index = index, .has_buffer = true};
    switch (reason) {
        case Reason::delivered:
            c.activity = Activity::closing;
            c.is_acknowledged = true;
            break;
        case Reason::lingering: c.activity = Activity::closing; break;
        case Reason::silent: c.activity = Activity::silent; break;
        case Reason::unfinished_head: c.activity = Activity::head; break;
        case Reason::idle: c.activity = Activity::idle; break;
        case Reason::slow_body:
            c.activity = Activity::body;
            c.is_below_rate = true;
            break;
        case Reason::slow_answer:
            c.activity = Activity::answer;
            c.is_below_rate = true;
            break;
        case Reason::requests_ahead:
            c.activity = Activity::answer;
            c.holds_only_requests_ahead = true;
            break;
        case Reason::unfinished_message:
        case Reason::silent_websocket: c.activity = Activity::websocket; break;
    }
    c.age_ms = c.buffer_age_ms = c.window_age_ms = c.message_age_ms = age_ms;
    return c;
}

bool counts_contention(const EvictionRule& rule) {
    return rule.reason == Reason::slow_body || rule.reason == Reason::slow_answer;
}

/// Which candidate goes for `rule`'s resource when the reason has held for `ms`, as that rule counts.
std::optional<server::Victim> victim_by(const EvictionRule& rule, std::uint32_t ms) {
    const bool of_contention = counts_contention(rule);
    return choose_victim(Candidates{candidate(rule.reason, of_contention ? 0 : ms)}, rule.wanted,
                         of_contention ? ms : 0);
}

TEST(EvictionPolicy, EachRowAppliesFromItsLimitOn) {
    for (const auto& rule : server::eviction_rules) {
        EXPECT_GT(rule.after_ms, 0U) << name(rule);
        EXPECT_FALSE(victim_by(rule, rule.after_ms - 1)) << name(rule);
        for (const auto ms : {rule.after_ms, rule.after_ms + 1, UINT32_MAX}) {
            const auto victim = victim_by(rule, ms);
            ASSERT_TRUE(victim) << name(rule);
            EXPECT_EQ(victim->index, 7U);
            EXPECT_EQ(victim->rule->reason, rule.reason) << name(rule);
        }
    }
}

TEST(EvictionPolicy, TheFirstRowThatFindsOneDecidesHoweverLongTheOthersHold) {
    for (std::size_t row = 0; row < server::eviction_rules.size(); ++row) {
        const auto& rule = server::eviction_rules[row];
        Candidates candidates;  // the later rows come first, and are older
        std::uint16_t index = 0;
        for (auto later = server::eviction_rules.size(); later-- > row;) {
            const auto& other = server::eviction_rules[later];
            if (other.wanted != rule.wanted) continue;
            candidates.push_back(
                candidate(other.reason, 1'000'000 + static_cast<std::uint32_t>(later), index++));
        }
        for (int order = 0; order < 2; ++order) {
            const auto victim = choose_victim(candidates, rule.wanted, 1'000'000);
            ASSERT_TRUE(victim) << name(rule);
            EXPECT_EQ(victim->rule->reason, rule.reason) << name(rule);
            std::reverse(candidates.begin(), candidates.end());
        }
    }
}

TEST(EvictionPolicy, OfSeveralTheOneForWhichTheReasonHasHeldLongestGoes) {
    for (const auto& rule : server::eviction_rules) {
        const auto ms = rule.after_ms;
        const Candidates candidates = {candidate(rule.reason, ms, 1), candidate(rule.reason, ms + 2, 2),
                                       candidate(rule.reason, ms + 2, 3), candidate(rule.reason, ms + 1, 4)};
        const auto victim = choose_victim(candidates, rule.wanted, rule.after_ms);
        ASSERT_TRUE(victim) << name(rule);
        EXPECT_EQ(victim->index, 2U) << name(rule) << ", of two alike the first";
        EXPECT_EQ(victim->age_ms, ms + 2) << name(rule);
    }
}

TEST(EvictionPolicy, AReasonIsOneForItsOwnResourcesOnly) {
    for (const auto wanted : {Resource::link, Resource::slot, Resource::buffer, Resource::websocket}) {
        for (const auto& rule : server::eviction_rules) {
            const auto victim =
                choose_victim(Candidates{candidate(rule.reason, 1'000'000)}, wanted, 1'000'000);
            const bool is_listed = std::any_of(
                server::eviction_rules.begin(), server::eviction_rules.end(), [&](const auto& other) {
                    return other.wanted == wanted && age_of(other.reason, candidate(rule.reason, 1'000'000));
                });
            EXPECT_EQ(victim.has_value(), is_listed) << name(rule);
        }
    }
}

TEST(EvictionPolicy, ForABufferOnlyAConnectionThatHoldsOneGoes) {
    for (const auto& rule : server::eviction_rules) {
        auto without = candidate(rule.reason, 1'000'000);
        without.has_buffer = false;
        EXPECT_EQ(choose_victim(Candidates{without}, rule.wanted, 1'000'000).has_value(),
                  rule.wanted != Resource::buffer)
            << name(rule);
    }
}

TEST(EvictionPolicy, AConnectionWhoseInputTheServerHasNotReadIsNotBlamedForIt) {
    for (const auto reason : {Reason::unfinished_head, Reason::idle, Reason::slow_body}) {
        auto c = candidate(reason, 1'000'000);
        c.has_unread_input = true;
        for (const auto wanted : {Resource::slot, Resource::buffer})
            EXPECT_FALSE(choose_victim(Candidates{c}, wanted, 1'000'000));
    }
    auto reader = candidate(Reason::slow_answer, 1'000'000);
    reader.has_unread_input = true;  // its next requests do not make it read
    EXPECT_TRUE(choose_victim(Candidates{reader}, Resource::slot, 1'000'000));
}

TEST(EvictionPolicy, SomeConnectionsNeverMakeWay) {
    Candidate working{.age_ms = UINT32_MAX, .buffer_age_ms = UINT32_MAX, .has_buffer = true};
    Candidate enough = candidate(Reason::slow_answer, UINT32_MAX);
    enough.is_below_rate = false;
    Candidate body = candidate(Reason::slow_body, UINT32_MAX);
    body.is_below_rate = false;
    for (const auto wanted : {Resource::link, Resource::slot, Resource::buffer, Resource::websocket})
        EXPECT_FALSE(choose_victim(Candidates{working, enough, body}, wanted, UINT64_MAX));
    const Candidates websocket = {candidate(Reason::silent_websocket, UINT32_MAX)};
    EXPECT_FALSE(choose_victim(websocket, Resource::slot, UINT64_MAX));
    EXPECT_FALSE(choose_victim(Candidates{}, Resource::slot, UINT64_MAX));
}

std::string time(std::uint32_t ms) {
    if (ms % 60'000 == 0) return std::to_string(ms / 60'000) + " min";
    return ms % 1'000 == 0 ? std::to_string(ms / 1'000) + " s" : std::to_string(ms) + " ms";
}

std::string policy_as_text() {
    std::string text =
        "| wanted | which connection makes way | after | how | counted as |\n|---|---|---|---|---|\n";
    auto wanted = std::string_view();
    for (const auto& rule : server::eviction_rules) {
        const auto resource = server::resource_names[static_cast<std::size_t>(rule.wanted)];
        text += "| " + std::string(resource == wanted ? "" : resource) + (resource == wanted ? "| " : " | ");
        wanted = resource;
        text += std::string(server::reason_names[static_cast<std::size_t>(rule.reason)]) + " | ";
        text += time(rule.after_ms) + (counts_contention(rule) ? " of contention" : "") + " | ";
        text += std::string(rule.then) + " | ";
        text += rule.ending == server::Ending::finished
                    ? "–"
                    : std::string(server::ending_names[static_cast<std::size_t>(rule.ending)]);
        text += " |\n";
    }
    return text;
}

TEST(EvictionPolicy, ArchitectureShowsTheTableThatTheCodeGoesBy) {
    std::ifstream file(BOARDWALK_SOURCE_DIR "/ARCHITECTURE.md");
    const std::string document(std::istreambuf_iterator<char>(file), {});
    EXPECT_NE(document.find(policy_as_text()), std::string::npos) << "missing there:\n" << policy_as_text();
}

}  // namespace
}  // namespace boardwalk::test
