#include "tests/bench/pool/crowd.hpp"

#include <deque>
#include <memory>
#include <utility>

#include "tests/bench/pool/client.hpp"
#include "tests/bench/pool/figures.hpp"

namespace boardwalk::bench {
namespace {

constexpr int devices = 10;
constexpr int connections_each = 6;
constexpr int hog_connections = 6;
constexpr std::int64_t delay_ms = 20;
constexpr std::int64_t round_us_max = 20'000'000;

struct Tally {
    int requests = 0, failed = 0, resets = 0, retried = 0;
    Figures latency;
    Figures page;  ///< from a device's first step to the last of its answers
};

/// A phone with a browser: the page over one connection, then all that it names over up to six.
class Device : public std::enable_shared_from_this<Device> {
public:
    Device(Loop& loop, std::uint16_t port, const std::vector<std::string>& paths, Tally& tally)
        : loop_(loop),
          port_(port),
          waiting_(paths.begin() + 1, paths.end()),
          open_(paths.size()),
          tally_(tally),
          began_us_(loop.now_us()) {}

    void load(const std::string& page) { load_fresh(page, false); }
    [[nodiscard]] bool finished() const { return open_ == 0; }
    [[nodiscard]] bool complete() const { return open_ == 0 && failed_ == 0; }

private:
    using Link = std::shared_ptr<Client>;

    void load_fresh(const std::string& path, bool again) {
        const auto began_us = loop_.now_us();
        auto client = Client::open(loop_, port_);
        links_.push_back(client);
        client->when_connected([self = shared_from_this(), client, path, again, began_us] {
            self->loop_.after_ms(delay_ms, [self, client, path, again, began_us] {
                self->ask(client, path, again, true, began_us + delay_ms * 1'000);
            });
        });
    }

    void load_on(const Link& client, const std::string& path) {
        loop_.after_ms(delay_ms, [self = shared_from_this(), client, path] {
            self->ask(client, path, false, false, self->loop_.now_us());
        });
    }

    void ask(const Link& client, const std::string& path, bool again, bool fresh, std::int64_t began_us) {
        client->get(path,
                    [self = shared_from_this(), client, path, again, fresh, began_us](const Answer& answer) {
                        // What every browser does: a kept connection that ended without a byte is no failure,
                        // once.
                        const bool recycled = answer.end == End::early_close || answer.end == End::reset;
                        if (recycled && !fresh && !answer.any_byte && !again) {
                            ++self->tally_.retried;
                            return self->load_fresh(path, true);
                        }
                        self->take(answer, began_us);
                        self->go_on(client);
                    });
    }

    void take(const Answer& answer, std::int64_t began_us) {
        --open_;
        ++tally_.requests;
        tally_.resets += answer.end == End::reset ? 1 : 0;
        if (answer.good()) {
            tally_.latency.add(loop_.now_us() - began_us);
            if (complete()) tally_.page.add(loop_.now_us() - began_us_);
            return;
        }
        ++failed_;
        ++tally_.failed;
        if (page_loaded_) return;
        open_ = 0;  // without the page nothing else is asked for
        tally_.failed += static_cast<int>(waiting_.size());
        tally_.requests += static_cast<int>(waiting_.size());
        waiting_.clear();
    }

    /// `client` has just had its answer.
    void go_on(const Link& client) {
        const bool first = !std::exchange(page_loaded_, true);
        if (client->usable() && !waiting_.empty()) {
            load_on(client, next());
        } else if (!client->usable()) {
            std::erase(links_, client);
            if (!waiting_.empty()) load_fresh(next(), false);
        }
        while (first && !waiting_.empty() && links_.size() < connections_each)
            load_fresh(next(), false);
    }

    std::string next() {
        auto path = waiting_.front();
        waiting_.pop_front();
        return path;
    }

    Loop& loop_;
    std::uint16_t port_;
    std::deque<std::string> waiting_;
    std::size_t open_;
    int failed_ = 0;
    bool page_loaded_ = false;
    std::vector<Link> links_;
    Tally& tally_;
    std::int64_t began_us_;
};

int run_round(std::uint16_t port, const std::vector<std::string>& paths, Tally& tally) {
    Loop loop;
    std::vector<std::shared_ptr<Client>> hog;
    int answered = 0;
    for (int i = 0; i < hog_connections; ++i) {
        hog.push_back(Client::open(loop, port));
        hog.back()->get(paths.front(), [&answered](const Answer&) { ++answered; });
    }
    loop.run_until(round_us_max, [&] { return answered == hog_connections; });
    loop.run_until(loop.now_us() + 200'000, [] { return false; });  // idle, as a page that is being looked at

    std::vector<std::shared_ptr<Device>> crowd;
    for (int i = 0; i < devices; ++i) {
        crowd.push_back(std::make_shared<Device>(loop, port, paths, tally));
        crowd.back()->load(paths.front());
    }
    loop.run_until(loop.now_us() + round_us_max, [&] {
        return std::all_of(crowd.begin(), crowd.end(), [](const auto& device) { return device->finished(); });
    });
    return static_cast<int>(
        std::count_if(crowd.begin(), crowd.end(), [](const auto& device) { return device->complete(); }));
}

}  // namespace

void run_crowd(std::uint16_t port, const std::vector<std::string>& paths, int rounds) {
    Tally tally;
    int pages = 0;
    int worst = devices;
    for (int round = 0; round < rounds; ++round) {
        const int complete = run_round(port, paths, tally);
        pages += complete;
        worst = std::min(worst, complete);
    }
    std::printf(
        "{\"pages\":%d,\"pages_complete\":%d,\"worst_round\":%d,\"requests\":%d,\"failed\":%d,\"resets\":%d,"
        "\"retried\":%d,\"page_p50_ms\":%.2f,\"page_p99_ms\":%.2f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":"
        "%.2f}\n",
        rounds * devices, pages, worst, tally.requests, tally.failed, tally.resets, tally.retried,
        tally.page.percentile_ms(50), tally.page.percentile_ms(99), tally.latency.percentile_ms(50),
        tally.latency.percentile_ms(99), tally.latency.max_ms());
}

}  // namespace boardwalk::bench
