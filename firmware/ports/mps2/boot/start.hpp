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
    /// For the log; empty: nothing happened.
    [[nodiscard]] std::string_view text() const;
};

/// Which image starts now, by the boot record. One that is not whole does not: neither one on trial, nor one
/// that was confirmed and has lost a bit since. Reads all of it.
[[nodiscard]] Start choose_start(Flash&, std::string_view factory_stamp);

/// Copies a slot's payload to where it runs. False: the medium failed, or it does not fit.
[[nodiscard]] bool load(Flash&, app::Slot, std::span<char> memory);

}  // namespace boardwalk::ports
