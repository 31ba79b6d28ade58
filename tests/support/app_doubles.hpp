#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "firmware/app/model/device.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/server/worker_queue.hpp"

/// Stand-ins for what the application asks of the world.
namespace boardwalk::test {

/// A clock that a test moves, and a console that it reads.
class FakePlatform final : public app::Platform {
public:
    [[nodiscard]] std::uint64_t now_ms() const override { return now; }
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override {
        ++clock_asked;
        return utc;
    }
    void random(std::span<std::uint8_t> bytes) override {
        for (std::uint8_t& byte : bytes)
            byte = ++last_random;
    }
    [[nodiscard]] Heap heap() const override { return {100'000, 90'000}; }
    [[nodiscard]] std::optional<std::array<std::uint8_t, 6>> mac() const override { return own_mac; }
    [[nodiscard]] FixedString<limits::host_name_bytes_max> host_name() const override {
        return cut(computer);
    }
    bool restart() override {
        restarts += can_restart ? 1 : 0;
        return can_restart;
    }
    void log(app::LogLevel, std::string_view text) override {
        if (keep_lines) lines.emplace_back(text);
    }
    void print(std::string_view text) override { printed.emplace_back(text); }

    std::uint64_t now = 1'000'000;
    std::optional<std::int64_t> utc = 1'795'236'578'120;  // 2026-11-21T04:49:38.120Z
    mutable int clock_asked = 0;
    std::uint8_t last_random = 0;
    std::optional<std::array<std::uint8_t, 6>> own_mac;
    std::string_view computer = "board";
    bool can_restart = true;
    int restarts = 0;
    bool keep_lines = true;
    std::vector<std::string> lines;
    std::vector<std::string> printed;  ///< on the console alone
};

/// Files in memory, on a medium that a test can break.
class MemoryStorage final : public app::Storage {
public:
    Found read(std::string_view name, std::span<char> memory, std::size_t& size) override {
        const auto found = files.find(std::string(name));
        if (found == files.end()) return Found::no;
        if (found->second.size() > memory.size()) return Found::unreadable;
        size = found->second.copy(memory.data(), memory.size());
        return Found::yes;
    }
    [[nodiscard]] bool write(std::string_view name, std::string_view content) override {
        if (!works) return false;
        ++writes;
        files[std::string(name)] = content;
        return true;
    }
    FixedString<64> set_aside(std::string_view name) override {
        if (!files.contains(std::string(name))) return {};
        const std::string kept = std::string(name) + ".corrupt-1";
        files[kept] = files[std::string(name)];
        files.erase(std::string(name));
        return cut(kept);
    }

    std::map<std::string, std::string> files;
    int writes = 0;
    bool works = true;
};

/// Workers without threads: jobs run when a test says so.
class HandWorkers final : public server::Workers {
public:
    [[nodiscard]] bool submit(server::Job& job) override {
        if (full) return false;
        waiting_.push(job);
        return true;
    }
    [[nodiscard]] Usage usage() const override {
        return {.max = 2, .busy = waiting_.count() > 0 ? 1U : 0U, .overdue = overdue};
    }
    /// As workers whose threads are slow: nothing is done by itself.
    void finish_jobs() override {}

    /// Runs and finishes what waits now. A job that calls this plays one that other workers overtake.
    void work() {
        for (unsigned left = waiting_.count(); left > 0; --left) {
            server::Job* const job = waiting_.pop();
            if (job == nullptr) return;
            job->run(*job);
            job->finish(*job);
        }
    }

    bool full = false;
    unsigned overdue = 0;  ///< as `usage` tells it

private:
    server::WaitingJobs waiting_;
};

/// Breaks the contract of Workers: a job is done before `submit` returns. A caller of `submit` has to stand
/// that, since a port that breaks it looks as if it worked.
class HastyWorkers final : public server::Workers {
public:
    [[nodiscard]] bool submit(server::Job& job) override {
        job.run(job);
        job.finish(job);
        return true;
    }
    void finish_jobs() override {}
    [[nodiscard]] Usage usage() const override { return {.max = 1}; }
};

/// Keeps what was sent to each slot.
class RecordingOutlet final : public server::Outlet {
public:
    void answer_later(server::SlotId slot, Fill fill, void* context) override {
        std::array<char, 1024> memory;
        http::Response response;
        response.text = TextWriter(memory);
        fill(context, response);
        answers.push_back({slot, response.status, std::string(response.text.view()),
                           std::string(response.etag.view()), std::string(response.set_cookie)});
    }
    void repeat_request(server::SlotId slot) override {
        repeated.push_back(slot);
        if (on_repeat) on_repeat(slot);
    }
    void resume_body(server::SlotId slot) override { resumed.push_back(slot); }
    void abandon_body(server::SlotId slot, std::string_view unavailable) override {
        abandoned.emplace_back(slot, unavailable);
    }
    [[nodiscard]] bool websocket_ready(server::SlotId slot) const override {
        return !blocked.contains(slot.slot);
    }
    void send_frame(server::SlotId slot, std::string_view frame) override {
        ++frame_count;
        if (!keep_frames) return;
        frames[slot.slot].emplace_back(payload_of(frame));
        last_frame_at[slot.slot] = frame.data();
    }
    void close_websocket(server::SlotId slot, std::uint16_t code) override { closed[slot.slot] = code; }

    /// The payload of an unmasked frame of less than 65,536 bytes (RFC 6455 §5.2).
    static std::string_view payload_of(std::string_view frame) {
        const std::size_t header = static_cast<unsigned char>(frame[1]) == 126 ? 4 : 2;
        return frame.substr(header);
    }

    struct Answer {
        server::SlotId slot;
        std::uint16_t status;
        std::string body, etag, cookie;
    };
    std::vector<Answer> answers;
    std::vector<server::SlotId> resumed, repeated;
    std::vector<std::pair<server::SlotId, std::string>> abandoned;
    std::function<void(server::SlotId)> on_repeat;
    std::map<std::uint16_t, std::vector<std::string>> frames;
    std::map<std::uint16_t, const char*> last_frame_at;
    std::map<std::uint16_t, bool> blocked;
    std::map<std::uint16_t, std::uint16_t> closed;
    std::size_t frame_count = 0;
    bool keep_frames = true;
};

class FixedStatistics final : public server::StatisticsSource {
public:
    [[nodiscard]] server::Statistics statistics() const override { return figures; }
    [[nodiscard]] server::SlotView slot(std::size_t slot) const override {
        server::SlotView view;
        view.state = slot % 2 == 0 ? server::SlotState::idle : server::SlotState::websocket;
        view.peer = "[2001:db8:1234:5678:9abc:def0:1234:5678]:54321";
        view.idle_ms = 123'456;
        view.requests = 1'000'000;
        view.busy_ms = 1'000;
        return view;
    }

    server::Statistics figures;
};

/// A device whose next values a test sets.
class ScriptedDevice final : public app::Device {
public:
    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override { return reading_table; }
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return output_table; }
    [[nodiscard]] bool is_immediate() const override { return immediate; }
    [[nodiscard]] std::uint32_t rest_ms() const override { return rest; }
    [[nodiscard]] std::uint32_t deadline_ms() const override { return deadline; }
    void sample(std::uint64_t, std::span<const double> outputs, std::span<double> out) override {
        ++samples;
        if (on_sample) on_sample();
        last_outputs.assign(outputs.begin(), outputs.end());
        std::copy(values.begin(), values.end(), out.begin());
    }

    static constexpr std::array<std::string_view, 3> shade_options = {"open", "half", "closed"};
    std::vector<app::ReadingDescription> reading_table = {
        {"temperature", "Temperature", "Bench", "temperature", "°C", -20, 60, 1},
        {"pressure", "Pressure", "Bench", "pressure", "hPa", 900, 1'100, 0},
    };
    std::vector<app::OutputDescription> output_table = {
        {.id = "lamp", .name = "Lamp", .group = "Bench", .kind = app::OutputKind::switch_},
        {.id = "fan",
         .name = "Fan",
         .group = "Bench",
         .kind = app::OutputKind::level,
         .unit = "%",
         .max = 100,
         .step = 5},
        {.id = "shade",
         .name = "Shade",
         .group = "Bench",
         .kind = app::OutputKind::choice,
         .options = shade_options},
        {.id = "mist", .name = "Mist", .group = "Bench", .kind = app::OutputKind::button},
    };
    std::vector<double> values = {21.44, 1'013};
    bool immediate = false;
    std::uint32_t rest = 0;
    std::uint32_t deadline = limits::device_deadline_ms_default;
    std::function<void()> on_sample;  ///< while `sample` runs
    std::vector<double> last_outputs;
    int samples = 0;
};

}  // namespace boardwalk::test
