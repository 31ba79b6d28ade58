#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/contract/transport/port_under_test.hpp"

namespace boardwalk::test {

/// The double that the server's tests use: it must keep the same rules.
std::unique_ptr<PortUnderTest> make_memory_port();
/// The network in virtual time that the simulation runs on.
std::unique_ptr<PortUnderTest> make_virtual_port();
/// Linux' own TCP over loopback.
std::unique_ptr<PortUnderTest> make_epoll_port();
/// What a new port begins with: sockets and poll(2).
std::unique_ptr<PortUnderTest> make_template_port();
/// lwIP over a wire in this process, on a virtual clock.
std::unique_ptr<PortUnderTest> make_lwip_port();
std::unique_ptr<PortUnderTest> make_lwip_v6_port();
/// The same in bad weather: packets are lost, repeated, late, and overtake each other.
std::unique_ptr<PortUnderTest> make_lwip_stormy_port();

/// All of them, for INSTANTIATE_TEST_SUITE_P.
inline auto all_ports() {
    return testing::Values(PortFactory{"Memory", make_memory_port}, PortFactory{"Virtual", make_virtual_port},
                           PortFactory{"Epoll", make_epoll_port}, PortFactory{"Template", make_template_port},
                           PortFactory{"Lwip", make_lwip_port}, PortFactory{"LwipV6", make_lwip_v6_port},
                           PortFactory{"LwipInAStorm", make_lwip_stormy_port});
}
inline std::string name_of_port(const testing::TestParamInfo<PortFactory>& factory) {
    return factory.param.name;
}

}  // namespace boardwalk::test
