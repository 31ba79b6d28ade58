#include "firmware/ports/linux/computer/simulated_wifi.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace boardwalk::ports {

namespace {

struct Neighbour {
    std::string_view ssid;
    int rssi_dbm;
    unsigned channel;
    bool secure;
};
constexpr std::array<Neighbour, 5> neighbours = {{{"Greenhouse", -48, 6, true},
                                                  {"Kitchen \"2.4\"", -61, 1, true},
                                                  {"Café", -70, 11, false},
                                                  {"", -77, 11, true},
                                                  {"Far away", -88, 3, true}}};
constexpr timespec duration = {.tv_sec = 0, .tv_nsec = 400'000'000};  // a real one takes a second or two

}  // namespace

bool SimulatedWifi::scan(std::span<app::WifiNetwork> room, std::size_t& found) {
    ::nanosleep(&duration, nullptr);
    found = std::min(room.size(), neighbours.size());
    ++scans_;
    for (std::size_t i = 0; i < found; ++i) {
        const Neighbour& neighbour = neighbours[i];
        const auto drift = static_cast<int>((scans_ * 7 + i * 5) % 9) - 4;
        room[i] = {cut(neighbour.ssid), neighbour.rssi_dbm + drift, neighbour.channel, neighbour.secure};
    }
    return true;
}

}  // namespace boardwalk::ports
