#include "firmware/stacks/lwip/sntp_clock.hpp"

#include <gtest/gtest.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>

#include <algorithm>
#include <array>

#include "tests/support/lwip/virtual_link.hpp"

namespace boardwalk::test {
namespace {

constexpr std::uint64_t us = 1'000'000;
/// Seconds from NTP's era 0, 1900, to 1970 (RFC 5905 §6).
constexpr std::uint64_t from_1900_s = 2'208'988'800;
constexpr std::uint64_t november_2026_s = 1'795'258'800;

/// A time server at the other end of the wire.
class TimeServer {
public:
    explicit TimeServer(const VirtualLink& wire) : wire_(wire), pcb_(udp_new()) {
        EXPECT_EQ(udp_bind(pcb_, IP_ADDR_ANY, 123), ERR_OK);
        udp_recv(pcb_, on_question, this);
    }
    TimeServer(const TimeServer&) = delete;
    TimeServer& operator=(const TimeServer&) = delete;
    ~TimeServer() { udp_remove(pcb_); }

    [[nodiscard]] std::uint64_t now_us() const { return wire_.now_us() + ahead_us; }

    std::uint64_t ahead_us = november_2026_s * us;  ///< how far ahead of the wire's clock
    bool repeats_what_was_asked = true;
    std::uint8_t stratum = 1;
    int questions = 0;

private:
    static void on_question(void* self, udp_pcb* pcb, pbuf* packet, const ip_addr_t* from, u16_t port) {
        auto& server = *static_cast<TimeServer*>(self);
        std::array<std::uint8_t, 48> message{};
        EXPECT_EQ(pbuf_copy_partial(packet, message.data(), message.size(), 0), message.size());
        pbuf_free(packet);
        EXPECT_EQ(message[0] & 7, 3) << "a client's question";
        ++server.questions;
        message[0] = 4 << 3 | 4;  // version 4, a server's answer
        message[1] = server.stratum;
        std::copy_n(message.begin() + 40, 8, message.begin() + 24);  // what was asked
        if (!server.repeats_what_was_asked) message[24] ^= 1;
        const auto now = server.now_us();
        const auto seconds = static_cast<std::uint32_t>(now / us + from_1900_s);  // the era is left out
        const auto fraction = static_cast<std::uint32_t>(((now % us) << 32) / us);
        for (const std::size_t field : {32U, 40U}) {
            for (std::size_t i = 0; i < 4; ++i) {
                message[field + i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
                message[field + 4 + i] = static_cast<std::uint8_t>(fraction >> (24 - 8 * i));
            }
        }
        pbuf* answer = pbuf_alloc(PBUF_TRANSPORT, message.size(), PBUF_RAM);
        pbuf_take(answer, message.data(), message.size());
        udp_sendto(pcb, answer, from, port);
        pbuf_free(answer);
    }

    const VirtualLink& wire_;
    udp_pcb* pcb_;
};

class SntpClock : public testing::Test {
protected:
    SntpClock() { clock.set_server(VirtualLink::peer_v4()); }

    void pass_s(std::uint64_t seconds) {
        const auto end = wire.now_us() + seconds * us;
        while (wire.now_us() < end) {
            sys_check_timeouts();
            wire.exchange(50);
        }
    }
    /// By how much the clock goes wrong.
    [[nodiscard]] std::int64_t error_ms() const {
        return clock.utc_ms().value_or(0) - static_cast<std::int64_t>(server.now_us() / 1'000);
    }

    VirtualLink wire{{.delay_ms_min = 80, .delay_ms_max = 80}};
    TimeServer server{wire};
    ports::SntpClock clock{wire};
};

TEST_F(SntpClock, IsUnknownUntilTheServerAnswers) {
    pass_s(60);
    EXPECT_EQ(server.questions, 0) << "it was not started";
    EXPECT_FALSE(clock.utc_ms());
}

TEST_F(SntpClock, HasTheServersTimeWithinSixSeconds) {
    clock.start();
    pass_s(6);
    ASSERT_TRUE(clock.utc_ms());
    EXPECT_NEAR(static_cast<double>(error_ms()), 0, 81) << "the first answer is as old as its way";
    pass_s(600);
    EXPECT_NEAR(static_cast<double>(error_ms()), 0, 81);
}

TEST_F(SntpClock, TakesTheWayOffOnceItKnowsTheTime) {
    clock.start();
    pass_s(3'700);
    EXPECT_EQ(server.questions, 2) << "once an hour";
    EXPECT_NEAR(static_cast<double>(error_ms()), 0, 2);
}

TEST_F(SntpClock, FollowsAServerThatWasSetBack) {
    clock.start();
    pass_s(6);
    server.ahead_us -= 86'400 * us;
    pass_s(3'700);
    EXPECT_NEAR(static_cast<double>(error_ms()), 0, 2);
}

TEST_F(SntpClock, IgnoresAnAnswerThatDoesNotRepeatWhatWasAsked) {
    server.repeats_what_was_asked = false;
    clock.start();
    pass_s(60);
    EXPECT_GT(server.questions, 0);
    EXPECT_FALSE(clock.utc_ms());
}

TEST_F(SntpClock, IgnoresAServerThatSendsItAway) {
    server.stratum = 0;  // RFC 5905 §7.4
    clock.start();
    pass_s(60);
    EXPECT_GT(server.questions, 0);
    EXPECT_FALSE(clock.utc_ms());
}

TEST_F(SntpClock, KnowsTheYearsAfter2036) {
    server.ahead_us = 2'400'000'000 * us;  // 2046
    clock.start();
    pass_s(6);
    EXPECT_NEAR(static_cast<double>(error_ms()), 0, 81);
}

}  // namespace
}  // namespace boardwalk::test
