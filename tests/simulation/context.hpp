#pragma once

#include <vector>

#include "tests/simulation/journal.hpp"
#include "tests/simulation/ledger.hpp"
#include "tests/simulation/tally.hpp"
#include "tests/support/client_network.hpp"
#include "tests/support/virtual_clock.hpp"

namespace boardwalk::simulation {

class Conversation;

/// What every client is given.
struct Context {
    test::VirtualClock& clock;
    test::ClientNetwork& network;
    Ledger& ledger;
    Journal& journal;
    std::vector<Conversation*> conversations;  ///< sum over all clients and all times
    Tally tally{};
};

}  // namespace boardwalk::simulation
