#include "firmware/app/jobs.hpp"

#include <cassert>
#include <charconv>
#include <cmath>

namespace boardwalk::app {

namespace {

constexpr std::array<std::string_view, job_kinds> names = {protocol::job_kinds::firmware_update,
                                                           protocol::job_kinds::wifi_scan};
constexpr std::string_view frame_prefix = R"({"topic":"job","data":)";

}  // namespace

void Jobs::start(JobKind kind) {
    JobRecord& job = record(kind);
    job = {.id = ++last_id_, .kind = names[static_cast<std::size_t>(kind)], .state = JobState::running};
    changed(job);
}

void Jobs::set_progress(JobKind kind, double progress) {
    JobRecord& job = record(kind);
    const double shown = std::floor(progress * 100) / 100;
    if (shown == job.progress) return;
    job.progress = shown;
    changed(job);
}

void Jobs::finish(JobKind kind, JobRecord::WriteResult write_result, const void* owner) {
    JobRecord& job = record(kind);
    job.state = JobState::done;
    job.progress = 1;
    job.write_result = write_result;
    job.owner = owner;
    changed(job);
}

void Jobs::fail(JobKind kind, const http::Problem& problem) {
    JobRecord& job = record(kind);
    job.state = JobState::failed;
    job.error = problem;
    changed(job);
}

const JobRecord* Jobs::find(std::string_view id) const {
    std::uint32_t number = 0;
    const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
    if (read.ec != std::errc{} || read.ptr != id.data() + id.size() || id.front() == '0') return nullptr;
    for (const JobRecord& job : records_) {
        if (job.id != 0 && job.id == number) return &job;
    }
    return nullptr;
}

std::string_view Jobs::document(const JobRecord& job) {
    const auto payload = frame(job);
    return payload.substr(payload.size() - 1 - document_bytes_, document_bytes_);
}

std::string_view Jobs::frame(const JobRecord& job) {
    if (encoded_ == job.version) return frame_.view();
    TextWriter out = frame_.payload();
    JsonWriter json(out);
    out.append(frame_prefix);
    write(json, job);
    document_bytes_ = out.size() - frame_prefix.size();
    out.append('}');
    assert(!out.overflowed());
    frame_.finish(out.size());
    encoded_ = job.version;
    return frame_.view();
}

void write(JsonWriter& json, const JobRecord& job) {
    std::array<char, 12> digits;
    TextWriter id(digits);
    id.append_number(job.id);
    json.begin_object().member("id", id.view()).member("kind", job.kind);
    json.member("state", protocol::to_string(job.state)).key("progress").number(job.progress, 2);
    json.key("result");
    if (job.state == JobState::done && job.write_result != nullptr) {
        job.write_result(job.owner, json);
    } else {
        json.null();
    }
    json.key("error");
    if (job.state == JobState::failed) {
        http::write(json, job.error);
    } else {
        json.null();
    }
    json.end_object();
}

}  // namespace boardwalk::app
