#include <lwip/mem.h>
#include <lwip/memp.h>
#include <lwip/stats.h>

#include <algorithm>
#include <utility>

#include "firmware/limits.hpp"
#include "firmware/stacks/lwip/lwip_transport.hpp"

/// What is sent, and of which memory, when lwIP's is short.
namespace boardwalk::ports {
namespace {

using transport::Link;

static_assert(TCP_SND_BUF >= limits::websocket_unacknowledged_bytes_max + limits::websocket_frame_bytes_max,
              "Transport::write promises to take a frame behind these");
/// A segment by reference is made of its head and its bytes. With single pbufs, as on ESP-IDF, it is one
/// copy.
constexpr u16_t pbufs_per_segment_max = LWIP_NETIF_TX_SINGLE_PBUF ? 1 : 2;

/// What a segment takes of lwIP's heap beside its bytes: the heap's own, the pbuf, and the heads of all
/// layers.
constexpr std::size_t head_bytes = 112;

/// Bytes that lwIP's heap can still give; plenty where that is the system's, and lwIP does not know.
std::size_t heap_free_bytes() {
#if MEM_STATS && !MEM_LIBC_MALLOC
    return lwip_stats.mem.avail - lwip_stats.mem.used;
#else
    return SIZE_MAX;
#endif
}

/// Segments that lwIP's pool can still give; plenty where they are of the system's heap.
std::size_t segments_free() {
#if MEMP_STATS && !MEMP_MEM_MALLOC
    return lwip_stats.memp[MEMP_TCP_SEG]->avail - lwip_stats.memp[MEMP_TCP_SEG]->used;
#else
    return SIZE_MAX;
#endif
}

}  // namespace

/// From the same heap lwIP answers handshakes and acknowledges, and with the same segments it answers
/// handshakes and ends: an answer leaves each link one of those, and memory for it.
bool LwipTransport::append(const LinkState& l, std::string_view bytes, u8_t flags) const {
    const auto heads = bytes.size() / tcp_mss(l.pcb) + 1 + link_count_;
    const auto copied = (flags & TCP_WRITE_FLAG_COPY) != 0 ? bytes.size() : 0;
    return segments_free() >= heads && heap_free_bytes() >= copied + heads * head_bytes &&
           tcp_write(l.pcb, bytes.data(), static_cast<u16_t>(bytes.size()), flags) == ERR_OK;
}

std::size_t LwipTransport::write(Link link, std::string_view bytes, transport::Lifetime lifetime, bool more) {
    auto& l = links_[link];
    if (l.state != State::open) return 0;
    const u8_t copy = lifetime == transport::Lifetime::copied ? TCP_WRITE_FLAG_COPY : 0;
    auto size = static_cast<u16_t>(std::min<std::size_t>(bytes.size(), tcp_sndbuf(l.pcb)));
    const bool whole = size == bytes.size();
    const auto flags = static_cast<u8_t>(copy | (more && whole ? TCP_WRITE_FLAG_MORE : 0));
    const bool is_promised = has_room_for_message(l) ||
                             (bytes.size() <= limits::websocket_answer_bytes_max && has_room_for_answer(l));
    // Takes all or nothing. Short of memory, a segment may still fit; if not, on_writable tries again.
    const auto promised = [&] {
        reserve_.give_back();
        return tcp_write(l.pcb, bytes.data(), size, flags) == ERR_OK;
    };
    if (size > 0 && !append(l, bytes.substr(0, size), flags) && !(is_promised && promised())) {
        starved_ = l.starved = true;
        size = std::min<u16_t>(size, tcp_mss(l.pcb));
        if (size == bytes.size() || !append(l, bytes.substr(0, size), copy)) size = 0;
    }
    l.unacknowledged += size;
    l.write_full = size < bytes.size();
    if (!more || l.write_full) tcp_output(l.pcb);
    return size;
}

std::size_t LwipTransport::unacknowledged(Link link) const {
    const auto& l = links_[link];
    if (l.pcb == nullptr) return 0;
    // Many small segments fill the queue before their bytes do; then no whole message can be promised either.
    static_assert(TCP_SND_QUEUELEN >= 2 * pbufs_per_segment_max * segments_kept_free);
    const bool queue_is_full =
        tcp_sndqueuelen(l.pcb) + pbufs_per_segment_max * segments_kept_free > TCP_SND_QUEUELEN;
    return queue_is_full ? std::max<std::size_t>(l.unacknowledged, TCP_SND_BUF) : l.unacknowledged;
}

bool LwipTransport::takes_message(Link link) {
    auto& l = links_[link];
    l.message_waits = !has_room_for_message(l);
    return !l.message_waits;
}

bool LwipTransport::takes_answer(Link link) {
    auto& l = links_[link];
    l.answer_waits = !has_room_for_answer(l);
    return !l.answer_waits;
}

bool LwipTransport::has_room_for_message(const LinkState& l) const {
    const auto link = static_cast<Link>(&l - links_.get());
    return reserve_.complete && unacknowledged(link) <= limits::websocket_unacknowledged_bytes_max;
}

bool LwipTransport::has_room_for_answer(const LinkState& l) const {
    constexpr u16_t pbufs =
        pbufs_per_segment_max * ((limits::websocket_answer_bytes_max + TCP_MSS - 1) / TCP_MSS + 1);
    return reserve_.complete && l.pcb != nullptr && tcp_sndbuf(l.pcb) >= limits::websocket_answer_bytes_max &&
           tcp_sndqueuelen(l.pcb) + pbufs <= TCP_SND_QUEUELEN;
}

/// Tells a link that asked for room once there is some.
void LwipTransport::note_room(LinkState& l) {
    const bool room =
        (l.message_waits && has_room_for_message(l)) || (l.answer_waits && has_room_for_answer(l));
    if (!room || l.state != State::open) return;
    l.message_waits = l.answer_waits = false;
    l.writable = true;
    note_news();
}

/// In one piece, though lwIP takes it in several: so it does not matter what lies between.
void LwipTransport::Reserve::take() {
    constexpr std::size_t heads = segments_kept_free * (PBUF_TRANSPORT + sizeof(pbuf) + 32);
    constexpr auto message_memory_bytes = static_cast<mem_size_t>(limits::websocket_frame_bytes_max + heads);
    if (bytes == nullptr) bytes = mem_malloc(message_memory_bytes);
    complete = bytes != nullptr;
    for (auto*& segment : segments) {
        if (segment == nullptr) segment = memp_malloc(MEMP_TCP_SEG);
        complete = complete && segment != nullptr;
    }
}

void LwipTransport::Reserve::give_back() {
    complete = false;
    mem_free(std::exchange(bytes, nullptr));
    for (auto*& segment : segments)
        memp_free(MEMP_TCP_SEG, std::exchange(segment, nullptr));
}

/// Any link's acknowledgement gives memory back, and so does the end of a connection without a link. A
/// starved link must therefore be tried at each of them, though nothing of its own may be under way.
void LwipTransport::retry_starved() {
    for (Link link = 0; link < links_end_; ++link) {
        auto& l = links_[link];
        if (std::exchange(l.starved, false) && l.write_full) news_ = l.writable = true;
    }
}

}  // namespace boardwalk::ports
