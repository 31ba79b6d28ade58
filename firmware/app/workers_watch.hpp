#pragma once

#include <cstdint>

#include "firmware/app/log.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::app {

/// Tells the log how many workers hang, and how many are left, whenever that has changed. Loop's thread only.
class WorkersWatch {
public:
    WorkersWatch(const server::Workers& workers, Log& log) : workers_(workers), log_(log) {}

    /// Once a turn; looks at the workers no more often than `limits::calm_period_ms`.
    void turn(std::uint64_t now_ms) {
        if (now_ms >= next_ms_) look(now_ms);
    }

private:
    void look(std::uint64_t now_ms);

    const server::Workers& workers_;
    Log& log_;
    std::uint64_t next_ms_ = 0;
    unsigned overdue_ = 0;  ///< as the log was told
};

}  // namespace boardwalk::app
