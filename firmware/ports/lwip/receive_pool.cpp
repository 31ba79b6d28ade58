#include <lwip/memp.h>
#include <lwip/stats.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "firmware/ports/lwip/lwip_transport.hpp"

extern "C" {

int boardwalk_lwip_admit(const void* pcb, unsigned sequence_number, const void* packet) {
    const bool admitted = boardwalk::ports::LwipTransport::admits(
        *static_cast<const tcp_pcb*>(pcb), sequence_number, *static_cast<const pbuf*>(packet));
    return admitted ? ERR_OK : ERR_MEM;
}

}  // extern "C"

/// Who gets of the pool of received packets when it is short: a promise to each link, kept by arithmetic.
namespace boardwalk::ports {
namespace {

constexpr std::size_t segment_pbufs = BOARDWALK_LWIP_SEGMENT_PBUFS;
constexpr std::size_t transient_pbufs = BOARDWALK_LWIP_TRANSIENT_PBUFS;
static_assert(PBUF_POOL_SIZE >= BOARDWALK_LWIP_LINKS * segment_pbufs + transient_pbufs);

std::size_t free_pbufs() { return PBUF_POOL_SIZE - lwip_stats.memp[MEMP_PBUF_POOL]->used; }

/// A driver's own packets are just as large as they are.
bool is_of_pool(const pbuf& packet) {
    return pbuf_match_allocsrc(&packet, PBUF_TYPE_ALLOC_SRC_MASK_STD_MEMP_PBUF_POOL);
}

/// All of the memory of a packet of the pool.
std::span<char> memory_of(pbuf& packet) {
    return {reinterpret_cast<char*>(&packet) + LWIP_MEM_ALIGN_SIZE(sizeof(pbuf)),
            LWIP_MEM_ALIGN_SIZE(PBUF_POOL_BUFSIZE)};
}

std::size_t room_behind(pbuf& packet) {
    if (!is_of_pool(packet)) return 0;
    const auto memory = memory_of(packet);
    return static_cast<std::size_t>(memory.data() + memory.size() - static_cast<char*>(packet.payload)) -
           packet.len;
}

/// Moves bytes from the front of `data` to where there is room behind the `last` of `packets`. Returns what
/// is left of it, with as much room behind as there can be.
pbuf* fill(pbuf& packets, pbuf& last, pbuf* data) {
    const auto size = static_cast<u16_t>(std::min<std::size_t>(room_behind(last), data->tot_len));
    pbuf_copy_partial(data, static_cast<char*>(last.payload) + last.len, size, 0);
    for (pbuf* p = &packets; p != nullptr; p = p->next)
        p->tot_len = static_cast<u16_t>(p->tot_len + size);
    last.len = static_cast<u16_t>(last.len + size);
    pbuf* const rest = pbuf_free_header(data, size);
    if (rest != nullptr && rest->next == nullptr && is_of_pool(*rest)) {
        char* const front = memory_of(*rest).data();
        std::memmove(front, rest->payload, rest->len);
        rest->payload = front;
    }
    return rest;
}

}  // namespace

/// A window counts bytes. A peer that sends them one by one must neither empty the pool of packets for all
/// nor have them lost, so they are put together.
bool LwipTransport::keep(pbuf*& unread, pbuf* data) {
    if (unread == nullptr) {
        unread = data;
        return true;
    }
    pbuf* last = unread;
    std::size_t packets = 1;
    for (; last->next != nullptr; last = last->next)
        ++packets;
    // lwIP keeps what is refused, drops what comes behind it, and tries again four times a second.
    if (room_behind(*last) < data->tot_len && packets + pbuf_clen(data) > BOARDWALK_LWIP_UNREAD_PBUFS)
        return false;
    data = fill(*unread, *last, data);
    if (data != nullptr) pbuf_cat(unread, data);
    return true;
}

bool LwipTransport::admits(const tcp_pcb& pcb, std::uint32_t sequence_number, const pbuf& packet) {
    if (packet.tot_len == 0) return true;  // an acknowledgement, an end
    if (pcb.state == LISTEN) return true;  // a shorter pcb, of which lwIP's hook does not tell
    const bool ours = pcb.recv == on_received;
    const auto* own = ours ? static_cast<const LinkState*>(pcb.callback_arg) : nullptr;
    const bool holds_nothing =
        (own == nullptr || own->unread == nullptr) && pcb.refused_data == nullptr && pcb.ooseq == nullptr;
    // One that nobody owns any more drops what comes in order at once, and a handshake becomes a link. What
    // was read already and comes again is dropped, and acknowledged: else its sender repeats it for ever.
    if (holds_nothing && static_cast<std::int32_t>(sequence_number - pcb.rcv_nxt) <= 0) return true;

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
