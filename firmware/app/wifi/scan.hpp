#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "firmware/app/jobs.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/wifi/portal.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

struct WifiNetwork {
    FixedString<32> ssid;  ///< up to 32 bytes of any kind (IEEE 802.11 §9.4.2.2); empty: hidden
    int rssi_dbm = 0;
    unsigned channel = 0;
    bool secure = false;
};

/// The radio. Implemented by ports that have one, and by those that play it.
class WifiRadio {
public:
    virtual ~WifiRadio() = default;
    /// True when what it finds is made up.
    [[nodiscard]] virtual bool simulated() const = 0;
    /// On a worker, for seconds. Fills in what it found, the strongest first where there is more than room
    /// for; false when it could not look.
    [[nodiscard]] virtual bool scan(std::span<WifiNetwork> room, std::size_t& found) = 0;

    /// Null: this board is not set up over Wi-Fi, and `join` is not called.
    [[nodiscard]] virtual const Portal* portal() const { return nullptr; }
    /// The network to join from now on, first at start; does not block.
    virtual void join(const WifiCredentials&) {}
};

/// `POST /api/v1/wifi/scan`: one scan at a time, its outcome kept until the next.
class WifiScan {
public:
    WifiScan(WifiRadio* radio, server::Workers& workers, Jobs& jobs, Log& log);
    WifiScan(const WifiScan&) = delete;
    WifiScan& operator=(const WifiScan&) = delete;

    [[nodiscard]] bool possible() const { return radio_ != nullptr; }
    /// Starts a scan unless one runs. False: no worker had a place, or the radio is still with a scan that
    /// was given up.
    [[nodiscard]] bool start();
    /// Once a turn: gives up a scan that takes longer than limits::job_ms_max.
    void turn(std::uint64_t now_ms);

private:
    struct Work : server::Job {
        WifiScan* self = nullptr;
        std::array<WifiNetwork, limits::wifi_networks_max> networks{};
        std::size_t found = 0;
        bool worked = false;
    };

    void tell();
    void fail();
    static void run(server::Job&);
    static void finish(server::Job&);
    static void write_result(const void* scan, JsonWriter&);

    WifiRadio* radio_;
    server::Workers& workers_;
    Jobs& jobs_;
    Log& log_;
    Work work_;
    bool scanning_ = false;       ///< a worker has `work_`
    std::uint64_t since_ms_ = 0;  ///< of the turn that saw it begin; 0: none yet
};

}  // namespace boardwalk::app
