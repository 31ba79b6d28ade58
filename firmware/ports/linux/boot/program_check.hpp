#pragma once

#include <string>
#include <string_view>

namespace boardwalk::ports {

/// Why this computer cannot run the file as a boardwalk-board of this model and version, as a sentence; empty
/// when nothing was found. Reads the ELF header and segments, looks for the loader that they name, and reads
/// the BoardNote. Runs nothing of the file, and reads some kilobytes at most. Blocks.
[[nodiscard]] std::string_view refusal_of_program(const std::string& path, std::string_view model,
                                                  std::string_view version);

}  // namespace boardwalk::ports
