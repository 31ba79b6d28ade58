#include "tests/simulation/scenarios.hpp"

#include <array>
#include <cstdint>

#include "tests/simulation/browser.hpp"
#include "tests/simulation/hostile.hpp"

namespace boardwalk::simulation {
namespace {

using Clients = std::vector<std::unique_ptr<Client>>;

constexpr test::LinkConditions wire = {.latency_us = 500, .jitter_us = 0};

/// Adds a client that begins at `ms`.
void add(Context& context, Clients& clients, std::uint64_t ms, std::unique_ptr<Client> client) {
    context.clock.after(ms * 1'000, [&client = *client] { client.begin(); });
    clients.push_back(std::move(client));
}

void add_reader(Context& context, Clients& clients, std::uint64_t ms, std::vector<std::string> paths,
                std::size_t sip_bytes, std::uint32_t every_ms) {
    add(context, clients, ms,
        std::make_unique<SlowReader>(context, test::Random(clients.size()), wire, sip_bytes, every_ms,
                                     std::move(paths)));
}

void add_browser(Context& context, Clients& clients, std::uint64_t ms) {
    const Browser::Habits habits{.sockets = 6, .preconnects = false, .streams = false, .asks = 3};
    add(context, clients, ms, std::make_unique<Browser>(context, test::Random(clients.size()), wire, habits));
}

/// Readers of 300 B/s, above the lowest minimum rate, have the only buffer one after another (the metrics are
/// written through it), or all slots with a script that needs none.
Clients readers_hold_the_only_buffer(Context& context) {
    Clients clients;
    for (std::uint64_t i = 0; i < 4; ++i)
        add_reader(context, clients, 100 * i, {"/metrics", "/metrics", "/metrics"}, 150, 500);
    for (std::uint64_t i = 0; i < 3; ++i)
        add_browser(context, clients, 2'000 + 500 * i);
    return clients;
}

Clients readers_hold_all_slots(Context& context) {
    Clients clients;
    for (std::uint64_t i = 0; i < 4; ++i)
        add_reader(context, clients, 50 * i, {"/assets/app.js", "/assets/app.js"}, 150, 500);
    for (std::uint64_t i = 0; i < 2; ++i)
        add_browser(context, clients, 3'000 + 200 * i);
    return clients;
}

/// Requests sent ahead of a script keep the only buffer while the script goes out without it.
Clients requests_ahead_hold_the_only_buffer(Context& context) {
    Clients clients;
    for (std::uint64_t i = 0; i < 2; ++i)
        add_reader(context, clients, 50 * i, {"/assets/app.js", "/", "/"}, 512, 500);
    add_browser(context, clients, 1'000);
    return clients;
}

constexpr std::array all = {
    Scenario{"browsers starve behind slow readers that hold the only buffer",
             {.connections = 12, .buffers = 1},
             5'760,
             5'760,
             readers_hold_the_only_buffer},
    Scenario{"browsers starve behind slow readers that hold all slots",
             {.connections = 4, .buffers = 1},
             5'760,
             5'760,
             readers_hold_all_slots},
    Scenario{"a browser starves behind requests that were sent ahead of a script",
             {.connections = 8, .buffers = 1},
             5'760,
             5'760,
             requests_ahead_hold_the_only_buffer},
};

}  // namespace

std::span<const Scenario> scenarios() { return all; }

}  // namespace boardwalk::simulation
