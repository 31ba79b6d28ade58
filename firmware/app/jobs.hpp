#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "firmware/app/stream/frame.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/limits.hpp"
#include "shared/fixed_string.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

using protocol::JobState;

/// Work that outlasts its request, one of each kind at a time; the next of its kind takes its place.
enum class JobKind : std::uint8_t { firmware, wifi_scan };
inline constexpr std::size_t job_kinds = 2;

/// What clients see of a job. Its owner changes it through `Jobs`.
struct JobRecord {
    static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    using WriteResult = void (*)(const void* owner, JsonWriter&);

    std::uint32_t id = 0;  ///< 0: there was none of this kind yet
    std::string_view kind;
    JobState state = JobState::queued;
    double progress = unknown;  ///< 0 to 1
    WriteResult write_result = nullptr;
    const void* owner = nullptr;
    http::Problem error = {};   ///< of a failed one; its texts are static
    std::uint64_t version = 0;  ///< another after each change of any job

    [[nodiscard]] bool active() const {
        return id != 0 && (state == JobState::queued || state == JobState::running);
    }
};

/// The board's jobs, as the API and the stream show them. Loop's thread only.
class Jobs {
public:
    /// A new job in the place of the last of its kind, which is not active any more.
    void start(JobKind);
    /// Told to clients when it moved by a hundredth.
    void set_progress(JobKind, double progress);
    /// `write_result` writes the job's result each time that a client asks for it; `owner` keeps the result
    /// until the next `start`.
    void finish(JobKind, JobRecord::WriteResult write_result, const void* owner);
    /// The problem's texts are static.
    void fail(JobKind, const http::Problem&);

    [[nodiscard]] const JobRecord& operator[](JobKind kind) const {
        return records_[static_cast<std::size_t>(kind)];
    }
    /// Null when there is no such job, or a later one took its place.
    [[nodiscard]] const JobRecord* find(std::string_view id) const;

    /// The job as JSON, and as a frame of topic `job`. Valid until either is called again.
    [[nodiscard]] std::string_view document(const JobRecord&);
    [[nodiscard]] std::string_view frame(const JobRecord&);

private:
    [[nodiscard]] JobRecord& record(JobKind kind) { return records_[static_cast<std::size_t>(kind)]; }
    void changed(JobRecord& record) { record.version = ++version_; }

    std::array<JobRecord, job_kinds> records_;
    std::uint32_t last_id_ = 0;
    std::uint64_t version_ = 0;
    std::uint64_t encoded_ = 0;  ///< the version that the frame holds
    std::size_t document_bytes_ = 0;
    Frame<limits::job_bytes_max + 32> frame_;
};

void write(JsonWriter&, const JobRecord&);

}  // namespace boardwalk::app
