#pragma once

#include "firmware/ports/mps2/boot/layout.hpp"

namespace boardwalk::ports {

/// What the boot stage decided. It reaches the image in a register.
struct Start {
    enum class Note : std::uint8_t { none, rolled_back, lost };

    app::Slot slot = app::Slot::factory;
    bool on_trial = false;
    Note note = Note::none;

    [[nodiscard]] std::uint32_t word() const;
    [[nodiscard]] static Start from_word(std::uint32_t);
    /// One line for the log; empty when nothing happened.
    [[nodiscard]] std::string_view text() const;
};

/// Which image starts now, by the boot record. An image that is not whole does not start, on trial or
/// confirmed, so all of it is read.
[[nodiscard]] Start choose_start(Flash&, std::string_view factory_stamp);

/// Copies a slot's payload to where it runs. Returns false when the medium failed, or the payload does not
/// fit.
[[nodiscard]] bool load(Flash&, app::Slot, std::span<char> memory);

}  // namespace boardwalk::ports
