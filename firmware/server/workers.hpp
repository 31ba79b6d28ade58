#pragma once

namespace boardwalk::server {

/// Work that may block: flash, disk, sensor buses. The application owns the object and leaves it alone from
/// `Workers::submit` until `finish` is called, which may submit it again.
struct Job {
    void (*run)(Job&) = nullptr;     ///< on a worker's thread
    void (*finish)(Job&) = nullptr;  ///< on the loop's thread, afterwards
    Job* next = nullptr;             ///< the queue's
};

/// A small pool of threads (tasks on a chip), or the loop itself where there are none. Implemented by each
/// port; what follows is asked of each by tests/contract/seams.
///
/// - All calls come from the loop's thread. `run` is called on any thread, of several jobs at once where
/// there
///   are several workers, never twice at once for one job. `finish` is called on the loop's thread, and only
///   from within `finish_jobs`.
/// - `submit` calls neither `run` nor `finish` before it returns, also where the loop is the only worker. So
/// a
///   caller may note down what `submit` said after it returned, and a chain of jobs is no chain of calls.
/// - Jobs begin in the order in which they were submitted. A job that is submitted from within `finish` is
/// not
///   finished in the same `finish_jobs`: other clients have their turn in between.
/// - A job that runs for longer than limits::job_ms_max is overdue. It cannot be ended from outside; it keeps
///   no other job from running where a port has threads, nor the board from ending. Who submitted it tells
///   the client by then, and refuses what needs the job's object until `finish`.
class Workers {
public:
    virtual ~Workers() = default;
    /// False when `limits::jobs_queued_max` jobs wait already, and nothing was done: the client gets 503.
    [[nodiscard]] virtual bool submit(Job&) = 0;
    /// Once a turn: calls `finish` of each job that is done. Workers without threads run one or more first.
    virtual void finish_jobs() = 0;
    /// Something is left for `finish_jobs`, and nothing but this tells the loop not to sleep.
    [[nodiscard]] virtual bool has_work() const { return false; }

    struct Usage {
        unsigned max = 0, busy = 0, queued = 0;
    };
    [[nodiscard]] virtual Usage usage() const = 0;
};

}  // namespace boardwalk::server
