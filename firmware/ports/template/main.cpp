#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/app.hpp"
#include "firmware/ports/template/machine.hpp"
#include "firmware/ports/template/potentiometer.hpp"
#include "firmware/ports/template/socket_transport.hpp"
#include "firmware/server/server.hpp"

/// The least that is a board: the whole server, API and dashboard, on sockets. Copy this folder and replace
/// it part by part (firmware/ports/README.md). `boardwalk-template [PORT]` listens on loopback.
namespace {

using namespace boardwalk;

constexpr std::uint32_t loopback = 0x7f00'0001;
volatile std::sig_atomic_t stop_requested = 0;

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 8080;
    if (const std::string_view text = argc > 1 ? argv[1] : "8080";
        argc > 2 ||
        std::from_chars(text.data(), text.data() + text.size(), port).ptr != text.data() + text.size()) {
        std::fprintf(stderr, "usage: boardwalk-template [PORT]\n");
        return 2;
    }
    (void)std::signal(SIGTERM, [](int) { stop_requested = 1; });
    (void)std::signal(SIGINT, [](int) { stop_requested = 1; });
    (void)std::signal(SIGPIPE, SIG_IGN);  // a console that went away is told by `write`

    const server::Options capacities;
    ports::SocketTransport transport(server::Server::links_for(capacities));
    if (!transport.listen(loopback, port)) {
        std::fprintf(stderr, "boardwalk-template: cannot listen on port %u: %s\n", port,
                     std::strerror(errno));
        return 1;
    }

    ports::SimplePlatform platform;
    ports::ForgetfulStorage storage;
    ports::InlineWorkers workers;
    ports::Potentiometer potentiometer;
    const std::array<app::Device*, 1> devices = {&potentiometer};
    // Large, and never freed: static on a chip, off the stack here.
    const auto application = std::make_unique<app::App>(app::Seams{.platform = platform,
                                                                   .storage = storage,
                                                                   .workers = workers,
                                                                   .devices = devices,
                                                                   .assets = app::dashboard_assets(),
                                                                   .model_name = "template"},
                                                        "Template");
    if (const auto problem = application->start(); !problem.empty()) {
        std::fprintf(stderr, "boardwalk-template: %.*s\n", static_cast<int>(problem.size()), problem.data());
        return 1;
    }
    server::Server server(transport, *application, capacities);
    application->attach(server, server);

    (void)ports::put(STDOUT_FILENO,
                     "listening on http://127.0.0.1:" + std::to_string(transport.port()) + "/\n");
    while (stop_requested == 0)
        server.turn();
    server.shut_down();
    while (!server.finished())
        server.turn();
    return 0;
}
