#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

#include "tests/simulation/world.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace {

using boardwalk::simulation::Scenario;
using boardwalk::simulation::Tally;
using boardwalk::simulation::World;

/// A run takes some milliseconds; one that takes this long will never end.
constexpr unsigned hung_after_s = 60;

std::string replay;  ///< for the seed that runs now

void print_replay() { std::fprintf(stderr, "replay: %s\n", replay.c_str()); }

void on_deadly_signal(int number) {
    std::fprintf(stderr, "%s; ", number == SIGALRM ? "the server does not come back" : "the server died");
    print_replay();
    ::_exit(1);
}

void say_the_seed_whatever_happens() {
    for (const int number : {SIGABRT, SIGALRM}) {
        (void)std::signal(number, on_deadly_signal);
    }
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(print_replay);
#else
    (void)std::signal(SIGSEGV, on_deadly_signal);
#endif
}

struct Outcome {
    std::string failure;
    std::uint64_t digest = 0;
    Tally tally{};
};

Outcome run(std::uint64_t seed, std::FILE* trace, bool summary, const Scenario* scenario = nullptr) {
    ::alarm(hung_after_s);
    World world(seed, trace, scenario);
    Outcome outcome{.failure = world.run(), .digest = world.digest(), .tally = world.tally()};
    if (summary)
        std::printf("seed %llu: %s\n", static_cast<unsigned long long>(seed), world.summary().c_str());
    return outcome;
}

/// The run again, with the last of what happened.
void print_end(std::uint64_t seed) {
    constexpr std::size_t lines_max = 40;
    char* text = nullptr;
    std::size_t size = 0;
    std::FILE* memory = ::open_memstream(&text, &size);
    (void)run(seed, memory, false);
    (void)std::fclose(memory);
    std::string_view shown(text, size);
    shown = shown.substr(0, shown.find('\n', shown.find(" FAILED ")) + 1);
    auto begin = shown.size();
    for (std::size_t lines = 0; begin > 0 && lines <= lines_max; ++lines)
        begin = begin > 1 ? shown.rfind('\n', begin - 2) + 1 : 0;
    std::fprintf(stderr, "%.*s", static_cast<int>(shown.size() - begin), shown.data() + begin);
    std::free(text);
}

/// Those whose names begin so; "all": each.
int run_scenarios(const std::string& name, std::FILE* trace) {
    int runs = 0, failures = 0;
    for (const auto& scenario : boardwalk::simulation::scenarios()) {
        if (name != "all" && !scenario.name.starts_with(name)) continue;
        ++runs;
        replay = "--trace --scenario '" + std::string(scenario.name) + "'";
        const auto outcome = run(1, trace, false, &scenario);
        std::printf("%s: %s\n", std::string(scenario.name).c_str(),
                    outcome.failure.empty() ? "no more" : outcome.failure.c_str());
        failures += outcome.failure.empty() ? 0 : 1;
    }
    return runs > 0 && failures == 0 ? 0 : 1;
}

unsigned long long n(std::uint64_t number) { return number; }

struct Range {
    std::uint64_t first = 0, last = 0;
};

/// "7,11,20..30"
std::vector<Range> ranges_of(const std::string& seeds) {
    std::vector<Range> ranges;
    std::istringstream parts(seeds);
    for (std::string part; std::getline(parts, part, ',');) {
        const auto dots = part.find("..");
        const auto first = std::stoull(part);
        ranges.push_back({first, dots == std::string::npos ? first : std::stoull(part.substr(dots + 2))});
    }
    return ranges;
}

/// All runs of one call.
struct Series {
    const char* program;
    bool trace, summary;
    int failures = 0;
    std::uint64_t count = 0, longest_seed = 0;
    Tally tally{};

    void run_seed(std::uint64_t seed, bool alone) {
        replay = std::string(program) + " --trace --seed " + std::to_string(seed);
        auto outcome = run(seed, trace ? stdout : nullptr, summary);
        const bool twice = ++count == 1 && !trace && outcome.failure.empty();
        if (twice && run(seed, nullptr, false).digest != outcome.digest)
            outcome.failure = "the same seed ran in another way";
        if (alone) std::printf("seed %llu: digest %016llx\n", n(seed), n(outcome.digest));
        if (outcome.tally.longest_wait_ms > tally.longest_wait_ms) longest_seed = seed;
        tally += outcome.tally;
        if (outcome.failure.empty()) return;
        ++failures;
        if (!trace) print_end(seed);
        std::fprintf(stderr, "seed %llu failed at %s\n", n(seed), outcome.failure.c_str());
        print_replay();
    }

    void print_sums() const {
        std::printf(
            "browsers: %llu answers, %llu times 503, %llu times 408, %llu lost; longest wait %llu ms (seed "
            "%llu)\n",
            n(tally.answered), n(tally.told_503), n(tally.told_408), n(tally.lost), n(tally.longest_wait_ms),
            n(longest_seed));
        if (failures == 0) std::printf("%llu seeds ran well\n", n(count));
    }
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App options("Runs the whole board against simulated clients, in virtual time. Same seed, same run.");
    std::string seeds = "1..100", scenario;
    bool trace = false, summary = false;
    int failures_max = 5;
    options.add_option("--seeds,--seed", seeds, "Seeds and ranges of them: 7,11,20..30")
        ->capture_default_str();
    options.add_option("--scenario", scenario, "Instead of seeds: a fixed run that failed once, or all");
    options.add_option("--failures", failures_max, "Stop after so many")->capture_default_str();
    options.add_flag("--trace", trace, "Print every event");
    options.add_flag("--summary", summary, "Print what there was in each run");
    CLI11_PARSE(options, argc, argv);

    say_the_seed_whatever_happens();
    if (!scenario.empty()) return run_scenarios(scenario, trace ? stdout : nullptr);
    Series series{.program = argv[0], .trace = trace, .summary = summary};
    for (const auto& range : ranges_of(seeds)) {
        for (auto seed = range.first; seed <= range.last && series.failures < failures_max; ++seed)
            series.run_seed(seed, range.first == range.last);
    }
    series.print_sums();
    return series.failures == 0 ? 0 : 1;
}
