/// The pooled server on lwIP in bad weather: thousands of runs, each from a seed, each in a process of its
/// own. usage: lwip_simulation A..B [--each]

#include <lwip/memp.h>
#include <lwip/stats.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "tests/simulation/lwip/browser.hpp"
#include "tests/support/lwip/virtual_link.hpp"
#include "tests/support/server_house.hpp"

namespace {

using namespace boardwalk;

/// Virtual time; lwIP repeats a packet for minutes before it gives a connection up.
constexpr std::uint64_t run_us_max = 3'600'000'000;
/// After the last client has gone: the idle timeout, lwIP's own 20 s for half-closed ones, TIME_WAIT; and a
/// last segment is repeated twelve times, mostly each after twice as long.
constexpr std::uint64_t empty_us_max = 3'600'000'000;

struct Result {
    test::Tally tally;
    std::uint32_t clients = 0;
    std::uint32_t loss_percent = 0;
    std::uint64_t evicted = 0, timed_out = 0, refused = 0, idle = 0;
    std::uint64_t packets = 0, fingerprint = 0, took_ms = 0;
    std::array<char, 120> failure{};

    void fail(const std::string& why) {
        if (failure[0] == '\0') why.copy(failure.data(), failure.size() - 1);
    }
    bool operator==(const Result&) const = default;
};

/// What lwIP has lent out of each pool.
struct Lent {
    mem_size_t heap = lwip_stats.mem.used;
    mem_size_t pcbs = lwip_stats.memp[MEMP_TCP_PCB]->used;
    mem_size_t segments = lwip_stats.memp[MEMP_TCP_SEG]->used;
    mem_size_t references = lwip_stats.memp[MEMP_PBUF]->used;
    mem_size_t packets = lwip_stats.memp[MEMP_PBUF_POOL]->used;
    bool operator==(const Lent&) const = default;
};

template <std::size_t N>
unsigned one_of(std::mt19937& random, const std::array<unsigned, N>& choices) {
    return choices[random() % N];
}

test::Weather weather(std::mt19937& random, std::uint32_t seed) {
    const auto least = 1 + static_cast<unsigned>(random() % 20);
    return {.seed = seed,
            .loss_percent = one_of(random, std::array{0U, 1U, 5U, 10U, 20U}),
            .duplicate_percent = one_of(random, std::array{0U, 5U}),
            .delay_ms_min = least,
            .delay_ms_max = least + one_of(random, std::array{0U, 10U, 80U})};
}

/// Weather alone ends no connection and doubles no action: where one died, the board had let it go, by a rule
/// that it counts. (A client gives up where the board's reset, which is sent once, was lost.)
void explain(Result& result, std::size_t acted) {
    const auto let_go = result.evicted + result.timed_out + result.refused + result.idle;
    if (result.tally.lost + result.tally.given_up > let_go)
        result.fail("a connection died that the board had not let go");
    if (result.timed_out + result.idle == 0 && acted != result.tally.posted)
        result.fail("something was done twice");
}

Result run(std::uint32_t seed) {
    std::mt19937 random(seed);
    Result result;
    const auto sky = weather(random, seed);
    test::VirtualLink wire(sky);
    const server::Options options{
        .connections = one_of(random, std::array{4U, 8U, 24U, 24U}),
        .buffers = one_of(random, std::array{1U, 2U, 10U, 10U}),
        .handshake_places = limits::handshake_places_on_lwip,
    };
    test::EchoApplication application;
    {
        ports::LwipTransport transport(wire, server::Server::links_for(options));
        if (!transport.listen(80)) result.fail("it cannot listen");
        const Lent before;
        server::Server server(transport, application, options);
        application.outlet = &server;

        std::vector<std::unique_ptr<test::Browser>> browsers;
        const auto count = 1 + random() % 12;
        for (std::size_t i = 0; i < count; ++i) {
            browsers.push_back(std::make_unique<test::Browser>(static_cast<std::uint32_t>(random()),
                                                               1 + random() % 6, 1 + random() % 12));
        }
        const auto turn_until = [&](std::uint64_t us, auto done) {
            const auto end = wire.now_us() + us;
            while (!done() && wire.now_us() < end) {
                server.turn();
                for (auto& browser : browsers)
                    browser->step(wire.now_us());
            }
            return done();
        };
        const auto all_finished = [&] {
            return std::ranges::all_of(browsers, [](const auto& one) { return one->finished(); });
        };
        const auto began_us = wire.now_us();
        if (!turn_until(run_us_max, all_finished)) result.fail("somebody never got what it came for");
        result.took_ms = (wire.now_us() - began_us) / 1'000;

        for (const auto& browser : browsers) {
            browser->leave();
            if (!browser->complaint().empty()) result.fail(browser->complaint());
            result.tally += browser->tally();
        }
        const auto nobody = [&] {
            const auto now = server.statistics();
            return now.active + now.idle + now.silent + now.websocket == 0;
        };
        if (!turn_until(empty_us_max, nobody)) result.fail("connections are open after all have gone");
        const auto now = server.statistics();
        if (now.buffers_in_use != 0) result.fail("a buffer was not given back");
        result.clients = static_cast<std::uint32_t>(count);
        result.evicted = now.evicted_total;
        result.timed_out = now.timed_out_total;
        result.idle = now.closed_by_ending[static_cast<std::size_t>(server::Ending::idle)];
        result.refused = now.refused_total;
        explain(result, application.bodies.size());
        const auto all_returned = [&] { return Lent() == before; };
        browsers.clear();
        // The listener has a pool of its own; what lingers is lwIP's, and goes by its timers.
        if (!turn_until(empty_us_max, all_returned)) result.fail("lwIP's pools are not as they were");
    }
    result.loss_percent = sky.loss_percent;
    result.packets = wire.count().sent;
    result.fingerprint = wire.count().fingerprint;
    return result;
}

/// lwIP's state outlives a wire; for the same packets each run has a process of its own.
Result run_alone(std::uint32_t seed) {
    Result result;
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) return result;
    const auto child = ::fork();
    if (child == 0) {
        result = run(seed);
        ::_exit(::write(ends[1], &result, sizeof result) == sizeof result ? 0 : 1);
    }
    ::close(ends[1]);
    const bool whole = ::read(ends[0], &result, sizeof result) == sizeof result;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!whole) result.fail("the board died");
    return result;
}

void print(std::uint32_t seed, const Result& r) {
    std::printf(
        "seed %u: %u clients, loss %u %%: %u answered, %u told to come again, %u lost, %u given up, %u never "
        "connected; board: %llu evicted, %llu timed out, %llu refused; %llu packets, %llu ms\n",
        seed, r.clients, r.loss_percent, r.tally.answered, r.tally.told_to_come_again, r.tally.lost,
        r.tally.given_up, r.tally.never_connected, static_cast<unsigned long long>(r.evicted),
        static_cast<unsigned long long>(r.timed_out), static_cast<unsigned long long>(r.refused),
        static_cast<unsigned long long>(r.packets), static_cast<unsigned long long>(r.took_ms));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string range = argc > 1 ? argv[1] : "1..100";
    const bool each = argc > 2 && std::strcmp(argv[2], "--each") == 0;
    const auto dots = range.find("..");
    const auto first = static_cast<std::uint32_t>(std::stoul(range));
    const auto last =
        dots == std::string::npos ? first : static_cast<std::uint32_t>(std::stoul(range.substr(dots + 2)));
    int failures = 0;
    Result sum;
    for (auto seed = first; seed <= last && failures < 5; ++seed) {
        auto result = run_alone(seed);
        if (seed == first && !(run_alone(seed) == result)) result.fail("the same seed ran in another way");
        if (each || result.failure[0] != '\0') print(seed, result);
        sum.tally.answered += result.tally.answered;
        sum.tally.lost += result.tally.lost;
        sum.tally.given_up += result.tally.given_up;
        sum.packets += result.packets;
        if (result.failure[0] == '\0') continue;
        ++failures;
        std::fprintf(stderr, "seed %u: %s\nreplay: %s %u --each\n", seed, result.failure.data(), argv[0],
                     seed);
    }
    std::printf("%u seeds, %llu packets: %u answers, %u connections lost with a request, %u given up\n",
                last - first + 1, static_cast<unsigned long long>(sum.packets), sum.tally.answered,
                sum.tally.lost, sum.tally.given_up);
    return failures == 0 ? 0 : 1;
}
