#include "firmware/app/settings/identity.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace boardwalk::app {

namespace {

constexpr std::string_view file_name = "board-id";
static_assert(is_storage_name(file_name));
constexpr std::string_view hex = "0123456789abcdef";

template <std::size_t digits>
FixedString<digits> random_hex(Platform& platform) {
    std::array<std::uint8_t, digits> bytes;
    platform.random(bytes);
    std::array<char, digits> text;
    std::ranges::transform(bytes, text.begin(), [](std::uint8_t byte) { return hex[byte & 15]; });
    return cut(std::string_view(text.data(), text.size()));
}

bool is_id(std::string_view text) {
    return text.size() == 12 && text.find_first_not_of(hex) == std::string_view::npos;
}

FixedString<12> id_of(const std::array<std::uint8_t, 6>& mac) {
    std::array<char, 12> text;
    for (std::size_t i = 0; i < mac.size(); ++i) {
        text[2 * i] = hex[mac[i] >> 4];
        text[2 * i + 1] = hex[mac[i] & 15];
    }
    return cut(std::string_view(text.data(), text.size()));
}

/// `first` octet, and the others of the id.
FixedString<17> mac_of(std::string_view first, std::string_view id) {
    std::array<char, 17> text;
    TextWriter out(text);
    out.append(first);
    for (std::size_t i = 2; i < id.size(); i += 2) {
        out.append(':');
        out.append(id.substr(i, 2));
    }
    return cut(out.view());
}

/// A computer's own addresses are not the board's to give away, so it takes a locally administered one
/// (IEEE 802: second bit of the first octet) made from its id.
constexpr std::string_view locally_administered = "02";

}  // namespace

bool Identity::load(Storage& storage, Platform& platform, Log& log) {
    boot_id = random_hex<16>(platform);
    if (const auto own = platform.mac()) {
        id = id_of(*own);
        mac = mac_of(id.view().substr(0, 2), id.view());
        return true;
    }

    std::array<char, 16> memory;
    std::size_t size = 0;
    const auto found = storage.read(file_name, memory, size);
    const std::string_view stored(memory.data(), size);
    bool kept = true;
    if (found == Storage::Found::yes && is_id(stored)) {
        id = cut(stored);
    } else {
        if (found != Storage::Found::no) {
            log.write(LogLevel::warning, {file_name, " made no sense: the board gets a new id"});
        }
        id = random_hex<12>(platform);
        kept = storage.write(file_name, id.view());
    }
    mac = mac_of(locally_administered, id.view());
    return kept;
}

}  // namespace boardwalk::app
