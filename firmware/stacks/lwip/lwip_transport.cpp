#include "firmware/stacks/lwip/lwip_transport.hpp"

#include <lwip/sys.h>
#include <lwip/timeouts.h>

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/limits.hpp"
#include "firmware/stacks/lwip/idle.hpp"

namespace boardwalk::ports {
namespace {

using transport::CloseReason;
using transport::Link;

void forget_callbacks(tcp_pcb* pcb) {
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, nullptr);  // lwIP's own then: it takes, drops, and closes at the peer's end
    tcp_sent(pcb, nullptr);
    tcp_poll(pcb, nullptr, 0);
    tcp_err(pcb, nullptr);
}

/// For connections whose link is gone. A closed pcb resets a peer that goes on sending, so it is not closed
/// before the last answer has arrived. `give_up_ms` is the end: lwIP retransmits for 40 minutes, and for ever
/// to a peer with a window of zero, and that would hold memory which all connections share.
err_t close_when_all_arrived(void* give_up_ms, tcp_pcb* pcb, u16_t) {
    if (tcp_sndbuf(pcb) == TCP_SND_BUF) return tcp_close(pcb);
    const auto late_ms = sys_now() - static_cast<u32_t>(reinterpret_cast<std::uintptr_t>(give_up_ms));
    if (static_cast<std::int32_t>(late_ms) < 0) return ERR_OK;
    tcp_abort(pcb);
    return ERR_ABRT;
}

/// Each second: a peer that acknowledges nothing is not heard of otherwise.
err_t look_at_what_is_left(void* give_up_ms, tcp_pcb* pcb) {
    return tcp_sndbuf(pcb) == TCP_SND_BUF ? err_t{ERR_OK} : close_when_all_arrived(give_up_ms, pcb, 0);
}
constexpr u8_t half_seconds_between_looks = 2;

}  // namespace

LwipTransport::LwipTransport(LwipDriver& driver, std::size_t links)
    : driver_(driver), links_(std::make_unique<LinkState[]>(links)), link_count_(static_cast<Link>(links)) {}

LwipTransport::~LwipTransport() {
    for (Link link = 0; link < link_count_; ++link) {
        auto& l = links_[link];
        if (l.pcb == nullptr) continue;
        drop_unread(l);
        forget_callbacks(l.pcb);
        tcp_abort(l.pcb);
    }
    stop_listening();
    reserve_.give_back();
}

bool LwipTransport::listen(std::uint16_t port) {
    tcp_pcb* pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    if (pcb == nullptr) return false;
    ip_set_option(pcb, SOF_REUSEADDR);
    if (tcp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK) {
        tcp_abort(pcb);
        return false;
    }
    listener_ = tcp_listen(pcb);
    if (listener_ == nullptr) {
        tcp_abort(pcb);
        return false;
    }
    tcp_arg(listener_, this);
    tcp_accept(listener_, on_accepted);
    set_backlog();
    reserve_.take();
    return true;
}

std::uint16_t LwipTransport::port() const { return listener_ != nullptr ? listener_->local_port : 0; }

void LwipTransport::stop_listening() {
    if (listener_ != nullptr) tcp_close(listener_);
    listener_ = nullptr;
}

/// Handshakes under way count against it too (lwIP does that), so no handshake completes without a link for
/// it.
void LwipTransport::set_backlog() {
    if (listener_ == nullptr) return;
    // Not by tcp_backlog_set, which makes 1 of 0.
    reinterpret_cast<tcp_pcb_listen*>(listener_)->backlog =
        static_cast<u8_t>(std::min(link_count_ - used_count_, 255));
}

void LwipTransport::note_news() {
    if (!std::exchange(news_, true)) driver_.on_news();
}

err_t LwipTransport::on_accepted(void* transport, tcp_pcb* pcb, err_t error) {
    if (error != ERR_OK || pcb == nullptr) return ERR_VAL;
    return static_cast<LwipTransport*>(transport)->accept(pcb);
}

err_t LwipTransport::accept(tcp_pcb* pcb) {
    auto* const end = links_.get() + link_count_;
    auto* l = std::find_if(links_.get(), end, [](const LinkState& one) { return one.state == State::free; });
    if (l == end) {
        // A link whose end is still to be told: the peer closed, and came again, within one `poll`.
        l = std::find_if(links_.get(), end, [](const LinkState& one) {
            return one.state == State::closed && one.pcb == nullptr;
        });
    }
    if (l == end) {
        tcp_abort(pcb);
        return ERR_ABRT;  // lwIP must not touch it again
    }
    const bool free = l->state == State::free;
    *l = {.owner = this,
          .pcb = pcb,
          .state = free ? State::open : State::closed,
          .reason = l->reason,
          .announced = l->announced};
    ++used_count_;
    links_end_ = std::max(links_end_, static_cast<Link>(l - links_.get() + 1));
    note_news();
    tcp_arg(pcb, l);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_acknowledged);
    tcp_err(pcb, on_failed);
    tcp_nagle_disable(pcb);
    set_backlog();
    return ERR_OK;
}

err_t LwipTransport::on_acknowledged(void* link, tcp_pcb* pcb, u16_t bytes) {
    auto& l = *static_cast<LinkState*>(link);
    l.unacknowledged -= std::min<std::uint32_t>(l.unacknowledged, bytes);
    // Not for each packet: a writer that waits is told when there is room for some of them.
    if (l.write_full && (tcp_sndbuf(pcb) > TCP_SNDLOWAT || l.unacknowledged == 0)) {
        l.writable = true;
        l.owner->note_news();
    }
    l.owner->note_room(l);
    l.owner->finish_when_done(l);
    return ERR_OK;
}

/// lwIP has freed the pcb already.
void LwipTransport::on_failed(void* link, err_t error) {
    auto& l = *static_cast<LinkState*>(link);
    if (l.state == State::open) ++l.owner->closing_count_;
    const bool in_order = l.state == State::closing && error == ERR_CLSD;
    l.owner->note_closed(l, in_order ? CloseReason::finished : CloseReason::reset);
}

void LwipTransport::close(Link link) {
    auto& l = links_[link];
    if (l.state != State::open) return;
    ++closing_count_;
    l.state = State::closing;
    l.close_by_us = now_us() + limits::linger_ms_max * 1'000ULL;
    drop_unread(l);
    tcp_shutdown(l.pcb, 0, 1);  // short of memory for the end, lwIP sends it later
    finish_when_done(l);
}

void LwipTransport::abort(Link link) {
    auto& l = links_[link];
    if (l.state == State::closing) return part_from(l, CloseReason::finished);
    if (l.state != State::open) return;
    ++closing_count_;
    tcp_pcb* const pcb = l.pcb;
    forget_callbacks(pcb);
    note_closed(l, CloseReason::aborted);
    tcp_abort(pcb);
}

/// A closing link is done once the peer has finished and has acknowledged all bytes. At once, inside lwIP's
/// callback: what lwIP does next with the pcb (TIME_WAIT, and its recycling) it does without a word.
void LwipTransport::finish_when_done(LinkState& l) {
    if (l.state == State::closing && l.ended && l.unacknowledged == 0) part_from(l, CloseReason::finished);
}

/// From here on the connection is lwIP's, which repeats what is not acknowledged yet, and gives the pcb away
/// as soon as a newcomer needs it.
void LwipTransport::part_from(LinkState& l, CloseReason reason) {
    tcp_pcb* const pcb = l.pcb;
    forget_callbacks(pcb);
    note_closed(l, reason);
    tcp_setprio(pcb, TCP_PRIO_MIN);
    const std::uintptr_t give_up_ms = sys_now() + limits::repeated_ms_max;
    tcp_arg(pcb, reinterpret_cast<void*>(give_up_ms));  // NOLINT(performance-no-int-to-ptr)
    tcp_sent(pcb, close_when_all_arrived);
    tcp_poll(pcb, look_at_what_is_left, half_seconds_between_looks);
    close_when_all_arrived(pcb->callback_arg, pcb, 0);
}

/// `on_closed` follows in the next `poll`.
void LwipTransport::note_closed(LinkState& l, CloseReason reason) {
    l.pcb = nullptr;
    drop_unread(l);
    --used_count_;
    set_backlog();
    note_news();
    if (l.state == State::closed)
        return;  // it was a newcomer's pcb; the end of the link before it is still to be told
    l.state = State::closed;
    l.reason = reason;
}

void LwipTransport::describe_peer(Link link, TextWriter& out) const {
    const auto* pcb = links_[link].pcb;
    if (pcb == nullptr) return;
    std::array<char, IPADDR_STRLEN_MAX> text{};
    if (ipaddr_ntoa_r(&pcb->remote_ip, text.data(), text.size()) == nullptr) return;
    const bool v6 = IP_IS_V6(&pcb->remote_ip);
    if (v6) out.append('[');
    out.append(std::string_view(text.data()));
    out.append(v6 ? "]:" : ":");
    out.append_number(pcb->remote_port);
}

bool LwipTransport::peer_is_loopback(Link link) const {
    const auto* pcb = links_[link].pcb;
    return pcb != nullptr && (ip_addr_isloopback(&pcb->remote_ip) || driver_.is_local(pcb->remote_ip));
}

void LwipTransport::poll(transport::Events& events, std::uint32_t timeout_ms) {
    sys_check_timeouts();
    driver_.exchange(news_ ? 0 : std::min(timeout_ms, lwip_sleep_ms()));
    sys_check_timeouts();
    if (!reserve_.complete) {
        reserve_.take();
        for (Link link = 0; reserve_.complete && link < links_end_; ++link)
            note_room(links_[link]);
    }
    if (std::exchange(starved_, false)) retry_starved();
    const bool any = std::exchange(news_, false);
    raise_closed(events);
    if (!any) return;
    for (Link link = 0; link < links_end_; ++link)
        raise(events, link);
    raise_closed(events);
}

void LwipTransport::raise(transport::Events& events, Link link) {
    auto& l = links_[link];
    if (l.state == State::open && !std::exchange(l.announced, true)) events.on_open(link);
    if (l.state == State::open && std::exchange(l.writable, false)) {
        l.write_full = false;
        events.on_writable(link);
    }
    if (l.state == State::open && l.armed && std::exchange(l.news, false)) {
        l.armed = false;
        events.on_readable(link);
    }
}

/// Links that are done: tells so, and makes them free. Lingering ones that ran out of time are parted from.
void LwipTransport::raise_closed(transport::Events& events) {
    if (closing_count_ == 0) return;
    const auto now = now_us();
    for (Link link = 0; link < links_end_; ++link) {
        auto& l = links_[link];
        if (l.state == State::closing && now >= l.close_by_us) part_from(l, CloseReason::finished);
        if (l.state != State::closed) continue;
        if (l.announced) events.on_closed(link, l.reason);
        --closing_count_;
        if (l.pcb == nullptr) {
            l = {};
        } else {  // a newcomer has taken the place
            l = {.owner = this,
                 .pcb = l.pcb,
                 .unread = l.unread,
                 .state = State::open,
                 .news = l.news,
                 .ended = l.ended};
            note_news();
        }
    }
    while (links_end_ > 0 && links_[links_end_ - 1U].state == State::free)
        --links_end_;
}

}  // namespace boardwalk::ports
