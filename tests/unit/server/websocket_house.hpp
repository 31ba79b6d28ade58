#pragma once

#include <string>

#include "tests/support/server_house.hpp"

namespace boardwalk::test {

/// A masked frame of up to 125 bytes, with a mask of zeros.
inline std::string frame(unsigned first, const std::string& payload) {
    return std::string{static_cast<char>(first), static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0} +
           payload;
}

struct WebSocketHouse : ServerHouse {
    using ServerHouse::ServerHouse;
    Link open() {
        const auto link = connect_and_send(upgrade());
        handshake = network.take(link);
        return link;
    }
    std::string handshake;
};

}  // namespace boardwalk::test
