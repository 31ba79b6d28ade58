// The companion's mDNS: a message that it takes has only whole names; what it makes of any of them is a board
// that can be shown and asked, or none; and what it asks in turn is a message.

#include "desktop/core/discovery/service_cache.hpp"
#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

using namespace desktop;

QByteArrayView bytes_of(std::string_view text) { return {text.data(), static_cast<qsizetype>(text.size())}; }

void require_name(const QByteArray& name) {
    qsizetype at = 0;
    while (at < name.size() && name[at] != 0) {
        require(static_cast<unsigned char>(name[at]) <= 63, "a label has at most 63 bytes");
        at += 1 + static_cast<unsigned char>(name[at]);
    }
    require(at + 1 == name.size() && name.size() <= 255, "a name is labels and a zero, 255 bytes at most");
}

void require_printable(const QString& text) {
    for (const QChar each : text)
        require(each.category() != QChar::Other_Control && each != QChar::LineSeparator,
                "text steers no terminal");
}

void judge_query(const QList<dns::Question>& questions, const QList<dns::Record>& known) {
    const QByteArray packet = dns::query(questions, known);
    require(packet.size() <= 1472, "a question fits a packet");
    const auto message = dns::parse(packet);
    require(message && !message->response, "a question is a message");
    require(message->records.size() <= known.size(), "with no more answers than are known");
}

void judge_boards(ServiceCache& cache, qint64 now_ms) {
    for (const DiscoveredBoard& board : cache.boards()) {
        require(!board.id.isEmpty() && !board.addresses.isEmpty() && board.port != 0, "a board can be asked");
        require(board.url().isValid(), "at an address");
        for (const QString& text :
             {board.id, board.name, board.instance, board.host, board.model, board.firmware})
            require_printable(text);
    }
    judge_query(cache.missing(), {});
    judge_query(cache.refresh(now_ms), cache.known(now_ms));
}

/// Packets, each with its size in front (two bytes) and the time that passes before it (one, in seconds).
constexpr qint64 life_max_ms = qint64{75} * 60 * 1000;

void judge_cache(std::string_view input) {
    ServiceCache cache;
    qint64 now_ms = 0;
    for (int packets = 0; packets < 16 && input.size() >= 3; ++packets) {
        const auto byte = [&input](std::size_t at) { return static_cast<unsigned char>(input[at]); };
        now_ms += byte(0) * 1000;
        const std::size_t size = std::size_t{byte(1)} << 8U | byte(2);
        input.remove_prefix(3);
        const Alone packet(input.substr(0, size));
        input.remove_prefix(std::min(size, input.size()));
        if (const auto message = dns::parse(bytes_of(packet.view()))) cache.take(*message, now_ms);
        judge_boards(cache, now_ms);
        const auto due = cache.due_ms();
        require(due == ServiceCache::never || due <= now_ms + life_max_ms,
                "what is known is asked for or forgotten in time");
        require(cache.boards().isEmpty() || due <= now_ms + life_max_ms, "no board is known for ever");
    }
    now_ms += life_max_ms + 60 * 1000;
    cache.expire(now_ms);
    require(cache.boards().isEmpty() && cache.missing().isEmpty(), "in the end all is forgotten");
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const fuzz::Alone alone(input);
    if (const auto message = desktop::dns::parse(fuzz::bytes_of(alone.view()))) {
        for (const auto& record : message->records) {
            fuzz::require_name(record.name);
            if (!record.target.isEmpty()) fuzz::require_name(record.target);
        }
    }
    fuzz::judge_cache(input);
    return 0;
}
