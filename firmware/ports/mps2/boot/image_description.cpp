#include "firmware/ports/mps2/boot/image_description.hpp"

namespace boardwalk::ports {
namespace {

std::uint32_t word_at(std::string_view bytes, std::size_t at) {
    std::uint32_t word = 0;
    for (std::size_t i = 4; i-- > 0;)
        word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
    return word;
}

}  // namespace

std::optional<ImageDescription> ImageDescription::read(std::string_view bytes) {
    if (bytes.size() < end_at || bytes.substr(magic_at, magic.size()) != magic) return std::nullopt;
    const auto stack = word_at(bytes, 0), start = word_at(bytes, 4);
    const auto begin = word_at(bytes, begin_at), behind = word_at(bytes, behind_at);
    const bool fits =
        begin == layout::run_address && behind > begin && behind - begin <= layout::payload_bytes_max;
    const bool starts = stack % 8 == 0 && stack > layout::ram_begin && stack <= layout::ram_end &&
                        start % 2 == 1 && start > begin && start < behind;  // odd: Thumb (ARMv7-M, B1.5.3)
    if (!fits || !starts) return std::nullopt;
    const auto version = bytes.substr(version_at, version_bytes);
    return ImageDescription{.payload_bytes = behind - begin,
                            .version = cut(version.substr(0, version.find('\0')))};
}

}  // namespace boardwalk::ports
