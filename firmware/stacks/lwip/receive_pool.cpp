#include <lwip/memp.h>
#include <lwip/prot/tcp.h>
#include <lwip/stats.h>

#include <algorithm>

#include "firmware/stacks/lwip/lwip_transport.hpp"

/// Which link gets packets when the pool of received packets is short. Each link has a reserved share.
namespace boardwalk::ports {
namespace {

constexpr std::size_t segment_pbufs = BOARDWALK_LWIP_SEGMENT_PBUFS;
constexpr std::size_t transient_pbufs = BOARDWALK_LWIP_TRANSIENT_PBUFS;
static_assert(PBUF_POOL_SIZE >= BOARDWALK_LWIP_LINKS * segment_pbufs + transient_pbufs);

/// A client may reuse the port of a connection that we closed (RFC 9293 §3.6.1, MAY-2). lwIP would ignore the
/// new connection until the TIME_WAIT of the old one is over.
bool reopens(const tcp_pcb& pcb, std::uint32_t sequence_number, unsigned flags) {
    return pcb.state == TIME_WAIT && (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN &&
           static_cast<std::int32_t>(sequence_number - pcb.rcv_nxt) > 0;
}

/// lwIP cuts what lies beyond the window off a segment that comes in order, but not off the first one behind
/// a gap. When the gap closes, that one is more than the window has room for, and an assertion stops the
/// board (tcp_in.c, "ooseq tcplen > rcv_wnd"; 2.1.3 and 2.2.1). So it is dropped, and comes again in order.
/// What begins beyond the window is lwIP's to acknowledge.
bool overruns_window(const tcp_pcb& pcb, std::uint32_t sequence_number, unsigned flags, const pbuf& packet) {
    if (pcb.state < ESTABLISHED) return false;
    const auto begin = static_cast<std::int32_t>(sequence_number - pcb.rcv_nxt);
    const auto window = static_cast<std::int32_t>(pcb.rcv_wnd);
    const auto size = std::int32_t{packet.tot_len} + ((flags & TCP_FIN) != 0 ? 1 : 0);
    return begin > 0 && begin < window && size > window - begin;
}

std::size_t free_pbufs() { return PBUF_POOL_SIZE - lwip_stats.memp[MEMP_PBUF_POOL]->used; }

}  // namespace

bool LwipTransport::admits(const tcp_pcb& pcb, std::uint32_t sequence_number, const pbuf& packet) {
    if (packet.tot_len == 0) return true;  // an acknowledgement, an end
    if (pcb.state == LISTEN) return true;  // a shorter pcb, of which lwIP's hook does not tell
    const bool ours = pcb.recv == on_received;
    const auto* own = ours ? static_cast<const LinkState*>(pcb.callback_arg) : nullptr;
    const bool holds_nothing =
        (own == nullptr || own->unread == nullptr) && pcb.refused_data == nullptr && pcb.ooseq == nullptr;
    // A pcb without a link drops what comes in order at once, and a handshake becomes a link. What was read
    // already and comes again is dropped and acknowledged; otherwise its sender would repeat it for ever.
    // A segment that is larger than the peer was told to send has no claim to its share.
    const bool has_claim = packet.tot_len <= BOARDWALK_LWIP_RECEIVE_MSS;
    if (holds_nothing && has_claim && static_cast<std::int32_t>(sequence_number - pcb.rcv_nxt) <= 0)
        return true;

    const auto free = free_pbufs();
    if (free >= BOARDWALK_LWIP_LINKS * segment_pbufs + transient_pbufs) return true;
    if (own == nullptr) return false;
    const auto& transport = *own->owner;
    const std::span all(transport.links_.get(), transport.links_end_);
    const auto holding = std::ranges::count_if(all, [](const LinkState& l) {
        return l.unread != nullptr ||
               (l.pcb != nullptr && (l.pcb->refused_data != nullptr || l.pcb->ooseq != nullptr));
    });
    const auto without = transport.link_count_ - static_cast<std::size_t>(holding);
    return free >= without * segment_pbufs + transient_pbufs;
}

}  // namespace boardwalk::ports

extern "C" {

int boardwalk_lwip_admit(void* pcb, unsigned sequence_number, unsigned flags, const void* packet) {
    using namespace boardwalk::ports;
    auto& to = *static_cast<tcp_pcb*>(pcb);
    if (reopens(to, sequence_number, flags)) {
        tcp_abort(&to);  // of this state without a word to the peer, whose SYN comes again
        return ERR_ABRT;
    }
    const auto& segment = *static_cast<const pbuf*>(packet);
    const bool admitted = !overruns_window(to, sequence_number, flags, segment) &&
                          LwipTransport::admits(to, sequence_number, segment);
    return admitted ? ERR_OK : ERR_MEM;
}

}  // extern "C"
