#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/ports/linux/mdns/scope.hpp"
#include "firmware/ports/linux/storage/reset.hpp"
#include "shared/names.hpp"
#include "shared/request_values.hpp"

namespace boardwalk::ports {

/// Whose TCP/IP the board uses, and, when it is lwIP's, what its cable is plugged into.
enum class Stack : std::uint8_t { kernel, lwip_over_slirp, lwip_over_tap };

/// What `boardwalk-board` was asked to do.
struct BoardOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string name = "Boardwalk";
    std::vector<std::string> hosts;  ///< names that lead to this board, beside its own and the computer's
    std::string data_dir;            ///< empty for the user's data directory
    std::optional<protocol::SetupCode> setup_code;  ///< that stands on the board
    Stack stack = Stack::kernel;
    std::string tap_device;
    unsigned connections = 24;
    unsigned buffers = 10;
    unsigned workers = 2;
    bool echo = false;
    Reset reset = Reset::none;
    MdnsScope mdns = MdnsScope::off;
    protocol::LogLevel log_level = protocol::LogLevel::info;
};

/// Reads the command line. Returns true when the board is to start; otherwise `exit_code` is what to end
/// with, and what there was to say has been said: help and version on stdout, one line on stderr for a bad
/// option.
[[nodiscard]] bool parse_options(int argc, char** argv, BoardOptions& options, int& exit_code);

}  // namespace boardwalk::ports
