#include "firmware/ports/linux/computer/console.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include "firmware/core/text_writer.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::ports {

namespace {

/// Writes all of the text, however long that takes.
bool write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written > 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN) {  // the descriptor was given to us with O_NONBLOCK
            pollfd room{.fd = descriptor, .events = POLLOUT, .revents = 0};
            (void)::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

/// Starts a thread that gets no signals (`write` reports a broken pipe) and is never joined.
template <class Run>
void start_thread(Run run) {
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);  // a thread inherits its maker's mask
    ::pthread_sigmask(SIG_BLOCK, &all, &before);
    std::thread(std::move(run)).detach();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace

struct Console::State {
    struct Line {
        std::uint64_t lost_before = 0;
        std::size_t size = 0;
        std::array<char, limits::console_line_bytes_max> text{};
    };
    static constexpr std::size_t notice_bytes_max = 64;

    explicit State(int file) : descriptor(file) {}

    [[nodiscard]] bool idle() const { return count == 0 && lost == 0 && !writing; }

    void push(std::string_view line) {
        if (count == lines.size()) {
            ++lost;
            ++lost_total;
            return;
        }
        auto& place = lines[(first + count++) % lines.size()];
        place.lost_before = std::exchange(lost, 0);
        place.size = line.copy(place.text.data(), place.text.size());
        if (place.size < line.size()) place.text.back() = '\n';
    }

    /// The next line, with the notice of lost lines in front of it, or that notice alone.
    std::string_view next(std::span<char> memory, std::uint64_t lost_before) {
        TextWriter out(memory);
        if (lost_before > 0) {
            out.append("boardwalk-board: warning: ");
            out.append_number(lost_before);
            out.append(lost_before == 1 ? " line was dropped\n" : " lines were dropped\n");
        }
        if (count > 0) {
            out.append({lines[first].text.data(), lines[first].size});
            first = (first + 1) % lines.size();
            --count;
        }
        return out.view();
    }

    void run() {
        std::array<char, limits::console_line_bytes_max + notice_bytes_max> memory{};
        std::uint64_t refused = 0;  // lost at the descriptor, and not told yet
        std::unique_lock lock(mutex);
        while (true) {
            changed.wait(lock, [this] { return stopping || !idle(); });
            if (idle()) return;
            const std::uint64_t line_count = count > 0 ? 1 : 0;
            refused += line_count > 0 ? lines[first].lost_before : std::exchange(lost, 0);
            const auto text = next(memory, refused);
            writing = true;
            lock.unlock();
            const bool written = write_all(descriptor, text);
            lock.lock();
            writing = false;
            lost_total += written ? 0 : line_count;
            refused = written ? 0 : refused + line_count;
            if (idle()) drained.notify_all();
        }
    }

    const int descriptor;
    mutable std::mutex mutex;
    std::condition_variable changed, drained;
    // Needs the mutex, which is held for as long as it takes to copy a line.
    std::array<Line, limits::console_lines> lines;
    std::size_t first = 0, count = 0;
    std::uint64_t lost = 0;  ///< lost since the newest line in the ring
    std::uint64_t lost_total = 0;
    bool writing = false;
    bool stopping = false;
};

Console::Console(int descriptor) : state_(std::make_shared<State>(descriptor)) {
    start_thread([state = state_] { state->run(); });
}

Console::~Console() {
    (void)flush();
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_one();
}

void Console::write(std::string_view line) {
    {
        const std::lock_guard lock(state_->mutex);
        state_->push(line);
    }
    state_->changed.notify_one();
}

std::uint64_t Console::lines_dropped() const {
    const std::lock_guard lock(state_->mutex);
    return state_->lost_total;
}

bool Console::flush() {
    std::unique_lock lock(state_->mutex);
    return state_->drained.wait_for(lock, std::chrono::milliseconds(limits::console_flush_ms_max),
                                    [this] { return state_->idle(); });
}

void write_aside(int descriptor, std::string text) {
    start_thread([descriptor, text = std::move(text)] { (void)write_all(descriptor, text); });
}

}  // namespace boardwalk::ports
