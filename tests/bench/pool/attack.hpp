#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace boardwalk::bench {

/// What an attack asks for and how long it lasts.
struct Attack {
    std::uint16_t port = 0;
    std::string kind;  ///< a name of `attack_kinds`
    int count = 0;     ///< attackers, or connections in all
    int seconds = 0;
    std::string page;      ///< what the normal client asks for
    std::string large;     ///< what slow readers ask for
    std::string writable;  ///< where slow bodies go
    std::string field;     ///< of its owner, with the line's end; empty: a server that asks for none
};

inline constexpr std::string_view attack_kinds = "headers bodies readers halfclosed resets churn silent none";

/// Lets the attackers loose beside one normal client, which asks every 20 ms over a fresh connection and is
/// timed from the moment it meant to ask. Prints its figures as one line of JSON.
void run_attack(const Attack& attack);

}  // namespace boardwalk::bench
