#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/file_writer.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/settings/kept_members.hpp"
#include "firmware/app/storage.hpp"
#include "firmware/app/wifi/credentials.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/limits.hpp"
#include "firmware/server/workers.hpp"
#include "shared/fixed_string.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

/// What the owner may choose. The API's document and the file's have the same shape.
struct Settings {
    FixedString<limits::name_bytes_max> name;
    std::uint32_t telemetry_period_ms = limits::telemetry_period_ms_default;
    WifiCredentials wifi;
    /// By what names the board may be asked, beside its own; in lower case (`shared/trusted_names.hpp`).
    protocol::TrustedHosts trusted_hosts;
    protocol::TrustedOrigins trusted_origins;
    /// What those may see who are not signed in.
    protocol::PublicAccess public_access = protocol::PublicAccess::none;

    /// These settings with what the patch holds (RFC 7396).
    [[nodiscard]] Settings patched(const protocol::SettingsPatch&) const;
};

/// How much of them a document tells: what any viewer may know; a backup; an owner, of a board that joins a
/// network; the file.
enum class Telling : std::uint8_t { viewer, board, network, secrets };

/// What stands in a document beside the settings that this version knows.
struct OtherMembers {
    const KeptMembers& kept;
    std::string_view incoming =
        {};                    ///< another document whose unknown members come before those that are kept
    bool same_network = true;  ///< else secrets among those of `wifi` were another network's
};

/// Without `others`, as a client is shown them: this version cannot know what of its own another version
/// shows.
void write(JsonWriter&, const Settings&, Telling, const OtherMembers* others = nullptr);

/// The longest document: every text at its maximum, each character that may need a backslash with one.
inline constexpr std::size_t known_settings_bytes_max =
    std::string_view(R"({"name":"","telemetry":{"period_ms":60000},"wifi":{"ssid":"","password":""},)"
                     R"("security":{"hosts":[],"origins":[],"public":"viewing"}})")
        .size() +
    2 * (limits::name_bytes_max + limits::ssid_bytes_max + limits::wifi_password_bytes_max) +
    limits::trusted_hosts_max * (limits::trusted_host_bytes_max + std::string_view("\"\",").size()) +
    limits::trusted_origins_max * (limits::trusted_origin_bytes_max + std::string_view("\"\",").size());
static_assert(known_settings_bytes_max <= limits::settings_bytes_max);
static_assert(known_settings_bytes_max <= limits::inline_body_bytes_min, "it is answered at once");

/// A strong validator (RFC 9110 §8.8.3): the same settings have the same, also after a restart. Made of what
/// is shown: one of the password too could be tried out against lists of passwords.
[[nodiscard]] FixedString<64> etag_of(const Settings&);

/// Holds the settings and keeps them in a file. Memory changes only once the file has. Members that a newer
/// version stored stay in the file, byte for byte.
class SettingsStore {
public:
    SettingsStore(Storage& storage, FileWriter& files, Log& log)
        : storage_(storage), files_(files), log_(log) {}
    SettingsStore(const SettingsStore&) = delete;
    SettingsStore& operator=(const SettingsStore&) = delete;

    /// Reads the file, once at start. A file that is not JSON is kept aside, and the defaults hold. A file
    /// with a member that this version does not take is kept aside, too; its other members hold.
    void load(std::string_view default_name);

    [[nodiscard]] const Settings& settings() const { return settings_; }
    /// Another after each change.
    [[nodiscard]] std::uint64_t revision() const { return revision_; }
    /// The revision with which the board's name became what it is.
    [[nodiscard]] std::uint64_t name_revision() const { return name_revision_; }
    /// The document of a backup, which `protocol::SettingsBackup` describes.
    void write_backup(JsonWriter&) const;

    /// Writes `settings`, and the unknown members of the document `incoming`, on a worker, and calls
    /// `done(context, outcome)` on the loop; not while another file is written. `unchanged`: that is what the
    /// file holds, and nothing is written (a flash wears), nor is `done` called.
    enum class Saving : std::uint8_t { started, unchanged, no_worker, too_large };
    [[nodiscard]] Saving save(const Settings&, std::string_view incoming, FileWriter::Done, void* context);

private:
    bool read_file();
    std::optional<protocol::DecodeError> take(std::string_view document);
    void keep_first();
    [[nodiscard]] bool is_current(std::string_view document) const;
    void tell_kept();
    void written(FileWriter::Outcome);

    Storage& storage_;
    FileWriter& files_;
    Log& log_;
    Settings settings_;
    Settings next_;  ///< on its way to the file
    KeptMembers kept_;
    FileWriter::Done done_ = nullptr;
    void* context_ = nullptr;
    std::uint64_t revision_ = 1;  ///< 0 is no revision
    std::uint64_t name_revision_ = 1;
    bool is_stored_ = false;  ///< the file holds what is in force
};

}  // namespace boardwalk::app
