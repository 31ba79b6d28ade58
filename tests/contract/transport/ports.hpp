#pragma once

#include "tests/contract/transport/port_under_test.hpp"

namespace boardwalk::test {

/// The double that the server's tests use: it must keep the same rules.
std::unique_ptr<PortUnderTest> make_memory_port();
/// Linux' own TCP over loopback.
std::unique_ptr<PortUnderTest> make_epoll_port();

}  // namespace boardwalk::test
