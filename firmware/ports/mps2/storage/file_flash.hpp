#pragma once

#include "firmware/ports/mps2/machine/semihosting.hpp"
#include "firmware/ports/mps2/storage/flash.hpp"

namespace boardwalk::ports {

/// 32 KB of flash in a file of the computer that the machine is emulated on. It survives a restart, and does
/// what flash does: it cannot write a one over a zero.
class FileFlash final : public Flash {
public:
    /// `path` ends with a zero.
    explicit FileFlash(const char* path);

    [[nodiscard]] std::size_t sectors() const override { return 8; }
    [[nodiscard]] bool read(std::size_t address, std::span<char> bytes) override {
        return file_.read(address, bytes);
    }
    [[nodiscard]] bool erase(std::size_t sector) override;
    [[nodiscard]] bool program(std::size_t address, std::string_view bytes) override;

private:
    mps2::semihosting::File file_;
};

}  // namespace boardwalk::ports
