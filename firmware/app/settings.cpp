#include "firmware/app/settings.hpp"

#include <cassert>
#include <span>

namespace boardwalk::app {

namespace {

constexpr std::string_view file_name = "settings.json";

std::size_t encode(const Settings& settings, Telling telling, std::span<char> memory) {
    TextWriter out(memory);
    JsonWriter json(out);
    write(json, settings, telling);
    assert(!out.overflowed());
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
    if (patch.name) result.name = patch.name->view();
    if (patch.telemetry_period_ms) result.telemetry_period_ms = *patch.telemetry_period_ms;
    if (patch.wifi_ssid) {
        // One network's password must not be shown to another.
        if (!(result.wifi.ssid == patch.wifi_ssid->view())) result.wifi.password.clear();
        result.wifi.ssid = patch.wifi_ssid->view();
    }
    if (patch.wifi_password) result.wifi.password = patch.wifi_password->view();
    if (patch.trusted_hosts) result.trusted_hosts = *patch.trusted_hosts;
    if (patch.trusted_origins) result.trusted_origins = *patch.trusted_origins;
    return result;
}

void write(JsonWriter& json, const Settings& settings, Telling telling) {
    json.begin_object().member("name", settings.name.view()).key("telemetry");
    json.begin_object().member("period_ms", settings.telemetry_period_ms).end_object();
    const bool has_network = !settings.wifi.ssid.empty();
    if (telling == Telling::network || (telling == Telling::secrets && has_network)) {
        json.key("wifi").begin_object().member("ssid", settings.wifi.ssid.view());
        if (telling == Telling::secrets) json.member("password", settings.wifi.password.view());
        json.end_object();
    }
    json.key("security").begin_object();
    write_list(json, "hosts", settings.trusted_hosts);
    write_list(json, "origins", settings.trusted_origins);
    json.end_object().end_object();
}

FixedString<64> etag_of(const Settings& settings) {
    std::array<char, known_settings_bytes_max> document;
    std::array<char, 64> tag;
    TextWriter out(tag);
    out.append('"');
    out.append_number(hash({document.data(), encode(settings, Telling::network, document)}));
    out.append('"');
    return FixedString<64>(out.view());
}

void SettingsStore::load(std::string_view default_name) {
    settings_.name = default_name;
    std::array<char, limits::settings_bytes_max> memory;
    std::size_t size = 0;
    const auto found = storage_.read(file_name, memory, size);
    if (found == Storage::Found::no) return keep_first();
    if (found == Storage::Found::yes) {
        const auto patch = protocol::decode_settings_patch({memory.data(), size});
        if (patch) {
            settings_ = settings_.patched(patch.value());
            return;
        }
    }
    const auto kept = storage_.set_aside(file_name);
    if (kept.empty()) {
        log_.write(LogLevel::error, {file_name, " cannot be read, nor kept aside; the defaults hold"});
    } else {
        log_.write(LogLevel::warning,
                   {file_name, " made no sense: it is kept as ", kept, "; the defaults hold"});
        keep_first();
    }
}

/// The name of the first start is the board's name from then on, also when a later start does not repeat it.
void SettingsStore::keep_first() {
    std::array<char, known_settings_bytes_max> document;
    if (!storage_.write(file_name, {document.data(), encode(settings_, Telling::secrets, document)})) {
        log_.write(LogLevel::error, {"the settings could not be stored"});
    }
}

bool SettingsStore::save(const Settings& settings, Done done, void* context) {
    save_.Job::run = &SettingsStore::run;
    save_.Job::finish = &SettingsStore::finish;
    save_.store = this;
    save_.settings = settings;
    save_.document_bytes = encode(settings, Telling::secrets, save_.document);
    save_.done = done;
    save_.context = context;
    saving_ = true;
    if (workers_.submit(save_)) return true;
    saving_ = false;
    return false;
}

void SettingsStore::run(server::Job& job) {
    Save& save = static_cast<Save&>(job);
    save.stored = save.store->storage_.write(file_name, {save.document.data(), save.document_bytes});
}

void SettingsStore::finish(server::Job& job) {
    Save& save = static_cast<Save&>(job);
    SettingsStore& self = *save.store;
    self.saving_ = false;
    if (save.stored) {
        self.settings_ = save.settings;
    } else {
        self.log_.write(LogLevel::error, {"the settings could not be stored"});
    }
    save.done(save.context, save.stored);
}

}  // namespace boardwalk::app
