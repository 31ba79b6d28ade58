#include "firmware/ports/linux/lwip/slirp_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <slirp/libslirp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace boardwalk::ports {
namespace {

constexpr auto board_address = "10.0.2.15";
constexpr auto computer_address = "10.0.2.2";
/// slirp listens with a backlog of 1: of many clients that connect at once, all but two would try again after
/// 1 s.
constexpr int backlog = 512;

in_addr v4(const char* text) {
    in_addr address{};
    (void)::inet_pton(AF_INET, text, &address);
    return address;
}

/// slirp's clock, in nanoseconds.
std::int64_t now_ns(void* link) {
    return static_cast<std::int64_t>(static_cast<const SlirpLink*>(link)->now_us()) * 1'000;
}

// slirp needs timers for router advertisements only, and its IPv6 is off.
void* no_timer(SlirpTimerCb, void*, void*) { return nullptr; }
void no_timer_modified(void*, std::int64_t, void*) {}
void no_timer_freed(void*, void*) {}
// The descriptors are asked for before each wait, in one thread.
void no_registering(int, void*) {}
void no_notice(void*) {}
void no_complaint(const char*, void*) {}

struct Mapping {
    int slirp;
    short kernel;
};
constexpr std::array<Mapping, 5> event_names = {{{SLIRP_POLL_IN, POLLIN},
                                                 {SLIRP_POLL_OUT, POLLOUT},
                                                 {SLIRP_POLL_PRI, POLLPRI},
                                                 {SLIRP_POLL_ERR, POLLERR},
                                                 {SLIRP_POLL_HUP, POLLHUP}}};

}  // namespace

SlirpLink::SlirpLink() : frames_(std::make_unique<Frame[]>(frames_max)) {
    static const SlirpCb callbacks = [] {
        SlirpCb all{};
        all.send_packet = take_frame;
        all.guest_error = no_complaint;
        all.clock_get_ns = now_ns;
        all.timer_new = no_timer;
        all.timer_free = no_timer_freed;
        all.timer_mod = no_timer_modified;
        all.register_poll_fd = no_registering;
        all.unregister_poll_fd = no_registering;
        all.notify = no_notice;
        return all;
    }();
    SlirpConfig config{};
    config.version = 1;
    config.restricted = 1;  // nothing gets out
    config.in_enabled = true;
    config.vnetwork = v4("10.0.2.0");
    config.vnetmask = v4("255.255.255.0");
    config.vhost = v4(computer_address);
    config.vdhcp_start = v4(board_address);
    config.vnameserver = v4("10.0.2.3");
    slirp_ = slirp_new(&config, &callbacks, this);
    add_interface({0x02, 0x42, 10, 0, 2, 15}, board_address);
}

SlirpLink::~SlirpLink() {
    remove_interface();  // before slirp: lwIP may say goodbye
    slirp_cleanup(slirp_);
}

std::string SlirpLink::bring_up(const std::string& address, std::uint16_t port) {
    const auto where = address + ":" + std::to_string(port);
    in_addr outside{};
    if (::inet_pton(AF_INET, address.c_str(), &outside) != 1) return "slirp has no IPv6: cannot use " + where;
    outer_address_ = address;
    port_ = port;
    if (slirp_add_hostfwd(slirp_, 0, outside, port, v4(board_address), inner_port(port)) != 0) {
        return "cannot listen on " + where + ": " + std::strerror(errno);
    }
    widen_backlog();
    return {};
}

/// So far slirp's only socket is the one that listens; it also knows which port was picked.
void SlirpLink::widen_backlog() {
    std::uint32_t timeout_ms = 0;
    descriptors_.clear();
    slirp_pollfds_fill(slirp_, &timeout_ms, add_descriptor, this);
    for (const auto& one : descriptors_) {
        int listens = 0;
        socklen_t size = sizeof listens;
        ::getsockopt(one.fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size);
        if (listens == 0) continue;
        ::listen(one.fd, backlog);
        sockaddr_in bound{};
        size = sizeof bound;
        ::getsockname(one.fd, reinterpret_cast<sockaddr*>(&bound), &size);
        port_ = ntohs(bound.sin_port);
    }
}

void SlirpLink::exchange(std::uint32_t timeout_ms) {
    if (deliver_waiting()) timeout_ms = 0;
    descriptors_.clear();
    descriptors_.push_back(waker());
    slirp_pollfds_fill(slirp_, &timeout_ms, add_descriptor, this);
    const auto ready =
        ::poll(descriptors_.data(), descriptors_.size(), static_cast<int>(std::min(timeout_ms, 60'000U)));
    if (descriptors_.front().revents != 0) drain_waker();
    slirp_pollfds_poll(slirp_, ready < 0 ? 1 : 0, events_of, this);
    (void)deliver_waiting();
}

bool SlirpLink::deliver_waiting() {
    const bool any = waiting_ > 0;
    while (waiting_ > 0) {
        const auto& frame = frames_[first_];
        first_ = (first_ + 1) % frames_max;
        --waiting_;  // first, since lwIP's answers may make slirp send
        receive_frame(std::span(frame.bytes).first(frame.size));
    }
    return any;
}

ssize_t SlirpLink::take_frame(const void* bytes, std::size_t size, void* link) {
    auto& self = *static_cast<SlirpLink*>(link);
    if (self.waiting_ == frames_max || size > frame_bytes_max) return static_cast<ssize_t>(size);  // lost
    auto& frame = self.frames_[(self.first_ + self.waiting_++) % frames_max];
    frame.size = static_cast<std::uint16_t>(size);
    std::memcpy(frame.bytes.data(), bytes, size);
    return static_cast<ssize_t>(size);
}

void SlirpLink::send_frame(std::span<const std::uint8_t> frame) {
    slirp_input(slirp_, frame.data(), static_cast<int>(frame.size()));
}

int SlirpLink::add_descriptor(int fd, int events, void* link) {
    auto& descriptors = static_cast<SlirpLink*>(link)->descriptors_;
    pollfd one{.fd = fd, .events = 0, .revents = 0};
    for (const auto& name : event_names) {
        if ((events & name.slirp) != 0) one.events = static_cast<short>(one.events | name.kernel);
    }
    descriptors.push_back(one);
    return static_cast<int>(descriptors.size()) - 1;
}

int SlirpLink::events_of(int index, void* link) {
    const auto& one = static_cast<SlirpLink*>(link)->descriptors_[static_cast<std::size_t>(index)];
    int events = 0;
    for (const auto& name : event_names) {
        if ((one.revents & name.kernel) != 0) events |= name.slirp;
    }
    return events;
}

bool SlirpLink::is_local(const ip_addr_t& peer) const {
    return IP_IS_V4_VAL(peer) && ip4_addr_get_u32(ip_2_ip4(&peer)) == v4(computer_address).s_addr;
}

}  // namespace boardwalk::ports
