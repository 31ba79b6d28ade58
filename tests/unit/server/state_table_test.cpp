#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "firmware/connection/state.hpp"

/// The tables that the code goes by are the ones that ARCHITECTURE.md shows.
namespace boardwalk::test {
namespace {

using connection::Event;
using connection::State;

std::string name(State state) {
    return std::string(connection::state_names[static_cast<std::size_t>(state)]);
}
std::string name(Event event) {
    return std::string(connection::event_names[static_cast<std::size_t>(event)]);
}
std::string time(std::uint32_t ms) {
    if (ms == 0) return "never";
    return ms % 1'000 == 0 ? std::to_string(ms / 1'000) + " s" : std::to_string(ms) + " ms";
}

std::string transitions_as_text() {
    std::string text = "| from | when | to |\n|---|---|---|\n";
    for (const auto& transition : connection::transitions)
        text +=
            "| " + name(transition.from) + " | " + name(transition.on) + " | " + name(transition.to) + " |\n";
    return text;
}

std::string rules_as_text() {
    std::string text =
        "| state | by itself | evicted when another connection needs its slot | below the minimum rate "
        "|\n|---|---|---|---|\n";
    for (const auto& rule : connection::rules) {
        const auto then =
            rule.timeout_ms == 0 ? "never" : time(rule.timeout_ms) + ": " + std::string(rule.then);
        text += "| " + name(rule.state) + " | " + then + " | " +
                (rule.evicted_after_ms == 0 ? "never" : "after " + time(rule.evicted_after_ms)) + " | " +
                (rule.slow_after_ms == 0 ? "–" : "after " + time(rule.slow_after_ms)) + " |\n";
    }
    return text;
}

TEST(StateTable, ArchitectureShowsTheTablesThatTheCodeGoesBy) {
    std::ifstream file(BOARDWALK_SOURCE_DIR "/ARCHITECTURE.md");
    const std::string document(std::istreambuf_iterator<char>(file), {});
    EXPECT_THAT(document, testing::HasSubstr(transitions_as_text()));
    EXPECT_THAT(document, testing::HasSubstr(rules_as_text()));
}

TEST(StateTable, NobodyWhoseHeadIsCompleteIsEvicted) {
    for (const auto state : {State::body, State::working, State::sending, State::websocket})
        EXPECT_EQ(connection::rule_of(state).evicted_after_ms, 0U) << name(state);
}

TEST(StateTable, EveryStateIsReachedAndLeft) {
    for (const auto& rule : connection::rules) {
        bool reached = false;
        bool left = rule.state == State::websocket;  // only by closing
        for (const auto& transition : connection::transitions) {
            reached |= transition.to == rule.state;
            left |= transition.from == rule.state;
        }
        EXPECT_TRUE(reached && left) << name(rule.state);
    }
}

TEST(StateTable, WhatMayNotHappenLeadsNowhere) {
    EXPECT_EQ(connection::next(State::idle, Event::answered), State::free);
    EXPECT_EQ(connection::next(State::websocket, Event::done), State::free);
    EXPECT_EQ(connection::next(State::head, Event::upgraded), State::websocket);
}

}  // namespace
}  // namespace boardwalk::test
