#include "firmware/app/settings/kept_members.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/core/json_members.hpp"
#include "shared/requests.hpp"

namespace boardwalk::app {

namespace {

constexpr std::array<std::string_view, 4> object_names{"", "telemetry", "wifi", "security"};

std::string_view name_of(SettingsObject object) { return object_names[static_cast<std::size_t>(object)]; }

/// RFC 8259 §7: a name may be written with escapes, also that of a member which this version knows. What no
/// known name has becomes a question mark, which none has either.
void append_plain(TextWriter& out, std::string_view name) {
    for (std::size_t at = 0; at < name.size(); ++at) {
        const bool is_ascii_escape = name.substr(at, 4) == "\\u00" && at + 6 <= name.size();
        if (is_ascii_escape) {
            constexpr std::string_view hex = "0123456789abcdef";
            const auto digit = [&](std::size_t place) {
                return hex.find(static_cast<char>(name[place] | 0x20));  // digits have this bit already
            };
            const auto code = digit(at + 4) * 16 + digit(at + 5);
            out.append(code < 0x7f ? static_cast<char>(code) : '?');
            at += 5;
        } else {
            out.append(name[at]);
        }
    }
}

bool is_known(SettingsObject object, std::string_view name) {
    std::array<char, 80> memory;
    TextWriter pointer(memory);
    if (object != SettingsObject::whole) {
        pointer.append('/');
        pointer.append(name_of(object));
    }
    pointer.append('/');
    const auto begin = pointer.size();
    append_plain(pointer, name);
    const bool is_one_step = pointer.view().substr(begin).find('/') == std::string_view::npos;
    return is_one_step && !pointer.overflowed() && protocol::is_setting(pointer.view());
}

template <typename Take>
void for_each_unknown_in(std::string_view text, SettingsObject object, Take& take) {
    JsonMembers members(text);
    for (JsonMembers::Member member; members.next(member);) {
        if (!is_known(object, member.name)) {
            take(object, member);
        } else if (object == SettingsObject::whole && member.value.starts_with('{')) {
            std::array<char, 32> memory;
            TextWriter name(memory);
            append_plain(name, member.name);
            const auto found = std::ranges::find(object_names, name.view());
            if (found == object_names.end()) continue;
            for_each_unknown_in(member.value, static_cast<SettingsObject>(found - object_names.begin()),
                                take);
        }
    }
}

template <typename Take>
void for_each_unknown(std::string_view document, Take take) {
    for_each_unknown_in(document, SettingsObject::whole, take);
}

bool holds_secret(std::string_view text) { return text.find("\"password\"") != std::string_view::npos; }

}  // namespace

void KeptMembers::load(std::string_view document) {
    size_ = 0;
    for_each_unknown(document, [this](SettingsObject object, const JsonMembers::Member& member) {
        assert(size_ + 1 + member.text.size() <= text_.size());  // its comma or brace was as long as our byte
        text_[size_++] = static_cast<char>(static_cast<char>(object) + 1);
        size_ += member.text.copy(text_.data() + size_, text_.size() - size_);
    });
}

bool KeptMembers::next(std::size_t& at, Entry& entry) const {
    if (at == size_) return false;
    const auto is_object = [](char c) { return c > 0 && c <= static_cast<char>(object_names.size()); };
    const auto* const begin = text_.data() + at;
    const auto* const end = std::find_if(begin + 1, text_.data() + size_, is_object);
    entry.object = static_cast<SettingsObject>(*begin - 1);
    entry.text = {begin + 1, static_cast<std::size_t>(end - begin - 1)};
    at = static_cast<std::size_t>(end - text_.data());
    return true;
}

bool KeptMembers::has(SettingsObject object, std::string_view incoming) const {
    bool found = false;
    std::size_t at = 0;
    for (Entry entry{}; next(at, entry);)
        found |= entry.object == object;
    for_each_unknown(incoming,
                     [&](SettingsObject other, const JsonMembers::Member&) { found |= other == object; });
    return found;
}

void KeptMembers::write(JsonWriter& json, SettingsObject object, bool secrets,
                        std::string_view incoming) const {
    std::size_t at = 0;
    for (Entry entry{}; next(at, entry);) {
        if (entry.object != object || (!secrets && holds_secret(entry.text))) continue;
        bool replaced = false;
        for_each_unknown(incoming, [&](SettingsObject other, const JsonMembers::Member& member) {
            replaced |= other == object && member.name == JsonMembers::name_of(entry.text);
        });
        if (!replaced) json.raw(entry.text);
    }
    for_each_unknown(incoming, [&](SettingsObject other, const JsonMembers::Member& member) {
        if (other == object) json.raw(member.text);
    });
}

void KeptMembers::write_names(TextWriter& out) const {
    constexpr std::string_view more = ", …";
    std::size_t at = 0;
    for (Entry entry{}; next(at, entry);) {
        const auto before = out.size();
        if (before > 0) out.append(", ");
        if (entry.object != SettingsObject::whole) {
            out.append(name_of(entry.object));
            out.append('/');
        }
        out.append(JsonMembers::name_of(entry.text));
        if (!out.overflowed() && out.room() >= more.size()) continue;
        out.truncate(before);
        return out.append(before > 0 ? more : more.substr(2));
    }
}

}  // namespace boardwalk::app
