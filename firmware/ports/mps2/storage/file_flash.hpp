#pragma once

#include "firmware/ports/mps2/machine/semihosting.hpp"
#include "firmware/ports/mps2/storage/flash.hpp"

namespace boardwalk::ports {

/// Flash in a file of the computer that the machine is emulated on. It survives a restart, and does what
/// flash does: it cannot write a one over a zero. The file holds each bit the other way round, so that what
/// was never written is a hole in it, and reads as erased.
class FileFlash final : public Flash {
public:
    /// `path` ends with a zero.
    FileFlash(const char* path, std::size_t sectors);

    [[nodiscard]] std::size_t sectors() const override { return sectors_; }
    [[nodiscard]] bool read(std::size_t address, std::span<char> bytes) override;
    [[nodiscard]] bool erase(std::size_t sector) override;
    [[nodiscard]] bool program(std::size_t address, std::string_view bytes) override;

private:
    mps2::semihosting::File file_;
    std::size_t sectors_;
};

}  // namespace boardwalk::ports
