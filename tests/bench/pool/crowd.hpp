#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace boardwalk::bench {

/// One browser holds six idle connections; then ten devices at once load a page and what it names, each over
/// up to six connections, with 20 ms of delay before each step. `paths`: the page first, then the rest.
/// Prints its figures as one line of JSON.
void run_crowd(std::uint16_t port, const std::vector<std::string>& paths, int rounds);

}  // namespace boardwalk::bench
