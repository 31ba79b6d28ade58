#include "firmware/ports/linux/boot/executable.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>
#include <vector>

namespace boardwalk::ports {

namespace {

constexpr std::string_view option = "--port";

/// The arguments without `--port`, and behind them `--port PORT`; as they are when that is 0.
std::vector<std::string> arguments_with_port(char** argv, std::uint16_t port) {
    std::vector<std::string> arguments;
    if (port == 0) {
        for (char** argument = argv; *argument != nullptr; ++argument)
            arguments.emplace_back(*argument);
        return arguments;
    }
    for (char** argument = argv; *argument != nullptr; ++argument) {
        const std::string_view text = *argument;
        if (text == option && argument[1] != nullptr) {
            ++argument;
        } else if (!(text.starts_with(option) && text.substr(option.size()).starts_with('='))) {
            arguments.emplace_back(text);
        }
    }
    arguments.emplace_back(option);
    arguments.push_back(std::to_string(port));
    return arguments;
}

}  // namespace

std::string running_executable() {
    std::array<char, 4096> path;
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string();
}

std::string become(const std::string& path, char** argv, std::uint16_t port) {
    auto arguments = arguments_with_port(argv, port);
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (auto& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    // Some libraries open theirs without close-on-exec; the board that starts needs the port.
    (void)::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execv(path.c_str(), pointers.data());
    return path + ": " + std::strerror(errno);
}

std::string output_of(const std::string& path, const char* argument, std::size_t bytes_max) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return {};
    const pid_t child = ::fork();
    if (child == 0) {  // from here on only what is safe after a fork of many threads
        (void)::dup2(pipe[1], STDOUT_FILENO);
        (void)::alarm(5);
        ::execl(path.c_str(), path.c_str(), argument, nullptr);
        ::_exit(127);
    }
    ::close(pipe[1]);
    std::string text(bytes_max, '\0');
    std::size_t size = 0;
    while (child > 0 && size < text.size()) {
        const ssize_t got = ::read(pipe[0], text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(pipe[0]);
    int status = -1;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    text.resize(status == 0 ? size : 0);
    return text;
}

namespace {

constexpr std::array watched = {SIGALRM, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
const char* trial_loader = nullptr;
char** trial_arguments = nullptr;

void on_trial_failed(int) {
    sigset_t none;
    ::sigemptyset(&none);
    (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execv(trial_loader, trial_arguments);
    ::_exit(1);
}

}  // namespace

void watch_trial(const std::string& path, char** argv, unsigned seconds) {
    trial_loader = path.c_str();
    trial_arguments = argv;
    for (const int signal : watched)
        (void)std::signal(signal, on_trial_failed);
    (void)::alarm(seconds);
}

void stop_watching_trial() {
    (void)::alarm(0);
    for (const int signal : watched)
        (void)std::signal(signal, SIG_DFL);
}

}  // namespace boardwalk::ports
