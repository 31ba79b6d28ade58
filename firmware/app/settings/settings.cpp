#include "firmware/app/settings/settings.hpp"

#include <array>
#include <cassert>
#include <optional>
#include <span>

namespace boardwalk::app {

namespace {

constexpr std::string_view file_name = "settings.json";
static_assert(is_storage_name(file_name));

/// Nothing: it is longer than the memory.
std::optional<std::size_t> encode(const Settings& settings, Telling telling, const OtherMembers* others,
                                  std::span<char> memory) {
    TextWriter out(memory);
    JsonWriter json(out);
    write(json, settings, telling, others);
    if (out.overflowed()) return std::nullopt;
    return out.size();
}

template <typename List>
void write_list(JsonWriter& json, std::string_view name, const List& list) {
    json.key(name).begin_array();
    for (const auto& text : list.texts())
        json.string(text.view());
    json.end_array();
}

/// FNV-1a: enough to tell two small documents apart.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325;
    for (const char c : text)
        value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return value;
}

}  // namespace

Settings Settings::patched(const protocol::SettingsPatch& patch) const {
    Settings result = *this;
    if (patch.name) result.name = *patch.name;
    if (patch.telemetry_period_ms) result.telemetry_period_ms = *patch.telemetry_period_ms;
    if (patch.wifi_ssid) {
        // One network's password must not be shown to another.
        if (!(result.wifi.ssid == patch.wifi_ssid->view())) result.wifi.password.clear();
        result.wifi.ssid = *patch.wifi_ssid;
    }
    if (patch.wifi_password) result.wifi.password = *patch.wifi_password;
    if (patch.security_hosts) result.trusted_hosts = *patch.security_hosts;
    if (patch.security_origins) result.trusted_origins = *patch.security_origins;
    if (patch.security_public) result.public_access = *patch.security_public;
    return result;
}

void write(JsonWriter& json, const Settings& settings, Telling telling, const OtherMembers* others) {
    const bool all = telling == Telling::secrets;
    const auto has_others = [&](SettingsObject object) {
        return others != nullptr && others->kept.has(object, others->incoming);
    };
    const auto write_others = [&](SettingsObject object, bool with_secrets) {
        if (others != nullptr) others->kept.write(json, object, with_secrets, others->incoming);
    };
    json.begin_object().member("name", settings.name.view()).key("telemetry");
    json.begin_object().member("period_ms", settings.telemetry_period_ms);
    write_others(SettingsObject::telemetry, all);
    json.end_object();
    const bool has_network = !settings.wifi.ssid.empty() || has_others(SettingsObject::wifi);
    if (telling == Telling::network || (all && has_network)) {
        json.key("wifi").begin_object().member("ssid", settings.wifi.ssid.view());
        if (all) json.member("password", settings.wifi.password.view());
        // As the password that this version knows: one network's must not be shown to another.
        write_others(SettingsObject::wifi, all && (others == nullptr || others->same_network));
        json.end_object();
    }
    if (telling == Telling::viewer) {
        json.end_object();
        return;
    }
    // The first release takes no file with members that it does not know: they come in when they are needed.
    const bool has_security = !settings.trusted_hosts.texts().empty() ||
                              !settings.trusted_origins.texts().empty() ||
                              settings.public_access != protocol::PublicAccess::none;
    if (!all || has_security || has_others(SettingsObject::security)) {
        json.key("security").begin_object();
        write_list(json, "hosts", settings.trusted_hosts);
        write_list(json, "origins", settings.trusted_origins);
        if (!all || settings.public_access != protocol::PublicAccess::none)
            json.member("public", protocol::to_string(settings.public_access));
        write_others(SettingsObject::security, all);
        json.end_object();
    }
    write_others(SettingsObject::whole, all);
    json.end_object();
}

FixedString<64> etag_of(const Settings& settings) {
    std::array<char, known_settings_bytes_max> document;
    const auto size = encode(settings, Telling::network, nullptr, document);
    assert(size.has_value());
    std::array<char, 64> tag;
    TextWriter out(tag);
    out.append('"');
    out.append_number(hash({document.data(), *size}));
    out.append('"');
    return cut(out.view());
}

void SettingsStore::load(std::string_view default_name) {
    const auto name = protocol::cleaned_name(default_name);  // a port has it from somewhere, too
    settings_.name = cut(name.empty() ? "Boardwalk" : name.view());
    if (read_file()) return;
    keep_first();
}

/// False: there is no file, or no longer one.
bool SettingsStore::read_file() {
    std::size_t size = 0;
    const auto found = storage_.read(file_name, files_.memory(), size);
    if (found == Storage::Found::no) return false;
    std::optional<protocol::DecodeError> error = protocol::DecodeError{};  // unreadable is like no JSON
    if (found == Storage::Found::yes) error = take({files_.memory().data(), size});
    tell_kept();
    is_stored_ = !error;
    if (!error) return true;
    const bool is_json = error->kind != protocol::DecodeError::Kind::bad_json;
    log_.write(LogLevel::warning, {file_name, is_json ? ": " : " makes no sense", error->pointer.view(), " ",
                                   is_json ? error->detail.view() : ""});
    const auto kept = storage_.set_aside(file_name);
    if (kept.empty()) {
        log_.write(LogLevel::error, {file_name, " cannot be kept aside"});
        return true;
    }
    log_.write(LogLevel::warning,
               {file_name, " is kept as ", kept, is_json ? "; the rest holds" : "; the defaults hold"});
    return false;
}

/// Takes of the file's text what can be taken. Returns the first thing that cannot.
std::optional<protocol::DecodeError> SettingsStore::take(std::string_view document) {
    auto stored = protocol::decode_stored_settings(document);
    const bool is_json = !stored.error || stored.error->kind != protocol::DecodeError::Kind::bad_json;
    if (!is_json) return stored.error;
    settings_ = settings_.patched(stored.settings);
    if (stored.name_is_cleaned)
        log_.write(LogLevel::warning,
                   {"the stored name holds what no name may hold: it is \"", settings_.name, "\" now"});
    kept_.load(document);
    // What every file of ours has may be missing in this one, so that all together is longer.
    const OtherMembers others{kept_};
    if (!encode(settings_, Telling::secrets, &others, files_.memory())) {
        kept_.clear();
        return protocol::DecodeError{.kind = protocol::DecodeError::Kind::invalid,
                                     .pointer = {},
                                     .detail = protocol::fault_text("is longer than a board can store")};
    }
    return stored.error;
}

/// Logged at each start, so that after a roll-back the owner sees which settings are not in force.
void SettingsStore::tell_kept() {
    if (kept_.empty()) return;
    constexpr std::string_view front = "kept for the version that wrote them: ";
    std::array<char, limits::log_text_bytes_max - front.size()> memory;
    TextWriter names(memory);
    kept_.write_names(names);
    log_.write(LogLevel::warning, {front, names.view()});
}

/// The name of the first start is the board's name from then on, also when a later start does not repeat it.
void SettingsStore::keep_first() {
    const OtherMembers others{kept_};
    const auto size = encode(settings_, Telling::secrets, &others, files_.memory());
    is_stored_ = size && storage_.write(file_name, {files_.memory().data(), *size});
    if (!is_stored_) log_.write(LogLevel::error, {"the settings could not be stored"});
}

void SettingsStore::write_backup(JsonWriter& json) const {
    const OtherMembers others{kept_};
    json.begin_object()
        .member("format", protocol::SettingsBackup::format)
        .member("version", protocol::SettingsBackup::version)
        .key("settings");
    write(json, settings_, Telling::board, &others);
    json.end_object();
}

SettingsStore::Saving SettingsStore::save(const Settings& settings, std::string_view incoming,
                                          FileWriter::Done done, void* context) {
    const OtherMembers others{kept_, incoming, settings.wifi.ssid == settings_.wifi.ssid};
    const auto size = encode(settings, Telling::secrets, &others, files_.memory());
    if (!size) return Saving::too_large;
    if (is_stored_ && is_current({files_.memory().data(), *size})) return Saving::unchanged;
    next_ = settings;
    done_ = done;
    context_ = context;
    const auto written = [](void* self, FileWriter::Outcome outcome) {
        static_cast<SettingsStore*>(self)->written(outcome);
    };
    return files_.start(file_name, *size, written, this) ? Saving::started : Saving::no_worker;
}

/// Whether the text says what is in force.
bool SettingsStore::is_current(std::string_view document) const {
    std::array<char, limits::settings_bytes_max> memory;
    const OtherMembers others{kept_};
    const auto size = encode(settings_, Telling::secrets, &others, memory);
    return size && document == std::string_view(memory.data(), *size);
}

void SettingsStore::written(FileWriter::Outcome outcome) {
    using enum FileWriter::Outcome;
    if (outcome == overdue) {
        log_.write(LogLevel::error, {"the storage of settings does not answer"});
    } else if (is_stored_ = outcome == stored || outcome == stored_late; is_stored_) {
        ++revision_;
        if (settings_.name.view() != next_.name.view()) name_revision_ = revision_;
        settings_ = next_;
        const bool is_news = kept_.empty();
        kept_.load(files_.content());
        if (is_news) tell_kept();
    } else {
        log_.write_repeated(Notice::storage_failed, 0, LogLevel::error, {"the settings could not be stored"});
    }
    done_(context_, outcome);
}

}  // namespace boardwalk::app
