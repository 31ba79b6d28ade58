#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/model/device.hpp"

namespace boardwalk::ports {

/// What the kernel tells of this computer at once, from its own counters in /proc: load and network.
class Computer final : public app::Device {
public:
    /// Takes 50 ms.
    Computer();

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    [[nodiscard]] bool is_immediate() const override { return true; }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    struct CpuTime {
        std::uint64_t busy = 0, total = 0;
    };
    struct Traffic {
        std::uint64_t received_bytes = 0, sent_bytes = 0;
    };

    static std::optional<CpuTime> cpu_time();
    static std::optional<Traffic> traffic();

    /// What a sample saw: load and rates are differences between two.
    struct Look {
        std::optional<CpuTime> cpu;
        std::optional<Traffic> traffic;
        std::optional<std::uint64_t> now_ms;  ///< not of the first
    };
    Look before_;
};

}  // namespace boardwalk::ports
