#pragma once

namespace boardwalk::server {

/// Work that may block: flash, disk, sensor buses. The application owns the object and leaves it alone from
/// `Workers::submit` until `finish` ran.
struct Job {
    void (*run)(Job&) = nullptr;     ///< on a worker's thread
    void (*finish)(Job&) = nullptr;  ///< on the loop's thread, afterwards
    Job* next = nullptr;             ///< the queue's
};

/// A small pool of threads (tasks on a chip). Implemented by each port, and inline by tests.
class Workers {
public:
    virtual ~Workers() = default;
    /// False when `limits::jobs_queued_max` jobs wait already: the client gets 503.
    [[nodiscard]] virtual bool submit(Job&) = 0;
    /// On the loop's thread, once a turn: calls `finish` of each job that is done. Workers that do a job
    /// within `submit` have nothing left to finish.
    virtual void finish_jobs() {}

    struct Usage {
        unsigned max = 0, busy = 0, queued = 0;
    };
    [[nodiscard]] virtual Usage usage() const = 0;
};

}  // namespace boardwalk::server
