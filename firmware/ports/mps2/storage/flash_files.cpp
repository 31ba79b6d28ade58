#include "firmware/ports/mps2/storage/flash_files.hpp"

#include <algorithm>
#include <cassert>

namespace boardwalk::ports {
namespace {

constexpr std::uint32_t head_magic = 0x6B6C'7762;  // "bwlk"
constexpr std::string_view aside = ".kept";

/// CRC-32 of IEEE 802.3, bit by bit: files are small and rare.
std::uint32_t crc32(std::uint32_t crc, std::string_view bytes) {
    crc = ~crc;
    for (const char byte : bytes) {
        crc ^= static_cast<std::uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB8'8320 : 0);
    }
    return ~crc;
}

template <class T>
std::span<char> bytes_of(T& object) {
    return {reinterpret_cast<char*>(&object), sizeof object};
}

std::string_view view_of(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

std::size_t address_of(std::size_t sector) { return sector * Flash::sector_bytes; }

/// A version that cannot be read now may have a higher number than all others, and be read again later: a new
/// one stays above it. For more writes than a flash takes there are numbers enough.
constexpr std::uint32_t unread_numbers = 1'000;

/// A sector is looked at in pieces of this size, on the stack.
using Piece = std::array<char, 256>;

}  // namespace

FlashFiles::Name FlashFiles::name_of(std::string_view name, std::string_view ending) {
    Name result{};
    const auto end =
        std::copy_n(name.begin(), std::min(name.size(), result.size() - ending.size()), result.begin());
    std::ranges::copy(ending, end);
    return result;
}

std::optional<std::uint32_t> FlashFiles::checksum_of(std::size_t sector, const Head& head) {
    Head fixed = head;
    fixed.checksum = 0;
    std::uint32_t crc = crc32(0, view_of(bytes_of(fixed)));
    Piece piece;
    for (std::size_t at = 0; at < head.size; at += piece.size()) {
        const auto part = std::span(piece).first(std::min<std::size_t>(piece.size(), head.size - at));
        if (!flash_.read(address_of(sector) + head_bytes + at, part)) return std::nullopt;
        crc = crc32(crc, view_of(part));
    }
    return crc;
}

app::Storage::Found FlashFiles::look(std::size_t sector, Head& head) {
    if (!flash_.read(address_of(sector), bytes_of(head))) return Found::unreadable;
    if (head.magic != head_magic || head.size > file_bytes_max) return Found::no;
    const auto checksum = checksum_of(sector, head);
    if (!checksum) return Found::unreadable;
    return *checksum == head.checksum ? Found::yes : Found::no;
}

std::optional<FlashFiles::Head> FlashFiles::head_of(std::size_t sector) {
    Head head;
    return look(sector, head) == Found::yes ? std::optional(head) : std::nullopt;
}

std::optional<std::size_t> FlashFiles::find(const Name& name) {
    std::optional<std::size_t> newest;
    std::uint32_t number = 0;
    for (std::size_t sector = 0; sector < flash_.sectors(); ++sector) {
        const auto head = head_of(sector);
        if (!head || head->name != name || head->number < number) continue;
        newest = sector;
        number = head->number;
    }
    return newest;
}

bool FlashFiles::is_free(std::size_t sector) {
    Head head;
    const auto found = look(sector, head);
    return found == Found::no || (found == Found::yes && find(head.name) != sector);
}

/// The first that takes it of those behind the sector that was written last.
template <class Fill>
bool FlashFiles::store(Head head, Fill fill) {
    std::size_t last = flash_.sectors() - 1;
    head.number = 1;
    bool all_read = true;
    for (std::size_t sector = 0; sector < flash_.sectors(); ++sector) {
        Head other;
        const auto found = look(sector, other);
        all_read = all_read && found != Found::unreadable;
        if (found != Found::yes || other.number < head.number) continue;
        last = sector;
        head.number = other.number + 1;
    }
    if (!all_read) head.number += unread_numbers;
    for (std::size_t step = 1; step <= flash_.sectors(); ++step) {
        const std::size_t sector = (last + step) % flash_.sectors();
        if (is_free(sector) && flash_.erase(sector) && fill(sector) && finish(sector, head)) return true;
    }
    return false;
}

app::Storage::Found FlashFiles::read(std::string_view name, std::span<char> memory, std::size_t& size) {
    const auto sector = find(name_of(name));
    if (!sector) return Found::no;
    const auto head = head_of(*sector);
    if (!head) return Found::unreadable;
    size = head->size;
    if (size > memory.size()) return Found::unreadable;
    return flash_.read(address_of(*sector) + head_bytes, memory.first(size)) ? Found::yes : Found::unreadable;
}

bool FlashFiles::write(std::string_view name, std::string_view content) {
    assert(app::is_storage_name(name));
    if (content.size() > file_bytes_max) return false;
    return store(
        {.size = static_cast<std::uint32_t>(content.size()), .name = name_of(name)},
        [&](std::size_t sector) { return flash_.program(address_of(sector) + head_bytes, content); });
}

/// From here on the sector is the file's newest version: if what was written can be read back.
bool FlashFiles::finish(std::size_t sector, Head head) {
    head.magic = head_magic;
    const auto checksum = checksum_of(sector, head);
    if (!checksum) return false;
    head.checksum = *checksum;
    return flash_.program(address_of(sector), view_of(bytes_of(head))) && head_of(sector).has_value();
}

FixedString<64> FlashFiles::set_aside(std::string_view name) {
    const auto from = find(name_of(name));
    const auto found = from ? head_of(*from) : std::nullopt;
    if (!found) return {};
    Head head = *found;
    head.name = name_of(name, aside);
    const auto copy = [&](std::size_t to) {
        Piece piece;
        for (std::size_t at = 0; at < head.size; at += piece.size()) {
            const auto part = std::span(piece).first(std::min<std::size_t>(piece.size(), head.size - at));
            if (!flash_.read(address_of(*from) + head_bytes + at, part) ||
                !flash_.program(address_of(to) + head_bytes + at, view_of(part)))
                return false;
        }
        return true;
    };
    if (!store(head, copy)) return {};
    return cut(std::string_view(head.name.data(), std::min(name.size() + aside.size(), head.name.size())));
}

}  // namespace boardwalk::ports
