#include <lwip/memp.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "firmware/stacks/lwip/lwip_transport.hpp"

/// What has come and is not read yet: how it is kept.
namespace boardwalk::ports {
namespace {

using transport::Link;

#ifdef BOARDWALK_LWIP_RECEIVE_MSS
constexpr std::size_t receive_mss = BOARDWALK_LWIP_RECEIVE_MSS;
#else  // ESP-IDF has an lwipopts.h of its own
constexpr std::size_t receive_mss = TCP_MSS;
#endif
/// What the largest segment takes of the pool that a peer was told to send.
constexpr u16_t segment_pbufs =
    (PBUF_LINK_HLEN + PBUF_IP_HLEN + PBUF_TRANSPORT_HLEN + receive_mss + PBUF_POOL_BUFSIZE - 1) /
    PBUF_POOL_BUFSIZE;

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
/// is left of it.
pbuf* fill(pbuf& packets, pbuf& last, pbuf* data) {
    const auto size = static_cast<u16_t>(std::min<std::size_t>(room_behind(last), data->tot_len));
    pbuf_copy_partial(data, static_cast<char*>(last.payload) + last.len, size, 0);
    for (pbuf* p = &packets; p != nullptr; p = p->next)
        p->tot_len = static_cast<u16_t>(p->tot_len + size);
    last.len = static_cast<u16_t>(last.len + size);
    return pbuf_free_header(data, size);
}

/// Takes the first packet off, with as much room behind as there can be.
pbuf* take_first(pbuf*& data) {
    pbuf* const first = data;
    data = std::exchange(first->next, nullptr);
    first->tot_len = first->len;
    if (is_of_pool(*first)) {
        char* const front = memory_of(*first).data();
        std::memmove(front, first->payload, first->len);
        first->payload = front;
    }
    return first;
}

}  // namespace

err_t LwipTransport::on_received(void* link, tcp_pcb* pcb, pbuf* data, err_t) {
    auto& l = *static_cast<LinkState*>(link);
    if (data == nullptr) {
        l.ended = true;
    } else if (l.state == State::closing) {
        tcp_recved(pcb, data->tot_len);
        pbuf_free(data);
    } else if (!keep(l.unread, data)) {
        return ERR_MEM;  // lwIP keeps it, drops what comes behind it, and tries again four times a second
    }
    l.news = true;
    l.owner->note_news();
    l.owner->finish_when_done(l);
    return ERR_OK;
}

/// A window counts bytes. A peer that sends them one by one must neither use up the packets of all links nor
/// lose its own, so the bytes are put together. A link keeps few of the driver's own packets, because all
/// that arrives needs them on its way.
bool LwipTransport::keep(pbuf*& unread, pbuf* data) {
    if (unread == nullptr) {
        if (pbuf_clen(data) <= segment_pbufs || !is_of_pool(*data)) {  // not what came behind a gap
            unread = data;
            return true;
        }
        unread = take_first(data);
    }
    pbuf* last = unread;
    std::size_t packets = 1;
    for (; last->next != nullptr; last = last->next)
        ++packets;
    if (!is_of_pool(*last) && packets + pbuf_clen(data) > BOARDWALK_LWIP_UNREAD_PBUFS) {
        last = unread = pbuf_coalesce(unread, PBUF_RAW);
        if (unread->next != nullptr) return false;
    }
    while (data != nullptr) {
        data = fill(*unread, *last, data);
        if (data == nullptr) break;
        last = take_first(data);
        pbuf_cat(unread, last);
    }
    return true;
}

transport::Received LwipTransport::read(Link link, std::span<char> room) {
    auto& l = links_[link];
    if (l.state != State::open) return {};
    u16_t size = 0;
    if (l.unread != nullptr) {
        size = static_cast<u16_t>(std::min<std::size_t>(room.size(), l.unread->tot_len));
        pbuf_copy_partial(l.unread, room.data(), size, 0);
        l.unread = pbuf_free_header(l.unread, size);
        tcp_recved(l.pcb, size);  // now, and not when it came: the peer's window is our back-pressure
    }
    if (size < room.size()) {
        l.armed = true;
        l.news = false;
    }
    return {.bytes = size, .end = l.ended && l.unread == nullptr && size < room.size()};
}

void LwipTransport::drop_unread(LinkState& l) {
    if (l.unread == nullptr) return;
    if (l.pcb != nullptr) tcp_recved(l.pcb, l.unread->tot_len);
    pbuf_free(l.unread);
    l.unread = nullptr;
}

}  // namespace boardwalk::ports
