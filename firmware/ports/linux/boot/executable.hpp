#pragma once

#include <cstdint>
#include <string>

namespace boardwalk::ports {

/// The file that this process runs, with links resolved. To be asked at the start: later another file may
/// have taken the name, and that file is to run next. Empty when the kernel does not tell.
[[nodiscard]] std::string running_executable();

/// Becomes `path`, with the arguments of this process and its environment: same process, same parent. Where
/// `--port` let the system choose, the chosen one is kept. Returns only when that failed, with what is wrong.
[[nodiscard]] std::string become(const std::string& path, char** argv, std::uint16_t port);

/// To be called before an image starts on trial. A program that does not even begin to watch itself is ended
/// after `seconds` by SIGALRM, and the next start is the old image's.
void limit_trial(unsigned seconds);

/// What a watchdog does on a chip: an image on trial that crashes, or has not confirmed itself within
/// `seconds`, becomes `path` again. `argv` and `path` must stay where they are.
void watch_trial(const std::string& path, char** argv, unsigned seconds);
/// Ends the alarm. To be called also by an image that is not on trial, because an alarm outlives the start of
/// another program.
void stop_watching_trial();

}  // namespace boardwalk::ports
