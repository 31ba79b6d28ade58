#include "firmware/ports/linux/boot/executable.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
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

void limit_trial(unsigned seconds) {
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGALRM);
    (void)std::signal(SIGALRM, SIG_DFL);
    (void)::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    (void)::alarm(seconds);
}

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
