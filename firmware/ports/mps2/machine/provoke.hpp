#pragma once

#include <string_view>

namespace boardwalk::mps2 {

/// Does what the machine must not let pass, so that a test sees it stopped: `beyond-ram`, `flash`,
/// `unaligned`, `stack`, `heap`; with `trial`, only what is on trial fails. Does nothing for any other name.
void provoke(std::string_view name);

}  // namespace boardwalk::mps2
