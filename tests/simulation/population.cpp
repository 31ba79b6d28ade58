#include "tests/simulation/population.hpp"

#include "tests/simulation/browser.hpp"
#include "tests/simulation/websocket_client.hpp"

namespace boardwalk::simulation {
namespace {

using test::LinkConditions;
using test::Random;

LinkConditions wired(Random& random) {
    return {.latency_us = static_cast<std::uint32_t>(random.between(50, 2'000)), .jitter_us = 200};
}
LinkConditions wireless(Random& random) {
    return {
        .latency_us = static_cast<std::uint32_t>(random.between(1'000, 40'000)),
        .jitter_us = static_cast<std::uint32_t>(random.between(500, 20'000)),
        .segment_bytes_max = random.chance(70) ? 1'460U : static_cast<std::uint32_t>(random.between(1, 200)),
        .loss_per_mille = static_cast<std::uint32_t>(random.below(20)),
        .window_bytes = random.between(2'000, 40'000)};
}

}  // namespace

std::vector<std::unique_ptr<Client>> populate(Context& context, Random& random, const server::Options&) {
    std::vector<std::unique_ptr<Client>> clients;
    const auto add = [&](std::unique_ptr<Client> client) {
        context.clock.after(random.below(load_ms_max) * 1'000, [&client = *client] { client.begin(); });
        clients.push_back(std::move(client));
    };
    for (auto count = random.between(0, 8); count > 0; --count) {
        const bool phone = random.chance(40);
        const auto way = phone ? wireless(random) : wired(random);
        const Browser::Habits habits{.sockets = phone ? random.between(1, 4) : 6,
                                     .preconnects = random.chance(30),
                                     .streams = random.chance(50),
                                     .asks = static_cast<int>(random.below(8))};
        add(std::make_unique<Browser>(context, random.split(), way, habits));
    }
    for (auto count = random.below(4); count > 0; --count) {
        const WebSocketClient::Habits habits{.max_hz = static_cast<int>(random.between(1, 8)),
                                             .fragments = random.chance(20),
                                             .drops = random.chance(30)};
        add(std::make_unique<WebSocketClient>(context, random.split(), wired(random), habits));
    }
    return clients;
}

}  // namespace boardwalk::simulation
