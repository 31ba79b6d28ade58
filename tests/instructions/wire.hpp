#pragma once

#include <lwip/netif.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::instructions {

/// Something wrong was answered, or nothing: prints it, and the image ends.
[[noreturn]] void fail(std::string_view why);
void print_number(std::string_view before, std::uint64_t number);

/// A callback that wants to be called at a given time.
class Timed {
public:
    static constexpr auto never = std::numeric_limits<std::uint64_t>::max();
    virtual ~Timed() = default;
    [[nodiscard]] virtual std::uint64_t due_us() const = 0;
    virtual void on_time() = 0;
};

/// What of TCP goes over the wire (RFC 9293 §3.1).
struct Segment {
    std::uint16_t client_port = 0;
    std::uint8_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledged = 0;
    std::string_view text;  ///< a client's lives until the board has it
};
namespace flag {
inline constexpr std::uint8_t fin = 1, syn = 2, rst = 4, psh = 8, ack = 16;
}

class Receiver {
public:
    virtual ~Receiver() = default;
    [[nodiscard]] virtual std::uint16_t port() const = 0;
    virtual void on_segment(const Segment&) = 0;
};

/// A wire within the image, with lwIP at one end and clients at the other. It loses nothing and takes no
/// time. Time is virtual and moves only while all parties wait, so that each run executes the same
/// instructions.
class Wire final : public ports::LwipDriver {
public:
    void start();
    void add(Timed&);
    void add(Receiver&);
    /// A client's, for the board's port 80; arrives with the next `exchange`.
    void send(const Segment&);
    /// The next `exchange` does not wait.
    void wake() { awake_ = true; }

    void exchange(std::uint32_t timeout_ms) override;
    [[nodiscard]] std::uint64_t now_us() const override;

private:
    static constexpr std::size_t ends_max = 16, segments_max = 64;
    static err_t set_up(netif*);
    static err_t on_packet(netif*, pbuf*, const ip4_addr_t*);
    void receive(const pbuf&);
    void pass_time(std::uint32_t timeout_ms);
    void deliver(const Segment&);

    netif interface_{};
    bool awake_ = false;
    std::array<Timed*, ends_max> timed_{};
    std::size_t timed_count_ = 0;
    std::array<Receiver*, ends_max> receivers_{};
    std::size_t receiver_count_ = 0;
    std::array<Segment, segments_max> under_way_{};
    std::size_t first_ = 0, count_ = 0;
    alignas(4) std::array<std::uint8_t, 1500> packet_{};
};

}  // namespace boardwalk::instructions
