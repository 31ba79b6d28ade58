#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "tests/contract/transport/port_under_test.hpp"

namespace boardwalk::test {

/// A peer on the kernel's own TCP, over loopback.
class SocketPeer final : public Peer {
public:
    explicit SocketPeer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect to the port under test");
        }
    }
    SocketPeer(const SocketPeer&) = delete;
    SocketPeer& operator=(const SocketPeer&) = delete;
    ~SocketPeer() override { ::close(fd_); }

    void send(const std::string& text) override {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const auto size = ::send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (size <= 0) return;
            sent += static_cast<std::size_t>(size);
        }
    }
    /// The last byte of it is urgent (RFC 9293 §3.8.5).
    void send_urgent(const std::string& text) const {
        (void)::send(fd_, text.data(), text.size(), MSG_NOSIGNAL | MSG_OOB);
    }
    std::string receive() override {
        std::string got;
        std::array<char, 16 * 1024> room;
        while (true) {
            const auto size = ::recv(fd_, room.data(), room.size(), MSG_DONTWAIT);
            if (size == 0) saw_end_ = true;
            if (size < 0 && errno == ECONNRESET) saw_reset_ = true;
            if (size <= 0) return got;
            got.append(room.data(), static_cast<std::size_t>(size));
        }
    }
    void finish() override { ::shutdown(fd_, SHUT_WR); }
    void reset() override {
        const linger now{.l_onoff = 1, .l_linger = 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        ::close(fd_);
        fd_ = -1;
    }
    [[nodiscard]] bool saw_end() override {
        (void)receive();
        return saw_end_;
    }
    [[nodiscard]] bool saw_reset() override {
        (void)receive();
        return saw_reset_;
    }

private:
    int fd_;
    bool saw_end_ = false, saw_reset_ = false;
};

}  // namespace boardwalk::test
