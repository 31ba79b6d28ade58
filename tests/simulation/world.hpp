#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "firmware/app/model/greenhouse.hpp"
#include "firmware/server/server.hpp"
#include "tests/simulation/client.hpp"
#include "tests/simulation/scenarios.hpp"
#include "tests/simulation/sensor_rack.hpp"
#include "tests/simulation/virtual_workers.hpp"
#include "tests/simulation/watched_application.hpp"
#include "tests/simulation/watched_transport.hpp"
#include "tests/support/app_doubles.hpp"
#include "tests/support/virtual_network.hpp"

namespace boardwalk::simulation {

/// One seed's run: a whole board, its network, and clients of all kinds, in virtual time.
class World {
public:
    /// `trace`: where each event is printed; may be null. `scenario`: what there is in this run; null: drawn.
    World(std::uint64_t seed, std::FILE* trace, const Scenario* scenario = nullptr);
    ~World();

    /// Empty, or what was wrong first.
    std::string run();
    [[nodiscard]] std::uint64_t digest() const { return journal_.digest(); }
    /// For people: what there was in this run.
    [[nodiscard]] std::string summary() const;
    [[nodiscard]] const Tally& tally() const { return context_.tally; }

private:
    void turn();
    void check();
    void check_slots();
    void note_slots();
    void check_heap();
    void close_books();
    [[nodiscard]] std::size_t served() const;

    test::VirtualClock clock_;
    test::Random random_;
    Journal journal_;
    HeapWatch heap_;
    Ledger ledger_;
    server::Options options_;
    test::VirtualNetwork::Options network_options_;
    test::VirtualNetwork network_;
    WatchedTransport transport_;
    VirtualPlatform platform_;
    test::MemoryStorage storage_;
    VirtualWorkers workers_;
    app::Greenhouse greenhouse_;
    SensorRack rack_;
    std::array<app::Device*, 2> devices_{&greenhouse_, &rack_};
    std::unique_ptr<app::App> app_;
    WatchedApplication application_;
    std::unique_ptr<server::Server> server_;
    Context context_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::size_t buffers_before_ = 0;
    std::size_t heap_before_ = 0;
    std::uint64_t turns_ = 0;
    bool needless_wait_ = false;  ///< there was one when the last turn ended
};

}  // namespace boardwalk::simulation
