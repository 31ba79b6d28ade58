#include "firmware/ports/mps2/boot/image_slot.hpp"

#include <algorithm>

#include "firmware/app/crypto/sha256.hpp"

namespace boardwalk::ports {
namespace {

constexpr std::array<char, 8> magic = {'B', 'W', 'S', 'L', 'O', 'T', '1', '\n'};
constexpr std::size_t payload_at = Flash::sector_bytes;

template <class T>
std::span<char> bytes_of(T& object) {
    return {reinterpret_cast<char*>(&object), sizeof object};
}

}  // namespace

bool ImageSlot::write(std::uint32_t offset, std::string_view bytes) {
    return offset % Flash::sector_bytes == 0 && bytes.size() <= Flash::sector_bytes &&
           flash_.erase((payload_at + offset) / Flash::sector_bytes) &&
           flash_.program(payload_at + offset, bytes);
}

bool ImageSlot::read(std::uint32_t offset, std::span<char> bytes) {
    return flash_.read(payload_at + offset, bytes);
}

bool ImageSlot::seal(const app::ImageHeader& header) {
    Head sealed{
        .magic = magic, .payload_bytes = header.payload_bytes, .payload_sha256 = header.payload_sha256};
    const auto bytes = bytes_of(sealed);
    return flash_.program(0, {bytes.data(), bytes.size()}) && head() == sealed;
}

std::optional<ImageSlot::Head> ImageSlot::head() {
    Head found;
    const bool read = flash_.read(0, bytes_of(found));
    const bool makes_sense = read && found.magic == magic && found.payload_bytes > 0 &&
                             found.payload_bytes <= layout::payload_bytes_max;
    return makes_sense ? std::optional(found) : std::nullopt;
}

std::optional<std::uint32_t> ImageSlot::sealed() {
    const auto found = head();
    return found ? std::optional(found->payload_bytes) : std::nullopt;
}

std::optional<std::uint32_t> ImageSlot::whole() {
    const auto found = head();
    if (!found) return std::nullopt;
    app::Sha256 hash;
    std::array<char, 512> part;
    for (std::uint32_t offset = 0; offset < found->payload_bytes;) {
        const auto size = std::min<std::size_t>(part.size(), found->payload_bytes - offset);
        if (!read(offset, std::span(part).first(size))) return std::nullopt;
        hash.add({part.data(), size});
        offset += static_cast<std::uint32_t>(size);
    }
    return hash.value() == found->payload_sha256 ? std::optional(found->payload_bytes) : std::nullopt;
}

}  // namespace boardwalk::ports
