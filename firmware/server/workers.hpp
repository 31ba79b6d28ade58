#pragma once

#include <cstdint>

#include "firmware/limits.hpp"

namespace boardwalk::server {

/// What a job works on. Sensors hang more often than flash does, so they may not have all workers.
enum class JobKind : std::uint8_t { other, device };

/// Work that may block: flash, disk, sensor buses. The application owns the object and leaves it alone from
/// `Workers::submit` until `finish` is called, which may submit it again.
struct Job {
    void (*run)(Job&) = nullptr;     ///< on a worker's thread
    void (*finish)(Job&) = nullptr;  ///< on the loop's thread, afterwards
    Job* next = nullptr;             ///< the queue's
    JobKind kind = JobKind::other;
    std::uint32_t time_ms_max = limits::job_ms_max;  ///< how long `run` may take; then the job is overdue
};

/// A small pool of threads (tasks on a chip), or the loop itself where there are none. Implemented by each
/// port; what follows is asked of each by tests/contract/seams.
///
/// - All calls come from the loop's thread. `run` is called on any thread: several jobs may run at once,
///   one job never twice at once. `finish` is called on the loop's thread, from within `finish_jobs` only.
/// - `submit` calls neither `run` nor `finish` before it returns, even where the loop is the only worker.
///   So a caller may store what `submit` returned, and a chain of jobs does not nest calls.
/// - Jobs of one kind begin in the order in which they were submitted. Others begin before devices' jobs, but
///   not twice in a row while a device waits (`WaitingJobs`). A job that is submitted from within `finish` is
///   not finished in the same `finish_jobs`: other clients are served in between.
/// - Of several workers one at least is never with a device's job, so that flash and settings do not wait for
///   sensors.
/// - A job that runs for longer than its `time_ms_max` is overdue. It cannot be ended from outside; it does
///   not keep the board from ending. Where a port has threads, another one takes its worker's place; where
///   their number is fixed, fewer workers are left, and that one is still left for the others. Where the loop
///   is the only worker, it stands still. Its submitter tells the client by then, and refuses requests that
///   need the job's object until `finish`.
class Workers {
public:
    virtual ~Workers() = default;
    /// False when `limits::jobs_queued_max` jobs wait already, and nothing was done: the client gets 503.
    [[nodiscard]] virtual bool submit(Job&) = 0;
    /// Once a turn: calls `finish` of each job that is done. Workers without threads run one or more first.
    virtual void finish_jobs() = 0;
    /// True while `finish_jobs` has something to do: the loop must not sleep then. Nothing else wakes it.
    [[nodiscard]] virtual bool has_work() const { return false; }

    struct Usage {
        unsigned max = 0;          ///< workers that take jobs; those with an overdue job are not among them
        unsigned busy = 0;         ///< of them, with a job
        unsigned queued = 0;       ///< jobs that wait
        unsigned overdue = 0;      ///< jobs that run for longer than they may
        unsigned devices_max = 1;  ///< jobs of devices that may run at once now
    };
    [[nodiscard]] virtual Usage usage() const = 0;
};

}  // namespace boardwalk::server
