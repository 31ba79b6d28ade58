#include "firmware/app/update/image_header.hpp"

#include <algorithm>

namespace boardwalk::app {

namespace {

constexpr std::string_view magic = "BWIMAGE\n";
constexpr std::uint32_t layout = 1;
constexpr std::size_t layout_at = 8, length_at = 12, sha256_at = 16, version_at = 48, model_at = 80,
                      reserved_at = 112, name_bytes = 32;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

void put_number(std::span<char> bytes, std::size_t at, std::uint32_t number) {
    for (std::size_t i = 0; i < 4; ++i)
        bytes[at + i] = static_cast<char>(number >> 8 * i);
}

bool is_zero(char c) { return c == '\0'; }

/// Printable, not empty, and nothing behind its zeros.
bool read_name(std::string_view field, FixedString<32>& name) {
    const auto text = field.substr(0, field.find('\0'));
    const auto rest = field.substr(text.size());
    name = cut(text);
    return !text.empty() && std::ranges::all_of(rest, is_zero) &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

HeaderError read_header(std::string_view bytes, ImageHeader& header) {
    if (bytes.size() < image_header_bytes || !bytes.starts_with(magic)) return HeaderError::not_an_image;
    if (number_at(bytes, layout_at) != layout) return HeaderError::unknown_layout;
    if (!std::ranges::all_of(bytes.substr(reserved_at, image_header_bytes - reserved_at), is_zero))
        return HeaderError::unknown_layout;
    header.payload_bytes = number_at(bytes, length_at);
    std::ranges::transform(bytes.substr(sha256_at, header.payload_sha256.size()),
                           header.payload_sha256.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    const bool named = read_name(bytes.substr(version_at, name_bytes), header.version) &&
                       read_name(bytes.substr(model_at, name_bytes), header.model);
    return named && header.payload_bytes > 0 ? HeaderError::none : HeaderError::not_an_image;
}

void write_header(const ImageHeader& header, std::span<char, image_header_bytes> bytes) {
    std::ranges::fill(bytes, '\0');
    std::ranges::copy(magic, bytes.begin());
    put_number(bytes, layout_at, layout);
    put_number(bytes, length_at, header.payload_bytes);
    std::ranges::transform(header.payload_sha256, bytes.begin() + sha256_at,
                           [](std::uint8_t byte) { return static_cast<char>(byte); });
    std::ranges::copy(header.version.view(), bytes.begin() + version_at);
    std::ranges::copy(header.model.view(), bytes.begin() + model_at);
}

}  // namespace boardwalk::app
