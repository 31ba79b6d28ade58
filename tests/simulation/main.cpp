#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

#include "tests/simulation/world.hpp"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace {

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
};

Outcome run(std::uint64_t seed, std::FILE* trace, bool summary) {
    ::alarm(hung_after_s);
    World world(seed, trace);
    Outcome outcome{.failure = world.run(), .digest = world.digest()};
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

}  // namespace

int main(int argc, char** argv) {
    CLI::App options("Runs the whole board against simulated clients, in virtual time. Same seed, same run.");
    std::string seeds = "1..100";
    bool trace = false, summary = false;
    options.add_option("--seeds,--seed", seeds, "One seed, or a range A..B")->capture_default_str();
    options.add_flag("--trace", trace, "Print every event");
    options.add_flag("--summary", summary, "Print what there was in each run");
    CLI11_PARSE(options, argc, argv);

    const auto dots = seeds.find("..");
    const auto first = std::stoull(seeds);
    const auto last = dots == std::string::npos ? first : std::stoull(seeds.substr(dots + 2));
    say_the_seed_whatever_happens();
    int failures = 0;
    for (auto seed = first; seed <= last && failures < 5; ++seed) {
        replay = std::string(argv[0]) + " --trace --seed " + std::to_string(seed);
        auto outcome = run(seed, trace ? stdout : nullptr, summary);
        if (seed == first && !trace && outcome.failure.empty() &&
            run(seed, nullptr, false).digest != outcome.digest)
            outcome.failure = "the same seed ran in another way";
        if (first == last)
            std::printf("seed %llu: digest %016llx\n", static_cast<unsigned long long>(seed),
                        static_cast<unsigned long long>(outcome.digest));
        if (outcome.failure.empty()) continue;
        ++failures;
        if (!trace) print_end(seed);
        std::fprintf(stderr, "seed %llu failed at %s\n", static_cast<unsigned long long>(seed),
                     outcome.failure.c_str());
        print_replay();
    }
    if (failures == 0)
        std::printf("%llu seeds ran well\n", static_cast<unsigned long long>(last - first + 1));
    return failures == 0 ? 0 : 1;
}
