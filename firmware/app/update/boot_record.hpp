#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/storage.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

/// Where an image can run from: what the board was delivered with, or one of two slots.
enum class Slot : char { factory = '-', a = 'a', b = 'b' };
[[nodiscard]] std::string_view to_string(Slot);

/// Which image starts: for ports whose machine has no boot loader that decides. Kept as one small file, which
/// the storage replaces in one step.
struct BootRecord {
    Slot active = Slot::factory;  ///< confirmed
    Slot trial = Slot::factory;   ///< chosen for the next start, or started and not confirmed; factory: none
    bool tried = false;           ///< `trial` was started
    FixedString<48> factory_stamp;  ///< of the factory image that wrote this; another one makes it void

    static constexpr std::string_view file_name = "boot";
    static_assert(is_storage_name(file_name));

    /// The record of this factory image; a file that is missing, makes no sense or is another's is none.
    [[nodiscard]] static BootRecord load(Storage&, std::string_view factory_stamp);
    [[nodiscard]] bool store(Storage&) const;

    /// What starts now. `changed`: store this first; when that fails, start `active`.
    struct Choice {
        Slot slot = Slot::factory;
        bool changed = false;
        bool rolled_back = false;
    };
    [[nodiscard]] Choice choose_start();

    /// The slot that may be written: neither the confirmed one nor the one that runs.
    [[nodiscard]] Slot spare() const { return active == Slot::a ? Slot::b : Slot::a; }
};

}  // namespace boardwalk::app
