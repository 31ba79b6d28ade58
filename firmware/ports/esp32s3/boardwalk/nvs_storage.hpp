#pragma once

#include <nvs.h>

#include "firmware/app/storage.hpp"

namespace boardwalk::ports {

/// The application's small files in NVS, one blob each. NVS writes the new one before it gives the old one
/// up, so that a power cut leaves one of them whole.
class NvsStorage final : public app::Storage {
public:
    NvsStorage() = default;
    NvsStorage(const NvsStorage&) = delete;
    NvsStorage& operator=(const NvsStorage&) = delete;

    /// To be called once, before all else. Returns false when the partition is missing or broken.
    [[nodiscard]] bool open();

    Found read(std::string_view name, std::span<char> memory, std::size_t& size) override;
    [[nodiscard]] bool write(std::string_view name, std::string_view content) override;
    FixedString<64> set_aside(std::string_view name) override;

private:
    nvs_handle_t files_ = 0;
    nvs_handle_t kept_ = 0;
};

}  // namespace boardwalk::ports
