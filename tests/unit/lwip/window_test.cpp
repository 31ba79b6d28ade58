#include <gtest/gtest.h>
#include <lwip/prot/tcp.h>
#include <lwip/tcp.h>

#include "tests/unit/lwip/transport_house.hpp"

extern "C" int boardwalk_lwip_admit(void* tcp_pcb, unsigned sequence_number, unsigned flags,
                                    const void* packet);

namespace boardwalk::test {
namespace {

/// A connection that has room for 1,000 bytes from `next` on.
class Window : public LwipTransport {
protected:
    static constexpr unsigned next = 0xFFFF'FF00;  // so numbers wrap
    static constexpr unsigned room = 1'000;
    static constexpr unsigned bytes = 100;

    Window() {
        pcb.state = ESTABLISHED;
        pcb.rcv_nxt = next;
        pcb.rcv_wnd = room;
        packet.tot_len = packet.len = bytes;
    }
    bool admits(unsigned offset, unsigned flags = TCP_ACK) {
        return boardwalk_lwip_admit(&pcb, next + offset, flags, &packet) == ERR_OK;
    }

    tcp_pcb pcb{};
    pbuf packet{};
};

TEST_F(Window, ASegmentBehindAGapThatEndsBeyondTheWindowDoesNotStopTheBoard) {
    EXPECT_TRUE(admits(room - bytes - 1));
    EXPECT_TRUE(admits(room - bytes));
    EXPECT_FALSE(admits(room - bytes + 1));
    EXPECT_FALSE(admits(room - 1));
}

TEST_F(Window, AnEndTakesAPlaceInTheWindowToo) {
    EXPECT_TRUE(admits(room - bytes - 1, TCP_ACK | TCP_FIN));
    EXPECT_FALSE(admits(room - bytes, TCP_ACK | TCP_FIN));
}

TEST_F(Window, WhatComesInOrderOrBeginsBeyondTheWindowIsLeftToLwip) {
    EXPECT_TRUE(admits(room));
    pcb.rcv_wnd = bytes - 1;
    EXPECT_TRUE(admits(0));
    pcb.rcv_wnd = 0;
    EXPECT_TRUE(admits(0)) << "a probe of a window that is shut";
}

}  // namespace
}  // namespace boardwalk::test
