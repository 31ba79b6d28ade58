#include "firmware/app/model/greenhouse.hpp"
#include "firmware/ports/linux/computer/computer.hpp"
#include "firmware/ports/linux/computer/computer_hardware.hpp"
#include "firmware/server/server.hpp"
#include "tests/support/memory_transport.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

/// Workers that count how often one of their threads is woken, and wakes the loop when it is done.
class CountedWorkers final : public server::Workers {
public:
    [[nodiscard]] bool submit(server::Job& job) override {
        ++woken;
        return hands_.submit(job);
    }
    void finish_jobs() override {}
    [[nodiscard]] Usage usage() const override { return hands_.usage(); }
    /// True when there was something to do.
    bool work() {
        const bool any = usage().busy > 0;
        hands_.work();
        return any;
    }

    unsigned woken = 0;

private:
    HandWorkers hands_;
};

/// The devices are those of the board on a computer.
class IdleBoardTest : public AppTest {
protected:
    IdleBoardTest() {
        devices = {&greenhouse_, &computer_, &hardware_};
        platform.now = transport_.now_us() / 1'000;
        app = std::make_unique<app::App>(seams(workers_), "Bench");
        EXPECT_EQ(app->start(), "");
        server_ = std::make_unique<server::Server>(transport_, *app, capacities);
        app->attach(*server_, *server_);
    }

    /// What the loop and the workers ask to be woken for, in so many seconds.
    unsigned wakes_in(unsigned seconds) {
        const auto end_ms = platform.now + seconds * std::uint64_t{1'000};
        unsigned of_the_loop = 0;
        workers_.woken = 0;
        while (server_->due_ms() < end_ms) {
            const auto due_ms = std::max(server_->due_ms(), platform.now);
            transport_.advance_ms(due_ms - platform.now);
            platform.now = due_ms;
            server_->turn();
            ++of_the_loop;
            if (!workers_.work()) continue;
            server_->turn();
            ++of_the_loop;
        }
        return of_the_loop + workers_.woken;
    }

private:
    static constexpr server::Options capacities{};
    app::Greenhouse greenhouse_;
    ports::Computer computer_;
    ports::ComputerHardware hardware_{"."};
    CountedWorkers workers_;
    MemoryTransport transport_{capacities.links()};
    std::unique_ptr<server::Server> server_;
};

TEST_F(IdleBoardTest, ABoardWithoutClientsWakesUpTwelveTimesInTenSeconds) {
    (void)wakes_in(10);  // its start
    EXPECT_LE(wakes_in(600), 600 * 12 / 10U);
}

TEST_F(IdleBoardTest, WithoutClientsItsReadingsAreTakenAllTheSame) {
    (void)wakes_in(60);
    const auto state = ask("/api/v1/state").json();
    std::size_t count = 0;
    for (const app::Device* each : devices)
        count += each->readings().size();
    EXPECT_EQ(state["readings"].size(), count);
    for (const auto& reading : state["readings"])
        EXPECT_NE(reading["status"], "stale") << reading["id"].get<std::string>();
    EXPECT_GE(ask("/api/v1/history?series=temperature").json()["samples"].size(), 60U);
}

}  // namespace boardwalk::test
