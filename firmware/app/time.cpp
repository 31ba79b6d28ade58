#include "firmware/app/time.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace boardwalk::app {

namespace {

/// `number` with leading zeros, as wide as `place` is.
void put(std::span<char> place, std::int64_t number) {
    for (auto digit = place.rbegin(); digit != place.rend(); ++digit) {
        *digit = static_cast<char>('0' + number % 10);
        number /= 10;
    }
}

}  // namespace

void write_time(JsonWriter& json, Time time) {
    using namespace std::chrono;
    if (!time) {
        json.null();
        return;
    }
    const sys_time<milliseconds> instant{milliseconds{*time}};
    const auto midnight = floor<days>(instant);
    const year_month_day date{midnight};
    const hh_mm_ss clock{instant - midnight};

    std::array<char, 24> text{};
    std::string_view("0000-00-00T00:00:00.000Z").copy(text.data(), text.size());
    const std::span<char> places(text);
    put(places.subspan(0, 4), static_cast<int>(date.year()));
    put(places.subspan(5, 2), static_cast<unsigned>(date.month()));
    put(places.subspan(8, 2), static_cast<unsigned>(date.day()));
    put(places.subspan(11, 2), clock.hours().count());
    put(places.subspan(14, 2), clock.minutes().count());
    put(places.subspan(17, 2), clock.seconds().count());
    put(places.subspan(20, 3), clock.subseconds().count());
    json.string({text.data(), text.size()});
}

}  // namespace boardwalk::app
