#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/core/json_writer.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::app {

/// The objects of the settings' document that may hold members of another version.
enum class SettingsObject : std::uint8_t { whole, telemetry, wifi, security };

/// Members of the settings' document that this version does not know, byte for byte: a newer version stored
/// them, and needs them when it comes back. Held as text, so that they cost no more than they are long.
class KeptMembers {
public:
    /// Replaces them by those of `document`, which is settings in JSON of at most `settings_bytes_max`.
    void load(std::string_view document);
    void clear() { size_ = 0; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Whether `write` may have something to write into the object.
    [[nodiscard]] bool has(SettingsObject, std::string_view incoming) const;

    /// Writes them into the object of that name, which is open: first those that `incoming`, another
    /// document, has not, then its own. Without secrets, what has a member named `password` inside is left
    /// out: that is how every version names them.
    void write(JsonWriter&, SettingsObject, bool secrets, std::string_view incoming) const;

    /// Their names, for the log: `mqtt, security/public`. Those for which there is no room are `…`.
    void write_names(TextWriter&) const;

private:
    struct Entry {
        SettingsObject object;
        std::string_view text;
    };
    /// The entry that begins at `at`, which moves behind it. False: there is none.
    bool next(std::size_t& at, Entry&) const;

    /// Before each member a byte that says its object: JSON holds no such control characters.
    std::array<char, limits::settings_bytes_max> text_{};
    std::size_t size_ = 0;
};

}  // namespace boardwalk::app
