#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace boardwalk::ports {

/// Lines for a file descriptor of this process (stderr), written by a thread of its own: a pipe that is not
/// read, a stopped terminal and a slow disk hold up that thread and not the caller. The descriptor stays as
/// it is, since other processes share it: O_NONBLOCK would be theirs, too.
///
/// At most limits::console_lines wait. A line that finds no place is lost, and so is one that the descriptor
/// does not take (disk full, closed). Lost lines are counted, and told by a line of their own in their place
/// once the next one can be written.
class Console {
public:
    explicit Console(int descriptor);
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;
    /// Waits as `flush` does, at most `limits::console_flush_ms_max`. What is not out by then may be lost.
    ~Console();

    /// Copies the line, which ends with '\n'; cut to limits::console_line_bytes_max. Any thread; never waits.
    void write(std::string_view line);

    /// Lines that were lost since the start.
    [[nodiscard]] std::uint64_t lines_dropped() const;

    /// Waits until all that was written is out. Returns false when it is not, after
    /// `limits::console_flush_ms_max`.
    bool flush();

private:
    struct State;
    std::shared_ptr<State> state_;  ///< shared with the thread, because a stuck thread outlives the console
};

/// Writes one text on a thread that ends with it, so that the caller does not wait. May allocate.
void write_aside(int descriptor, std::string text);

}  // namespace boardwalk::ports
