#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/app/model/device.hpp"
#include "firmware/ports/linux/computer/cgroup_memory.hpp"

namespace boardwalk::ports {

/// What this computer may take its time to tell, and what changes slowly: memory, disk (which may be far
/// away), and temperature where the kernel knows one.
class ComputerHardware final : public app::Device {
public:
    /// `data_path`: whose file system the disk reading is about.
    explicit ComputerHardware(std::string_view data_path);

    [[nodiscard]] std::span<const app::ReadingDescription> readings() const override;
    [[nodiscard]] std::span<const app::OutputDescription> outputs() const override { return {}; }
    [[nodiscard]] std::uint32_t rest_ms() const override { return 10'000; }
    void sample(std::uint64_t now_ms, std::span<const double> outputs, std::span<double> values) override;

private:
    CgroupMemory cgroup_;
    std::string data_path_;
    std::string temperature_path_;  ///< empty when the kernel tells none; that reading is then left out
};

}  // namespace boardwalk::ports
