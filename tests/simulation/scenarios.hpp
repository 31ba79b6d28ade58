#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "firmware/server/options.hpp"
#include "tests/simulation/client.hpp"

namespace boardwalk::simulation {

/// A run that failed once, told by what it consists of and not by a seed: another draw of the generators does
/// not change it.
struct Scenario {
    std::string_view name;  ///< after the symptom
    server::Options server;
    std::size_t send_bytes;    ///< of each link, in the network
    std::size_t window_bytes;  ///< of each peer
    std::vector<std::unique_ptr<Client>> (*populate)(Context&);
};

[[nodiscard]] std::span<const Scenario> scenarios();

}  // namespace boardwalk::simulation
