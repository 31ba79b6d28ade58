#pragma once

#include <string_view>

namespace boardwalk::app {

/// Where else than on its console a board leaves its set-up code, for whoever has the machine. Implemented by
/// ports that have such a place.
class SetupNote {
public:
    virtual ~SetupNote() = default;
    /// At the start, or when the button was pressed. May block.
    virtual void leave(std::string_view code) = 0;
    /// The board is claimed: nothing stays of it. By a worker, or at the start; may block.
    virtual void take_back() = 0;
};

}  // namespace boardwalk::app
