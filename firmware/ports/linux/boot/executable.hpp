#pragma once

#include <cstdint>
#include <string>

namespace boardwalk::ports {

/// The file that this process runs, links resolved. Asked at the start: later another file may have taken the
/// name, and it is that one which is to run next. Empty when the kernel does not tell.
[[nodiscard]] std::string running_executable();

/// Becomes `path`, with the arguments of this process and its environment: same process, same parent. Where
/// `--port` let the system choose, the chosen one is kept. Returns only when that failed, with what is wrong.
[[nodiscard]] std::string become(const std::string& path, char** argv, std::uint16_t port);

/// Before an image starts on trial: a program that does not even begin to watch itself ends `seconds` later
/// by SIGALRM, and the next start is the old image's.
void limit_trial(unsigned seconds);

/// An image on trial that crashes, or has not confirmed itself within `seconds`, becomes `path` again: what a
/// watchdog does on a chip. `argv` and `path` stay where they are.
void watch_trial(const std::string& path, char** argv, unsigned seconds);
/// Also at the start of an image that is not on trial: an alarm outlives the start of another program.
void stop_watching_trial();

}  // namespace boardwalk::ports
