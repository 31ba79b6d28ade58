#include "firmware/app/model/history.hpp"

#include <cmath>

namespace boardwalk::app {

namespace {

constexpr std::int64_t none = -(std::int64_t{1} << 39);
static_assert(scaled_magnitude_max <= static_cast<double>(-none - 1), "every value but none");

}  // namespace

void History::reserve(std::size_t readings) {
    low_ = std::make_unique<std::array<std::uint32_t, limits::history_samples>[]>(readings);
    high_ = std::make_unique<std::array<std::int8_t, limits::history_samples>[]>(readings);
}

void History::push(std::uint64_t uptime_ms, std::span<const Reading> readings) {
    const std::size_t here = place(count_);
    moments_[here] = uptime_ms;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const double value = readings[i].value;
        const double scale = scale_of(readings[i].description->decimals);
        const std::int64_t scaled = std::isnan(value) ? none : std::llround(value * scale);
        low_[i][here] = static_cast<std::uint32_t>(scaled);
        high_[i][here] = static_cast<std::int8_t>(scaled >> 32);
    }
    ++count_;
}

/// As `JsonWriter::number` writes it.
void History::write_value(JsonWriter& json, std::size_t reading, std::uint64_t number, int decimals) const {
    const std::size_t here = place(number);
    const std::int64_t scaled =
        (std::int64_t{high_[reading][here]} * (std::int64_t{1} << 32)) + low_[reading][here];
    if (scaled == none) {
        json.null();
        return;
    }
    std::array<char, 40> text;
    TextWriter out(text);
    std::uint64_t whole = static_cast<std::uint64_t>(scaled < 0 ? -scaled : scaled);
    std::uint64_t unit = 1;
    for (int i = 0; i < decimals; ++i)
        unit *= 10;
    if (scaled < 0) out.append('-');
    out.append_number(whole / unit);
    if (decimals > 0) out.append('.');
    for (whole %= unit; unit > 1; whole %= unit) {
        unit /= 10;
        out.append(static_cast<char>('0' + whole / unit));
    }
    json.raw(out.view());
}

std::uint64_t History::after(std::uint64_t uptime_ms) const {
    // The moments rise with the numbers: halve the range until one is left.
    std::uint64_t low = first();
    std::uint64_t high = end();
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (this->uptime_ms(middle) > uptime_ms) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

}  // namespace boardwalk::app
