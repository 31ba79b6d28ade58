// A board that is being set up over Wi-Fi, as far as that goes without a radio: the real server, application,
// joiner and page, and a radio that plays three networks. For setup.test.mjs.
//
// usage: setup_board --data-dir DIR (anything else is passed over)

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "firmware/app/app.hpp"
#include "firmware/app/model/greenhouse.hpp"
#include "firmware/ports/linux/computer/linux_platform.hpp"
#include "firmware/ports/linux/kernel_stack.hpp"
#include "firmware/ports/linux/storage/data_directory.hpp"
#include "firmware/ports/linux/thread_workers.hpp"
#include "firmware/server/server.hpp"

namespace {

using namespace boardwalk;
using namespace std::string_view_literals;

/// "Attic" takes one password, "Café" is open, and "Far away" cannot be joined from here.
class PlayedRadio final : public app::WifiRadio {
public:
    PlayedRadio(app::Platform& platform, std::string_view own_address)
        : platform_(platform), portal_(own_address), thread_([this] { run(); }) {}
    PlayedRadio(const PlayedRadio&) = delete;
    PlayedRadio& operator=(const PlayedRadio&) = delete;
    ~PlayedRadio() override {
        {
            const std::lock_guard lock(mutex_);
            ended_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }

    [[nodiscard]] bool simulated() const override { return true; }
    [[nodiscard]] bool scan(std::span<app::WifiNetwork> room, std::size_t& found) override {
        const std::array<app::WifiNetwork, 5> around = {{{"Far away", -88, 3, true},
                                                         {"Attic", -48, 6, true},
                                                         {"", -50, 1, true},
                                                         {"Attic", -71, 11, true},
                                                         {"Caf\xC3\xA9", -66, 11, false}}};
        found = std::min(room.size(), around.size());
        std::copy_n(around.begin(), found, room.begin());
        return true;
    }
    [[nodiscard]] const app::Portal* portal() const override { return &portal_; }
    void join(const app::WifiCredentials& credentials) override {
        const std::lock_guard lock(mutex_);
        told_ = credentials;
        changed_.notify_one();
    }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds try_takes{300};

    /// What a port's event task does.
    void run() {
        std::unique_lock lock(mutex_);
        while (!ended_) {
            if (const auto told = std::exchange(told_, std::nullopt)) joiner_.use(*told, platform_.now_ms());
            if (outcome_at_ && Clock::now() >= *outcome_at_) {
                outcome_at_.reset();
                lets_in(joiner_.credentials())
                    ? joiner_.on_joined(platform_.now_ms())
                    : joiner_.on_lost(platform_.now_ms(), failure_of(joiner_.credentials()));
            }
            for (auto step = next(); step != Step::none; step = next()) {
                if (step == Step::attempt) outcome_at_ = Clock::now() + try_takes;
                if (step == Step::leave) outcome_at_.reset();
                if (step == Step::open_portal) joiner_.on_guests(1);
            }
            const bool joined = joiner_.state() == app::WifiState::joined;
            portal_.tell(joiner_.portal_open(), joiner_.state(),
                         joined ? app::Portal::Ipv4{192, 168, 1, 50} : app::Portal::Ipv4{},
                         joiner_.failure());
            changed_.wait_for(lock, std::chrono::milliseconds(20));
        }
    }

    using Step = app::WifiJoiner::Step;
    Step next() { return joiner_.next(platform_.now_ms()); }

    static bool lets_in(const app::WifiCredentials& credentials) {
        return (credentials.ssid == "Attic" && credentials.password == "correct horse") ||
               (credentials.ssid == "Caf\xC3\xA9" && credentials.password.empty());
    }

    static app::WifiFailure failure_of(const app::WifiCredentials& credentials) {
        if (credentials.ssid == "Attic")
            return credentials.password.empty() ? app::WifiFailure::security : app::WifiFailure::password;
        return credentials.ssid == "Far away" ? app::WifiFailure::not_found : app::WifiFailure::unknown;
    }

    app::Platform& platform_;
    app::Portal portal_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<app::WifiCredentials> told_ = app::WifiCredentials{};
    std::optional<Clock::time_point> outcome_at_;
    app::WifiJoiner joiner_;
    bool ended_ = false;
    std::thread thread_;
};

const ports::NetworkStack* stack_to_wake = nullptr;
volatile std::sig_atomic_t stop_requested = 0;

void on_stop_signal(int) {
    stop_requested = 1;
    if (stack_to_wake != nullptr) stack_to_wake->wake();
}

int fail(const std::string& text) {
    std::fprintf(stderr, "setup_board: %s\n", text.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::string data_path;
    for (int i = 1; i + 1 < argc; ++i) {
        if (std::strcmp(argv[i], "--data-dir") == 0) data_path = argv[i + 1];
    }
    if (data_path.empty()) return fail("needs --data-dir");
    std::string error;
    auto storage = ports::DataDirectory::open(data_path, error);
    if (!storage) return fail(error);

    const server::Options capacities{.unix_time_s = [] { return std::int64_t{::time(nullptr)}; }};
    ports::KernelStack stack(server::Server::links_for(capacities));
    if (error = stack.listen("127.0.0.1", 0); !error.empty()) return fail(error);
    const std::string own_address = "127.0.0.1:" + std::to_string(stack.port());

    ports::LinuxPlatform platform(protocol::LogLevel::warning);
    PlayedRadio radio(platform, own_address);
    ports::ThreadWorkers workers(2, [&stack] { stack.wake(); });
    app::Greenhouse greenhouse;
    const std::array<app::Device*, 1> devices = {&greenhouse};
    const auto application = std::make_unique<app::App>(app::Seams{.platform = platform,
                                                                   .storage = *storage,
                                                                   .workers = workers,
                                                                   .devices = devices,
                                                                   .assets = app::dashboard_assets(),
                                                                   .model_name = "setup-test",
                                                                   .wifi = &radio},
                                                        "Fresh board");
    if (const auto problem = application->start(); !problem.empty()) return fail(std::string(problem));
    server::Server server(stack.transport(), *application, capacities);
    application->attach(server, server);

    stack_to_wake = &stack;
    struct sigaction action{};
    action.sa_handler = on_stop_signal;
    (void)::sigaction(SIGTERM, &action, nullptr);
    (void)std::signal(SIGPIPE, SIG_IGN);
    std::printf("listening on http://%s/\n", own_address.c_str());
    std::fflush(stdout);
    while (stop_requested == 0)
        server.turn();
    (void)workers.stop(std::chrono::steady_clock::time_point::max());
    return 0;
}
