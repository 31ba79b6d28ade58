#include "firmware/app/model/state_document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace boardwalk::app {

namespace {

void write(JsonWriter& json, const Reading& reading) {
    const ReadingDescription& description = *reading.description;
    json.begin_object()
        .member("id", description.id)
        .member("name", description.name)
        .member("group", description.group)
        .member("kind", description.kind)
        .member("unit", description.unit);
    json.key("value").number(reading.value, description.decimals);
    json.key("min").number(description.min, description.decimals);
    json.key("max").number(description.max, description.decimals);
    json.member("decimals", description.decimals);
    json.member("status", protocol::to_string(reading.status));
    json.end_object();
}

/// min, max and step: only a level has them.
void write_bound(JsonWriter& json, std::string_view name, const OutputDescription& description,
                 double bound) {
    json.key(name);
    if (description.kind == OutputKind::level) {
        write_value(json, description, bound);
    } else {
        json.null();
    }
}

void write(JsonWriter& json, const Output& output) {
    const OutputDescription& description = *output.description;
    json.begin_object()
        .member("id", description.id)
        .member("name", description.name)
        .member("group", description.group)
        .member("kind", protocol::to_string(description.kind));
    json.key("value");
    write_value(json, description, output.value);
    json.member("unit", description.unit);
    write_bound(json, "min", description, description.min);
    write_bound(json, "max", description, description.max);
    write_bound(json, "step", description, description.step);
    json.key("options").begin_array();
    for (const std::string_view option : description.options)
        json.string(option);
    json.end_array().end_object();
}

}  // namespace

void write_value(JsonWriter& json, const OutputDescription& description, double value) {
    switch (description.kind) {
        case OutputKind::switch_:
        case OutputKind::button: json.boolean(value != 0); return;
        case OutputKind::choice: json.string(description.options[static_cast<std::size_t>(value)]); return;
        case OutputKind::level: {
            // Enough digits for the step, and no more: 40, 0.5, 0.25.
            int decimals = 0;
            while (decimals < 4 && round_to(description.step, decimals) != description.step)
                ++decimals;
            json.number(value, decimals);
            return;
        }
    }
}

StateDocument::StateDocument(const Model& model, const BootId& boot_id) : model_(model), boot_id_(boot_id) {}

bool StateDocument::encode(std::uint64_t uptime_ms, Time time) {
    TextWriter out({room_.data() + json_begins, limits::state_bytes_max});
    JsonWriter json(out);
    json.begin_object().member("seq", model_.seq()).member("boot_id", boot_id_.view()).key("time");
    write_time(json, time);
    json.member("uptime_ms", uptime_ms);
    json.key("readings").begin_array();
    for (const Reading& reading : model_.readings())
        write(json, reading);
    json.end_array().key("outputs").begin_array();
    for (const Output& output : model_.outputs())
        write(json, output);
    json.end_array().end_object();
    json_bytes_ = out.size();
    return !out.overflowed();
}

bool StateDocument::always_fits() {
    if (!encode(0, Time{0})) return false;
    // What is longer in the worst state than in this first one: seq and uptime with 20 digits for 1, and each
    // value.
    std::size_t longest = json_bytes_ + 2 * 20;
    for (const Reading& reading : model_.readings()) {
        constexpr std::size_t digits = 10;  // reading_magnitude_max
        longest += 2 + digits + static_cast<std::size_t>(reading.description->decimals);  // sign and point
    }
    for (const Output& output : model_.outputs()) {
        std::size_t value = 16;  // a level's
        for (const std::string_view option : output.description->options)
            value = std::max(value, option.size());
        longest += value;
    }
    return longest <= limits::state_bytes_max;
}

void StateDocument::update(std::uint64_t uptime_ms, Time time) {
    if (current()) return;
    seq_ = model_.seq();
    (void)encode(uptime_ms, time);  // fits: always_fits() was asked at start

    const std::size_t payload_bytes = frame_prefix.size() + json_bytes_ + 1;
    frame_prefix.copy(room_.data() + websocket::header_bytes_max, frame_prefix.size());
    room_[json_begins + json_bytes_] = '}';
    const std::size_t header_bytes = websocket::write_header(
        std::span(room_).first<websocket::header_bytes_max>(), websocket::Opcode::text, payload_bytes);
    frame_begins_ = websocket::header_bytes_max - header_bytes;
    frame_bytes_ = header_bytes + payload_bytes;

    std::array<char, 20> digits;
    const auto* const end = std::to_chars(digits.data(), digits.data() + digits.size(), seq_).ptr;
    etag_.clear();
    (void)(etag_.append("\"") && etag_.append(boot_id_.view()) && etag_.append("-") &&
           etag_.append({digits.data(), static_cast<std::size_t>(end - digits.data())}) &&
           etag_.append("\""));
}

}  // namespace boardwalk::app
