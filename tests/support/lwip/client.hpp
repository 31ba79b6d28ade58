#pragma once

#include <lwip/tcp.h>

#include <cstdint>
#include <string>

namespace boardwalk::test {

/// A client on lwIP's raw API, in the same stack as the server under test. It moves while the server's
/// transport is polled. Data that has arrived and was not asked for stays in its window.
class LwipClient {
public:
    /// `from` is its own port; 0 for any.
    LwipClient(const ip_addr_t& server, std::uint16_t port, std::uint16_t from = 0);
    LwipClient(const LwipClient&) = delete;
    LwipClient& operator=(const LwipClient&) = delete;
    ~LwipClient();

    /// Sends as the connection and its window allow.
    void send(const std::string& text);
    /// What has arrived since the last call.
    std::string receive();
    /// Says that it has finished sending, behind all of `send`; it still reads.
    void finish();
    void reset();

    [[nodiscard]] bool is_connected() const { return connected_; }
    /// It saw the server's end, in order / the connection's death.
    [[nodiscard]] bool saw_end() const { return saw_end_; }
    [[nodiscard]] bool saw_reset() const { return saw_reset_; }
    /// Bytes that it was told to send and lwIP has not taken yet.
    [[nodiscard]] std::size_t waiting_bytes() const { return waiting_.size(); }

private:
    static err_t on_connected(void* client, tcp_pcb*, err_t);
    static err_t on_received(void* client, tcp_pcb*, pbuf*, err_t);
    static err_t on_acknowledged(void* client, tcp_pcb*, u16_t bytes);
    static err_t on_half_second(void* client, tcp_pcb*);
    static void on_failed(void* client, err_t);
    void flush();
    void part();

    tcp_pcb* pcb_;
    std::string waiting_, received_;
    bool connected_ = false, finishing_ = false, finished_ = false;
    bool saw_end_ = false, saw_reset_ = false;
};

}  // namespace boardwalk::test
