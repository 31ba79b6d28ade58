#include "tests/bench/pool/attack.hpp"

#include <memory>
#include <vector>

#include "tests/bench/pool/attackers.hpp"
#include "tests/bench/pool/client.hpp"
#include "tests/bench/pool/figures.hpp"

namespace boardwalk::bench {
namespace {

constexpr std::int64_t ask_every_ms = 20;
constexpr std::int64_t head_start_ms = 20;  ///< the attackers begin this much earlier
constexpr std::int64_t early_us = 3'000'000;
constexpr std::int64_t patience_us = 7'000'000;

/// Asks on the beat, whatever became of the requests before: a stall is seen by every request that it delays.
class NormalClient {
public:
    NormalClient(Loop& loop, const Attack& attack)
        : loop_(loop), attack_(attack), began_us_(loop.now_us()), next_us_(began_us_) {
        ask();
    }

    void print(const AttackTally& tally, bool still_open) {
        std::printf(
            "{\"kind\":\"%s\",\"attackers\":%d,\"dropped\":%d,\"answered\":%d,\"open\":%s,\"sent\":%d,"
            "\"failed\":%d,"
            "\"unavailable\":%d,\"resets\":%d,\"timeouts\":%d,\"first_ms\":%.2f,\"early_max_ms\":%.2f,"
            "\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}\n",
            attack_.kind.c_str(), tally.begun, tally.dropped, tally.answered, still_open ? "true" : "false",
            sent_, failed_, unavailable_, resets_, timeouts_, first_ms_, early_.max_ms(),
            later_.percentile_ms(50), later_.percentile_ms(99), later_.max_ms());
    }
    [[nodiscard]] bool all_told() const { return outstanding_ == 0; }
    void stop() { stopped_ = true; }

private:
    void ask() {
        if (stopped_) return;
        const auto meant_us = next_us_;
        const bool first = sent_++ == 0;
        ++outstanding_;
        auto client = Client::open(loop_, attack_.port);
        client->get(attack_.page, [this, client, meant_us, first](const Answer& answer) {
            --outstanding_;
            const auto took_us = loop_.now_us() - meant_us;
            (meant_us - began_us_ < early_us ? early_ : later_).add(took_us);
            if (first) first_ms_ = static_cast<double>(took_us) / 1'000.0;
            if (answer.good()) return client->close();
            ++failed_;
            unavailable_ += answer.status == 503 ? 1 : 0;
            resets_ += answer.end == End::reset || answer.end == End::early_close ? 1 : 0;
            timeouts_ += answer.end == End::timeout ? 1 : 0;
        });
        next_us_ += ask_every_ms * 1'000;
        loop_.at(next_us_, [this] { ask(); });
    }

    Loop& loop_;
    const Attack& attack_;
    std::int64_t began_us_, next_us_;
    int sent_ = 0, outstanding_ = 0, failed_ = 0, unavailable_ = 0, resets_ = 0, timeouts_ = 0;
    bool stopped_ = false;
    double first_ms_ = 0;
    Figures early_, later_;
};

}  // namespace

void run_attack(const Attack& attack) {
    Loop loop;
    AttackTally tally;
    auto attackers = start_attackers(loop, attack, tally);
    loop.run_until(loop.now_us() + head_start_ms * 1'000, [] { return false; });
    NormalClient normal(loop, attack);
    loop.run_until(loop.now_us() + attack.seconds * 1'000'000LL, [] { return false; });
    normal.stop();
    tally.stopped = true;
    const int dropped = tally.dropped;  // what the server did by itself, before all is ended
    loop.run_until(loop.now_us() + patience_us, [&] { return normal.all_told(); });
    tally.dropped = dropped;
    normal.print(tally, !normal.all_told());
}

}  // namespace boardwalk::bench
