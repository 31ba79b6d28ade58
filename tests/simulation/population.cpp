#include "tests/simulation/population.hpp"

#include "tests/simulation/browser.hpp"
#include "tests/simulation/hostile.hpp"
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

LinkConditions any_way(Random& random) { return random.chance(50) ? wired(random) : wireless(random); }

/// How many of each kind there are at most.
struct Crowd {
    std::uint64_t browsers, websockets, bad_websockets, slow_readers, slow_senders, pipeliners, babblers,
        deserters, half_closers, silent;
};

constexpr std::array<Crowd, 8> crowds = {{
    {8, 4, 0, 0, 0, 0, 0, 0, 0, 0},   // a calm day
    {14, 2, 0, 0, 0, 0, 0, 0, 3, 0},  // a classroom
    {4, 2, 0, 20, 0, 0, 0, 0, 1, 0},  // slow readers
    {4, 2, 0, 0, 40, 0, 0, 0, 1, 0},  // drips
    {3, 4, 14, 0, 0, 0, 0, 0, 0, 0},  // WebSockets of all kinds
    {3, 2, 0, 0, 0, 6, 12, 8, 2, 0},  // nonsense, too much at once, and desertion
    {4, 2, 0, 0, 0, 0, 0, 6, 2, 5},   // silence
    {4, 3, 4, 4, 6, 2, 4, 4, 2, 1},   // a bit of everything
}};

}  // namespace

std::vector<std::unique_ptr<Client>> populate(Context& context, Random& random,
                                              const server::Options& options) {
    std::vector<std::unique_ptr<Client>> clients;
    const auto add = [&](std::unique_ptr<Client> client) {
        context.clock.after(random.below(arrivals_ms) * 1'000, [&client = *client] { client.begin(); });
        clients.push_back(std::move(client));
    };
    const auto some = [&](std::uint64_t count_max, auto make) {
        for (auto count = random.between(0, count_max); count > 0; --count)
            add(make());
    };
    const auto& crowd = crowds[random.below(crowds.size())];
    some(crowd.browsers, [&] {
        const bool phone = random.chance(40);
        const Browser::Habits habits{.sockets = phone ? random.between(1, 4) : 6,
                                     .preconnects = random.chance(30),
                                     .streams = random.chance(50),
                                     .asks = static_cast<int>(random.below(8))};
        const auto way = phone ? wireless(random) : wired(random);
        return std::make_unique<Browser>(context, random.split(), way, habits);
    });
    some(crowd.websockets, [&] {
        const WebSocketClient::Habits habits{.max_hz = static_cast<int>(random.between(1, 8)),
                                             .fragments = random.chance(20),
                                             .drops = random.chance(30),
                                             // Some only listen: their pongs are all that is heard of them.
                                             .says_every_ms = random.chance(25) ? 1'000'000U : 1'500U};
        return std::make_unique<WebSocketClient>(context, random.split(), wired(random), habits);
    });
    some(crowd.bad_websockets, [&] {
        const auto habit = random.below(4);
        const WebSocketClient::Habits habits{.max_hz = static_cast<int>(random.between(1, 20)),
                                             .pongs = habit != 0,
                                             .reads = habit != 1,
                                             .unfinished = habit == 2,
                                             .garbage = habit == 3,
                                             .drops = random.chance(50),
                                             .says_every_ms = habit == 0 ? 100'000U : 1'000U};
        auto way = any_way(random);
        if (!habits.reads) way.window_bytes = 600;
        return std::make_unique<WebSocketClient>(context, random.split(), way, habits);
    });
    // A client that reads at the minimum rate may keep its slot, so that a few of them can hold a small board
    // for long.
    const bool small =
        options.connections < limits::connections_default || options.buffers < limits::buffers_default;
    some(small ? crowd.slow_readers / 5 : crowd.slow_readers, [&] {
        return std::make_unique<SlowReader>(context, random.split(), wired(random), random.between(1, 600),
                                            static_cast<std::uint32_t>(random.between(50, 1'500)));
    });
    some(crowd.slow_senders, [&] {
        return std::make_unique<SlowSender>(context, random.split(), any_way(random),
                                            static_cast<std::uint32_t>(random.between(1, 1'000)));
    });
    some(crowd.pipeliners,
         [&] { return std::make_unique<Pipeliner>(context, random.split(), any_way(random)); });
    some(crowd.babblers, [&] { return std::make_unique<Babbler>(context, random.split(), any_way(random)); });
    some(crowd.deserters,
         [&] { return std::make_unique<Deserter>(context, random.split(), any_way(random)); });
    some(crowd.half_closers,
         [&] { return std::make_unique<HalfCloser>(context, random.split(), any_way(random)); });
    some(crowd.silent, [&] { return std::make_unique<SilentOne>(context, random.split(), wired(random)); });
    return clients;
}

}  // namespace boardwalk::simulation
