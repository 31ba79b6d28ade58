#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "firmware/app/model/device.hpp"
#include "firmware/ports/linux/computer/cgroup_memory.hpp"

namespace boardwalk::ports {

/// What the kernel tells of this computer: load, memory, disk, network, and temperature where it knows one.
class Computer final : public app::Device {
public:
    /// `data_path`: whose file system the disk reading is about.
    explicit Computer(std::string_view data_path);

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
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
        std::uint64_t now_ms = 0;
    };

    CgroupMemory cgroup_;
    std::string data_path_;
    std::string temperature_path_;  ///< empty when the kernel tells none; that reading is then left out
    std::optional<Look> before_;
};

}  // namespace boardwalk::ports
