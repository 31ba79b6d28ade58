#pragma once

#include "firmware/core/json_writer.hpp"

namespace boardwalk::app {

/// For answers that are longer than a buffer: writes one piece whole, or takes it back and returns false.
/// A piece must fit an empty buffer: see limits::inline_body_bytes_min. `keep_free` bytes stay free behind
/// it.
template <typename Write>
[[nodiscard]] bool append_piece(TextWriter& out, Write write, std::size_t keep_free = 0) {
    const std::size_t before = out.size();
    write(out);
    if (!out.overflowed() && out.room() >= keep_free) return true;
    out.truncate(before);
    return false;
}

}  // namespace boardwalk::app
