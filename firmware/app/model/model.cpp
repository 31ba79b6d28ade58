#include "firmware/app/model/model.hpp"

#include <algorithm>

namespace boardwalk::app {

namespace {

bool is_id(std::string_view id) {
    constexpr auto is_id_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    };
    return !id.empty() && id.size() <= limits::id_bytes_max && std::ranges::all_of(id, is_id_character);
}

template <typename Item>
const Item* find(std::span<const Item> items, std::string_view id) {
    const auto found =
        std::ranges::find_if(items, [id](const Item& item) { return item.description->id == id; });
    return found == items.end() ? nullptr : &*found;
}

ReadingStatus status_of(const Reading& reading, std::uint64_t now_ms, std::uint64_t stale_after_ms) {
    if (reading.failed) return ReadingStatus::fault;
    if (!reading.sampled || now_ms - reading.sampled_ms > stale_after_ms + reading.rest_ms)
        return ReadingStatus::stale;
    return std::isnan(reading.value) ? ReadingStatus::fault : ReadingStatus::ok;
}

}  // namespace

double round_to(double value, int decimals) {
    if (decimals == 0) return std::round(value) + 0.0;
    const double scale = scale_of(decimals);
    return std::round(value * scale) / scale + 0.0;  // -0 + 0 is 0
}

bool Model::add(const Device& device) {
    for (const auto& description : device.readings()) {
        if (reading_count_ == readings_.size() || !is_id(description.id) || find_reading(description.id))
            return false;
        auto& reading = readings_[reading_count_++];
        reading.description = &description;
        reading.rest_ms = device.rest_ms();
    }
    for (const auto& description : device.outputs()) {
        if (output_count_ == outputs_.size() || !is_id(description.id) || find_output(description.id))
            return false;
        if (description.kind == OutputKind::choice && description.options.empty()) return false;
        outputs_[output_count_++] = {&description, description.initial};
    }
    return true;
}

const Reading* Model::find_reading(std::string_view id) const { return find(readings(), id); }
const Output* Model::find_output(std::string_view id) const { return find(outputs(), id); }

void Model::take(std::size_t first, std::span<const double> values, std::uint64_t now_ms) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        Reading& reading = readings_[first + i];
        const double scale = scale_of(reading.description->decimals);
        const bool usable = std::abs(values[i]) < reading_magnitude_max &&  // false for NaN too
                            std::abs(values[i]) * scale <= scaled_magnitude_max;
        const double value = usable ? round_to(values[i], reading.description->decimals)
                                    : std::numeric_limits<double>::quiet_NaN();
        reading.next_value = value;
        reading.sampled = true;
        reading.failed = false;
        reading.sampled_ms = now_ms;
    }
}

void Model::fail(std::size_t first, std::size_t count) {
    for (Reading& reading : std::span(readings_).subspan(first, count)) {
        reading.next_value = std::numeric_limits<double>::quiet_NaN();
        reading.failed = true;
    }
}

void Model::set(const Output& output, double value) {
    Output& own = outputs_[static_cast<std::size_t>(&output - outputs_.data())];
    own.value = value;
    own.changed_seq = seq_ + 1;
}

void Model::advance(std::uint64_t now_ms, std::uint64_t stale_after_ms) {
    ++seq_;
    changed_ms_ = now_ms;
    for (Reading& reading : std::span(readings_).first(reading_count_)) {
        const bool both_none = std::isnan(reading.next_value) && std::isnan(reading.value);
        if (reading.next_value != reading.value && !both_none) {
            reading.value = reading.next_value;
            reading.changed_seq = seq_;
        }
        const ReadingStatus status = status_of(reading, now_ms, stale_after_ms);
        if (status != reading.status) status_changed_seq_ = seq_;
        reading.status = status;
    }
}

}  // namespace boardwalk::app
