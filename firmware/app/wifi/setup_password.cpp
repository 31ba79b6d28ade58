#include "firmware/app/wifi/setup_password.hpp"

#include <algorithm>
#include <array>

#include "firmware/core/text_writer.hpp"
#include "shared/limits.hpp"

namespace boardwalk::app {

namespace {

constexpr std::string_view file_name = "setup-password";
static_assert(is_storage_name(file_name));
constexpr std::size_t group = 4, groups = 3;
/// 32 of them, so that each is five bits of a byte; none that is taken for another when read from a label.
constexpr std::string_view letters = "23456789abcdefghijkmnpqrstuvwxyz";
static_assert(letters.size() == 32);

SetupPassword make(Platform& platform) {
    std::array<std::uint8_t, group * groups> bytes;
    platform.random(bytes);
    std::array<char, group * groups + groups - 1> text;
    TextWriter out(text);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0 && i % group == 0) out.append('-');
        out.append(letters[bytes[i] % letters.size()]);
    }
    return cut(out.view());
}

/// A backslash before what the format uses itself.
void append_escaped(TextWriter& out, std::string_view text) {
    for (const char c : text) {
        if (std::string_view("\\;,:\"").find(c) != std::string_view::npos) out.append('\\');
        out.append(c);
    }
}

}  // namespace

bool is_setup_password(std::string_view text) {
    return text.size() >= limits::wifi_password_bytes_min && text.size() <= setup_password_bytes_max &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

SetupPassword load_setup_password(Storage& storage, Platform& platform, Log& log) {
    std::array<char, setup_password_bytes_max> memory;
    std::size_t size = 0;
    const auto found = storage.read(file_name, memory, size);
    if (const std::string_view stored(memory.data(), size);
        found == Storage::Found::yes && is_setup_password(stored))
        return cut(stored);
    if (found != Storage::Found::no)
        log.write(LogLevel::warning, {file_name, " made no sense: the board gets a new one"});
    const auto made = make(platform);
    if (!storage.write(file_name, made.view()))
        log.write(LogLevel::warning, {file_name, " could not be stored: it is another after the next start"});
    return made;
}

FixedString<224> wifi_uri(std::string_view ssid, std::string_view password) {
    std::array<char, 224> text;
    TextWriter out(text);
    out.append("WIFI:T:WPA;S:");
    append_escaped(out, ssid);
    out.append(";P:");
    append_escaped(out, password);
    out.append(";;");
    return cut(out.view());
}

}  // namespace boardwalk::app
