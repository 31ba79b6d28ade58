#pragma once

#include <optional>

#include "firmware/ports/mps2/boot/layout.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::ports {

/// What a payload for this machine says of itself, so that one that another machine's name was put in front
/// of, or that was linked for another place, is not started. Written by startup.cpp:
///
///   at    bytes
///   0     64     the machine's vectors: stack pointer, where it starts, …
///   64    8      magic "BWMPS2\n" and a zero
///   72    4      address of the first byte
///   76    4      address behind the last byte
///   80    32     version of the firmware, zeros behind it
struct ImageDescription {
    static constexpr std::size_t magic_at = 64, begin_at = 72, behind_at = 76, version_at = 80,
                                 version_bytes = 32, end_at = 112;
    static constexpr std::string_view magic{"BWMPS2\n\0", 8};

    std::uint32_t payload_bytes = 0;
    FixedString<version_bytes> version;

    /// `bytes`: the first `end_at` of a payload. Returns nothing when it does not run here.
    [[nodiscard]] static std::optional<ImageDescription> read(std::string_view bytes);
};

}  // namespace boardwalk::ports
