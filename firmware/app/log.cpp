#include "firmware/app/log.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "firmware/core/text_writer.hpp"
#include "shared/name_rule.hpp"

namespace boardwalk::app {

namespace {

/// The pieces as one text that can be shown anywhere, cut between characters.
std::string_view compose(Log::Pieces pieces, std::span<char> memory) {
    TextWriter out(memory);
    for (std::string_view piece : pieces) {
        while (!piece.empty()) {
            const auto character = protocol::first_character(piece);
            const auto bytes = std::max<std::size_t>(character.bytes, 1);
            const bool shows = character.bytes > 0 && !protocol::is_unseen(character.code);
            out.append(shows ? piece.substr(0, bytes) : std::string_view(character.bytes > 0 ? " " : "?"));
            if (out.overflowed()) return out.view();
            piece.remove_prefix(bytes);
        }
    }
    return out.view();
}

bool is_warning(const LogLine& line) { return line.level >= LogLevel::warning; }

}  // namespace

void Log::write(LogLevel level, Pieces pieces) {
    std::array<char, limits::log_text_bytes_max> memory;
    const auto text = compose(pieces, memory);
    keep(level, text);
    platform_.log(level, text);
}

void Log::keep(LogLevel level, std::string_view text) {
    LogLine& line = make_place();
    line.seq = ++newest_;
    line.time = platform_.utc_ms();
    line.uptime_ms = platform_.now_ms() - started_ms_;
    line.level = level;
    line.text = cut(text);
}

/// A free place, or that of the line which goes for the new one.
LogLine& Log::make_place() {
    const auto warnings = static_cast<std::size_t>(std::ranges::count_if(lines_, is_warning));
    const bool any = warnings > limits::log_warnings_kept;
    LogLine* oldest = nullptr;
    for (LogLine& line : lines_) {
        if (line.seq == 0) return line;
        if ((any || !is_warning(line)) && (oldest == nullptr || line.seq < oldest->seq)) oldest = &line;
    }
    return *oldest;
}

const LogLine* Log::after(std::uint64_t seq) const {
    const LogLine* next = nullptr;
    for (const LogLine& line : lines_) {
        if (line.seq > seq && (next == nullptr || line.seq < next->seq)) next = &line;
    }
    return next;
}

std::uint64_t Log::Repeat::due_ms() const {
    return std::min(last_ms + limits::log_repeat_ms, told_ms + limits::log_repeat_ms_max);
}

/// Its own, a free one, or that of the notice which was quiet for the longest time.
Log::Repeat& Log::repeat_of(Notice notice, std::uint8_t item) {
    Repeat* best = &repeats_[0];
    for (Repeat& repeat : repeats_) {
        if (repeat.used && repeat.notice == notice && repeat.item == item) return repeat;
        if (best->used && (!repeat.used || repeat.last_ms < best->last_ms)) best = &repeat;
    }
    if (best->used) tell(*best);
    *best = {.notice = notice, .item = item};
    return *best;
}

void Log::write_repeated(Notice notice, std::uint8_t item, LogLevel level, Pieces pieces) {
    Repeat& repeat = repeat_of(notice, item);
    const std::uint64_t now_ms = platform_.now_ms();
    const bool goes_on = repeat.used && now_ms < repeat.due_ms() && repeat.level == level;
    if (repeat.used && !goes_on) tell(repeat);
    repeat.level = level;
    repeat.last_ms = now_ms;
    if (goes_on) {
        std::array<char, limits::log_text_bytes_max> memory;
        repeat.text = cut(compose(pieces, memory));
        platform_.log(level, repeat.text);
        ++repeat.count;
        return;
    }
    repeat.used = any_repeat_ = true;
    repeat.count = 0;
    repeat.told_ms = now_ms;
    write(level, pieces);
}

void Log::tell(Repeat& repeat) {
    if (repeat.count == 0) return;
    std::array<char, limits::log_text_bytes_max> memory;
    std::array<char, 32> times_memory;
    TextWriter times(times_memory);
    if (repeat.count > 1) {
        times.append(" (the last of ");
        times.append_number(repeat.count);
        times.append(')');
    }
    keep(repeat.level, compose({repeat.text, times.view()}, memory));
    repeat.count = 0;
    repeat.told_ms = platform_.now_ms();
}

std::uint64_t Log::turn() {
    std::uint64_t next_ms = std::numeric_limits<std::uint64_t>::max();
    if (!std::exchange(any_repeat_, false)) return next_ms;
    const std::uint64_t now_ms = platform_.now_ms();
    for (Repeat& repeat : repeats_) {
        if (!repeat.used) continue;
        if (now_ms >= repeat.due_ms()) {
            // One that goes on stays open, so that what comes next is counted again.
            const bool is_over = now_ms >= repeat.last_ms + limits::log_repeat_ms || repeat.count == 0;
            tell(repeat);
            repeat.used = !is_over;
        }
        if (!repeat.used) continue;
        any_repeat_ = true;
        next_ms = std::min(next_ms, repeat.due_ms());
    }
    return next_ms;
}

void write(JsonWriter& json, const LogLine& line) {
    json.begin_object().member("seq", line.seq).key("time");
    write_time(json, line.time);
    json.member("uptime_ms", line.uptime_ms)
        .member("level", protocol::to_string(line.level))
        .member("text", line.text.view())
        .end_object();
}

}  // namespace boardwalk::app
