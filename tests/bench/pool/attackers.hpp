#pragma once

#include <memory>
#include <vector>

#include "tests/bench/pool/attack.hpp"
#include "tests/bench/pool/loop.hpp"

namespace boardwalk::bench {

struct AttackTally {
    int begun = 0;
    int dropped = 0;   ///< ended by the server while the attack went on
    int answered = 0;  ///< among the connections that wanted an answer
    bool stopped = false;
};

/// Base of whatever keeps the attackers' sockets.
class Attackers {
public:
    virtual ~Attackers() = default;
};

/// All attackers of one kind; they go on until `tally.stopped`, and their sockets close with what is
/// returned.
[[nodiscard]] std::unique_ptr<Attackers> start_attackers(Loop& loop, const Attack& attack,
                                                         AttackTally& tally);

}  // namespace boardwalk::bench
