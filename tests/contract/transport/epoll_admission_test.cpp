#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <set>
#include <vector>

#include "firmware/ports/linux/epoll/epoll_transport.hpp"
#include "tests/contract/transport/socket_peer.hpp"

/// How the epoll port takes newcomers: what no other port can be asked.
namespace boardwalk::test {
namespace {

using transport::Link;

struct Doorman final : transport::Events {
    std::set<Link> inside;
    int opened = 0;
    void on_open(Link link) override {
        ++opened;
        inside.insert(link);
    }
    void on_readable(Link) override {}
    void on_writable(Link) override {}
    void on_closed(Link link, transport::CloseReason) override { inside.erase(link); }
};

class EpollAdmission : public testing::Test {
protected:
    static constexpr std::uint64_t patience_us = 20'000'000;
    void listen(ports::EpollTransport& transport) {
        ASSERT_EQ(transport.listen("127.0.0.1", 0), "");
        port = transport.port();
    }
    void connect(std::size_t count, const std::string& hello) {
        for (std::size_t i = 0; i < count; ++i) {
            peers.push_back(std::make_unique<SocketPeer>(port));
            if (!hello.empty()) peers.back()->send(hello);
        }
    }
    template <typename Condition>
    bool turn_until(ports::EpollTransport& transport, Condition done) {
        for (const auto end = transport.now_us() + patience_us; transport.now_us() < end;) {
            transport.poll(events, 20);
            if (done()) return true;
        }
        return false;
    }

    std::uint16_t port = 0;
    std::vector<std::unique_ptr<SocketPeer>> peers;
    Doorman events;
};

TEST_F(EpollAdmission, PeersThatNeverSpeakAreClosedTogetherAndNeverTakeALink) {
    ports::EpollTransport transport(4, 1'000);
    listen(transport);
    connect(40, "");
    connect(1, "hello");
    EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 1; }));
    peers.back()->reset();
    EXPECT_TRUE(turn_until(transport, [&] { return events.inside.empty(); }));
    peers.pop_back();
    EXPECT_TRUE(turn_until(transport, [&] { return peers.back()->saw_end() && peers.front()->saw_end(); }));
    for (const auto& peer : peers)
        EXPECT_TRUE(peer->saw_end() && !peer->saw_reset());
    EXPECT_EQ(events.opened, 1);
}

TEST_F(EpollAdmission, PeerThatSpeaksLateIsTaken) {
    ports::EpollTransport transport(4, 1'000);
    listen(transport);
    connect(1, "");
    transport.poll(events, 200);
    EXPECT_EQ(events.opened, 0) << "the kernel keeps it";
    peers.back()->send("hello");
    EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 1; }));
}

/// While it lives this process gets two more descriptors.
class TwoDescriptorsLeft {
public:
    TwoDescriptorsLeft() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const int first = ::epoll_create1(0), second = ::epoll_create1(0);  // the lowest that are free
        rlimit now = before_;
        now.rlim_cur = static_cast<rlim_t>(second + 1);
        ::setrlimit(RLIMIT_NOFILE, &now);
        ::close(first);
        ::close(second);
    }
    TwoDescriptorsLeft(const TwoDescriptorsLeft&) = delete;
    TwoDescriptorsLeft& operator=(const TwoDescriptorsLeft&) = delete;
    ~TwoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

/// Turns within `ms`, each of which may wait.
int turns_within(ports::EpollTransport& transport, transport::Events& events, std::uint64_t ms) {
    int turns = 0;
    for (const auto end = transport.now_us() + ms * 1'000; transport.now_us() < end; ++turns)
        transport.poll(events, 1'000);
    return turns;
}

TEST_F(EpollAdmission, OutOfDescriptorsItWaitsAndTakesTheNextWhenThereAreSome) {
    ports::EpollTransport transport(4);
    listen(transport);
    connect(3, "hello");
    {
        const TwoDescriptorsLeft limit;
        EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 2; }));
        EXPECT_LT(turns_within(transport, events, 500), 25) << "a busy loop";
        EXPECT_EQ(events.opened, 2);
    }
    EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 3; })) << "nobody listens any more";
}

TEST_F(EpollAdmission, OutOfDescriptorsAClosedLinkMakesRoomForTheNext) {
    ports::EpollTransport transport(4);
    listen(transport);
    connect(3, "hello");
    const TwoDescriptorsLeft limit;
    EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 2; }));
    transport.close(*events.inside.begin());
    EXPECT_LT(turns_within(transport, events, 300), 25) << "a busy loop while one lingers";
    peers[0]->reset();
    peers[1]->reset();
    EXPECT_TRUE(turn_until(transport, [&] { return events.opened == 3; }));
}

TEST_F(EpollAdmission, AnswersThatAreHeldForAClosingLinkAreKeptForAPeerThatReadsLate) {
    ports::EpollTransport transport(4);
    listen(transport);
    connect(1, "hello");
    ASSERT_TRUE(turn_until(transport, [&] { return events.opened == 1; }));
    const auto link = *events.inside.begin();
    const std::string answer(4'096, 'x');
    std::size_t taken = 0, last = answer.size();
    while (last == answer.size()) {  // until the kernel is full, and so is what is held
        transport.hold(link);
        taken += last = transport.write(link, answer, transport::Lifetime::copied, false);
    }
    transport.close(link);
    (void)turns_within(transport, events, limits::linger_ms_max + 200);
    std::size_t got = 0;
    EXPECT_TRUE(turn_until(transport, [&] {
        got += peers.back()->receive().size();
        return peers.back()->saw_end();
    }));
    EXPECT_EQ(got, taken);
    EXPECT_FALSE(peers.back()->saw_reset());
}

}  // namespace
}  // namespace boardwalk::test
