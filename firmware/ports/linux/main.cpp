#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/app.hpp"
#include "firmware/app/model/greenhouse.hpp"
#include "firmware/ports/linux/addresses.hpp"
#include "firmware/ports/linux/boot/board_note.hpp"
#include "firmware/ports/linux/boot/executable.hpp"
#include "firmware/ports/linux/boot/file_image_store.hpp"
#include "firmware/ports/linux/computer/computer.hpp"
#include "firmware/ports/linux/computer/computer_hardware.hpp"
#include "firmware/ports/linux/computer/linux_platform.hpp"
#include "firmware/ports/linux/computer/simulated_wifi.hpp"
#include "firmware/ports/linux/kernel_stack.hpp"
#include "firmware/ports/linux/lwip/lwip_stack.hpp"
#include "firmware/ports/linux/lwip/slirp_link.hpp"
#include "firmware/ports/linux/lwip/tap_link.hpp"
#include "firmware/ports/linux/mdns/announcement.hpp"
#include "firmware/ports/linux/options.hpp"
#include "firmware/ports/linux/storage/data_directory.hpp"
#include "firmware/ports/linux/storage/reset.hpp"
#include "firmware/ports/linux/storage/setup_code_file.hpp"
#include "firmware/ports/linux/thread_workers.hpp"
#include "firmware/server/server.hpp"
#include "firmware/stacks/lwip/checksum.hpp"
#include "firmware/stacks/lwip/lwip_announcement.hpp"

BOARDWALK_BOARD_NOTE("virtual", BOARDWALK_VERSION);

namespace {

using namespace boardwalk;

constexpr int exit_failed = 1;
constexpr std::string_view model = "virtual";
constexpr std::uint64_t shutdown_ms_max = 1'500;
static_assert(shutdown_ms_max + limits::job_grace_ms + limits::console_flush_ms_max < 2'000,
              "2 s are promised");

/// The handler reads it whenever a signal comes.
std::atomic<const ports::NetworkStack*> stack_to_wake = nullptr;
static_assert(decltype(stack_to_wake)::is_always_lock_free);
volatile std::sig_atomic_t stop_requested = 0;

void on_stop_signal(int) {
    stop_requested = 1;
    if (const auto* stack = stack_to_wake.load()) stack->wake();
}

/// From here on a signal wakes the stack, for as long as this object lives; a later signal finds no stack.
class StopSignals {
public:
    explicit StopSignals(const ports::NetworkStack& stack) {
        stack_to_wake = &stack;
        struct sigaction action{};
        action.sa_handler = on_stop_signal;
        (void)::sigaction(SIGTERM, &action, nullptr);
        (void)::sigaction(SIGINT, &action, nullptr);
        (void)std::signal(SIGPIPE, SIG_IGN);
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals() { stack_to_wake = nullptr; }
};

/// A program that is started without stdin, stdout or stderr gets their numbers for the next files that it
/// opens, and would write the log into one of the board's own.
void keep_standard_descriptors() {
    int file = 0;
    while (file >= 0 && file <= STDERR_FILENO)
        file = ::open("/dev/null", O_RDWR);
    if (file >= 0) ::close(file);
}

/// One file descriptor a link, and some to spare.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

std::unique_ptr<ports::NetworkStack> make_stack(const ports::BoardOptions& options, std::size_t links) {
    switch (options.stack) {
        case ports::Stack::lwip_over_slirp:
            return std::make_unique<ports::LwipStack>(std::make_unique<ports::SlirpLink>(), links);
        case ports::Stack::lwip_over_tap:
            return std::make_unique<ports::LwipStack>(std::make_unique<ports::TapLink>(options.tap_device),
                                                      links);
        case ports::Stack::kernel: break;
    }
    return std::make_unique<ports::KernelStack>(links);
}

std::int64_t unix_time_s() { return ::time(nullptr); }

/// Makes the board findable. This never fails, since a board that cannot be found by name still answers; the
/// reason is logged.
void announce(ports::MdnsAnnouncement& announcement, app::App& application,
              const ports::BoardOptions& options, std::uint16_t port) {
    const auto problem =
        announcement.start(options.mdns, {.name = std::string(application.settings().name.view()),
                                          .id = std::string(application.identity().id.view()),
                                          .mac = std::string(application.identity().mac.view()),
                                          .model = std::string(model),
                                          .firmware = BOARDWALK_VERSION,
                                          .port = port,
                                          .auth = application.claimed(),
                                          .address = options.address});
    if (!problem.empty()) application.log().write(protocol::LogLevel::warning, {"mDNS: ", problem});
}

/// The kernel takes no part in a network of lwIP's own.
std::unique_ptr<ports::LwipAnnouncement> announce_on_tap(ports::NetworkStack& stack, app::App& application) {
    const ports::mdns::Service service{.name = application.settings().name,
                                       .id = application.identity().id,
                                       .mac = application.identity().mac,
                                       .model = cut(model),
                                       .firmware = BOARDWALK_VERSION,
                                       .port = stack.port(),
                                       .auth = application.claimed()};
    return std::make_unique<ports::LwipAnnouncement>(stack.transport(), service);
}

int fail(std::string_view text) {
    std::fprintf(stderr, "boardwalk-board: %.*s\n", static_cast<int>(text.size()), text.data());
    return exit_failed;
}

/// What a process does after this board's end.
struct Next {
    std::string executable;  ///< empty when the process ends
    std::uint16_t port = 0;  ///< 0 keeps the port of the arguments
};

/// A job that hangs, or is merely long, keeps its thread until the process ends or becomes another program,
/// so nothing that it uses may be destroyed. Its files are safe: each of its steps leaves the old content or
/// the new one.
[[noreturn]] void leave_at_once(ports::LinuxPlatform& platform, const Next& next, char** argv) {
    platform.log(protocol::LogLevel::warning, "a job has not ended in time, and is left behind");
    (void)platform.flush_log();
    int exit_code = 0;
    if (!next.executable.empty()) exit_code = fail(ports::become(next.executable, argv, next.port));
    ::_exit(exit_code);
}

/// A board as a guest on this computer: everything below the application is put together here.
int run(const ports::BoardOptions& options, char** argv, Next& next) {
    const auto data_path = options.data_dir.empty() ? ports::DataDirectory::default_path() : options.data_dir;
    std::string error;
    auto storage = ports::DataDirectory::open(data_path, error);
    if (!storage) return fail(error);
    if (options.reset != ports::Reset::none) {
        ports::reset(*storage, options.reset);
        return 0;
    }

    std::string note;
    ports::FileImageStore images(*storage, storage->path(), ports::running_executable());
    if (next.executable = images.next_executable(note); !next.executable.empty()) return exit_failed;
    if (images.on_trial()) {
        next.executable = images.boot_loader();  // where whatever ends the trial leads
        static const std::string loader = images.boot_loader();
        ports::watch_trial(loader, argv, limits::trial_s_max);
    }

    raise_descriptor_limit();
    const server::Options capacities{.connections = options.connections,
                                     .buffers = options.buffers,
                                     .handshake_places = options.stack == ports::Stack::kernel
                                                             ? limits::lobby_places
                                                             : limits::handshake_places_on_lwip,
                                     .unix_time_s = unix_time_s};
    ports::know_sums(app::dashboard_bytes());  // the checksums that lwIP asks for
    const auto stack = make_stack(options, server::Server::links_for(capacities));
    if (error = stack->listen(options.address, options.port); !error.empty()) return fail(error);

    ports::LinuxPlatform platform(options.log_level);
    ports::ThreadWorkers workers(options.workers, [&stack] { stack->wake(); });
    ports::Computer computer;
    ports::ComputerHardware hardware(storage->path());
    app::Greenhouse greenhouse;
    ports::SimulatedWifi wifi;
    const std::array<app::Device*, 3> devices = {&greenhouse, &computer, &hardware};
    ports::SetupCodeFile setup_note(*storage);
    const std::vector<std::string_view> hosts(options.hosts.begin(), options.hosts.end());
    const auto application = std::make_unique<app::App>(app::Seams{.platform = platform,
                                                                   .storage = *storage,
                                                                   .workers = workers,
                                                                   .devices = devices,
                                                                   .assets = app::dashboard_assets(),
                                                                   .model_name = model,
                                                                   .echo = options.echo,
                                                                   .wifi = &wifi,
                                                                   .images = &images,
                                                                   .hosts = hosts,
                                                                   .label = options.setup_code,
                                                                   .setup_note = &setup_note},
                                                        options.name);
    if (const auto problem = application->start(); !problem.empty()) return fail(problem);
    server::Server server(stack->transport(), *application, capacities);
    application->attach(server, server);
    if (!note.empty()) application->log().write(protocol::LogLevel::warning, {note});
    const StopSignals signals(*stack);

    ports::write_aside(STDOUT_FILENO, "listening on http://" + ports::url_host(stack->address()) + ":" +
                                          std::to_string(stack->port()) + "/\n");

    ports::MdnsAnnouncement announcement;
    std::unique_ptr<ports::LwipAnnouncement> announcement_on_tap;
    if (options.stack == ports::Stack::lwip_over_tap && options.mdns != ports::MdnsScope::off) {
        announcement_on_tap = announce_on_tap(*stack, *application);
    } else {
        announce(announcement, *application, options, stack->port());
    }
    auto announced_name = application->settings().name;
    bool announced_claim = application->claimed();
    while (stop_requested == 0 && !platform.restart_wanted()) {
        server.turn();
        if (const auto& name = application->settings().name; !(name == announced_name)) {
            announced_name = name;
            announcement.rename(name.view());
            if (announcement_on_tap) announcement_on_tap->rename(name.view());
        }
        if (application->claimed() && !announced_claim) {
            announced_claim = true;
            announcement.require_sign_in();
            if (announcement_on_tap) announcement_on_tap->require_sign_in();
        }
    }
    announcement.stop();
    announcement_on_tap.reset();
    server.shut_down();
    const auto until_ms = platform.now_ms() + shutdown_ms_max;
    while (!server.finished() && platform.now_ms() < until_ms)
        server.turn();
    next = stop_requested == 0 ? Next{images.boot_loader(), stack->port()} : Next{};
    const auto grace = std::chrono::milliseconds(limits::job_grace_ms);
    if (!workers.stop(std::chrono::steady_clock::now() + grace)) {
        leave_at_once(platform, next, argv);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    keep_standard_descriptors();
    ports::BoardOptions options;
    int exit_code = 0;
    if (!ports::parse_options(argc, argv, options, exit_code)) return exit_code;
    Next next;
    exit_code = run(options, argv, next);
    if (next.executable.empty() || stop_requested != 0) return exit_code;
    return fail(ports::become(next.executable, argv, next.port));
}
