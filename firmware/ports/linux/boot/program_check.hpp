#pragma once

#include <string>
#include <string_view>

namespace boardwalk::ports {

/// Why the file is no boardwalk-board of this model and version that this computer can run, as a sentence;
/// empty: nothing that reading it tells speaks against it. Looks at its ELF header and segments, for the
/// loader that it asks for, and at its BoardNote; runs nothing of it. Whatever the file holds, reads some
/// kilobytes. Blocks.
[[nodiscard]] std::string_view refusal_of_program(const std::string& path, std::string_view model,
                                                  std::string_view version);

}  // namespace boardwalk::ports
