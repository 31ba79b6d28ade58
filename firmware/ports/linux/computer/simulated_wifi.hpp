#pragma once

#include <cstdint>

#include "firmware/app/wifi/scan.hpp"

namespace boardwalk::ports {

/// A radio that a computer need not have: the same neighbourhood each time, its signals a little different.
class SimulatedWifi final : public app::WifiRadio {
public:
    [[nodiscard]] bool simulated() const override { return true; }
    [[nodiscard]] bool scan(std::span<app::WifiNetwork> room, std::size_t& found) override;

private:
    std::uint32_t scans_ = 0;
};

}  // namespace boardwalk::ports
