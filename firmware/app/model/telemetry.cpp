#include "firmware/app/model/telemetry.hpp"

#include <algorithm>
#include <limits>

#include "firmware/core/text_writer.hpp"

namespace boardwalk::app {

namespace {

/// The low bits of a moment, and never 0.
std::uint32_t low_bits(std::uint64_t ms) {
    const auto low = static_cast<std::uint32_t>(ms);
    return low == 0 ? ~std::uint32_t{0} : low;
}

/// 0 also when `began`, which another thread took, is later than `now_ms`.
std::uint32_t ms_since(std::uint32_t began, std::uint64_t now_ms) {
    const std::uint32_t ms = static_cast<std::uint32_t>(now_ms) - began;
    return ms >> 31U == 0 ? ms : 0;
}

}  // namespace

bool Telemetry::add(Device& device) {
    if (line_count_ == lines_.size()) return false;
    Line& line = lines_[line_count_];
    line.first_reading = model_.readings().size();
    line.first_output = model_.outputs().size();
    if (!model_.add(device)) return false;
    line.reading_count = model_.readings().size() - line.first_reading;
    line.output_count = model_.outputs().size() - line.first_output;
    line.Job::run = &Telemetry::run;
    line.Job::finish = &Telemetry::finish;
    line.telemetry = this;
    line.Job::kind = server::JobKind::device;
    line.Job::time_ms_max = device.deadline_ms();
    line.device = &device;
    ++line_count_;
    return true;
}

void Telemetry::set_period(std::uint32_t period_ms, std::uint64_t now_ms) {
    if (period_ms == period_ms_) return;
    period_ms_ = period_ms;
    due_ms_ = now_ms;
}

void Telemetry::set_output(const Output& output, double value, std::uint64_t now_ms) {
    now_ms_ = now_ms;
    const auto index = static_cast<std::size_t>(&output - model_.outputs().data());
    if (output.description->kind == OutputKind::button) {
        ++presses_[index];
    } else {
        model_.set(output, value);
    }
    model_.advance(now_ms, stale_after_ms());
    for (Line& line : lines()) {
        if (index < line.first_output || index >= line.first_output + line.output_count) continue;
        // With all workers' places taken, the next tick tells the device.
        if (line.busy) {
            line.again = true;
        } else {
            start(line, now_ms);
        }
    }
}

std::uint64_t Telemetry::turn(std::uint64_t now_ms) {
    now_ms_ = now_ms;
    if (busy_count_ > 0) (void)look_for_late(now_ms);
    if (now_ms >= due_ms_) {
        const bool late = tick_open_;
        if (late) end_tick(now_ms);  // those that are not late wait no longer
        bool started = false;
        for (Line& line : lines()) {
            if (line.busy || now_ms < line.rests_until_ms) continue;
            line.in_tick = true;
            line.in_tick = start(line, now_ms);
            started |= line.in_tick;
        }
        // Without any device that could be asked it still is a tick: that is how readings become stale.
        tick_open_ = started || !late;
        // Whole periods from the first tick on, unless one was missed altogether.
        due_ms_ += period_ms_;
        if (due_ms_ <= now_ms) due_ms_ = now_ms + period_ms_;
    }
    const auto awaited = [](const Line& line) { return line.busy && line.in_tick && !line.late_since_ms; };
    if (tick_open_ && std::ranges::none_of(lines_, awaited)) end_tick(now_ms);
    return busy_count_ == 0 ? due_ms_ : std::min(due_ms_, look_for_late(now_ms));
}

/// Returns when to look again. A line that waits for a worker is not late: when it begins is not known, so it
/// is looked at four times a deadline.
std::uint64_t Telemetry::look_for_late(std::uint64_t now_ms) {
    auto next_ms = std::numeric_limits<std::uint64_t>::max();
    bool news = false;
    for (Line& line : lines()) {
        if (!line.busy || line.late_since_ms) continue;
        const std::uint32_t deadline_ms = line.device->deadline_ms();
        const std::uint32_t began = line.began.load(std::memory_order_relaxed);
        const std::uint32_t ran_ms = began == 0 ? 0 : ms_since(began, now_ms);
        if (ran_ms > deadline_ms) {
            set_late(line, now_ms - ran_ms);
            news |= !line.in_tick;
        } else {
            next_ms = std::min(next_ms, now_ms + (began == 0 ? deadline_ms / 4 : deadline_ms - ran_ms) + 1);
        }
    }
    if (news) model_.advance(now_ms, stale_after_ms());
    return next_ms;
}

void Telemetry::set_late(Line& line, std::uint64_t since_ms) {
    line.late_since_ms = since_ms;
    model_.fail(line.first_reading, line.reading_count);
    tell(LogLevel::warning, "no answer since uptime ", since_ms - std::min(since_ms, started_ms_), line);
}

void Telemetry::set_in_time(Line& line) {
    const std::uint64_t since_ms = *line.late_since_ms;
    line.late_since_ms.reset();
    tell(LogLevel::info, "answers again after ", line.now_ms - std::min(line.now_ms, since_ms), line);
}

void Telemetry::tell(LogLevel level, std::string_view what, std::uint64_t ms, const Line& line) {
    std::array<char, limits::log_text_bytes_max> memory;
    TextWriter text(memory);
    text.append("device: ");
    text.append(what);
    text.append_fixed(static_cast<double>(ms) / 1'000, 1);
    text.append(" s:");
    for (std::size_t i = 0; i < line.reading_count + line.output_count; ++i) {
        text.append(' ');
        text.append(i < line.reading_count
                        ? model_.readings()[line.first_reading + i].description->id
                        : model_.outputs()[line.first_output + i - line.reading_count].description->id);
    }
    const auto index = static_cast<std::uint8_t>(&line - lines_.data());
    log_.write_repeated(Notice::device, index, level, {text.view()});
}

void Telemetry::end_tick(std::uint64_t now_ms) {
    tick_open_ = false;
    for (Line& line : lines_)
        line.in_tick = false;
    model_.advance(now_ms, stale_after_ms());
    history_.push(now_ms - started_ms_, model_.readings());
}

bool Telemetry::start(Line& line, std::uint64_t now_ms) {
    line.now_ms = now_ms;
    line.again = false;
    for (std::size_t i = 0; i < line.output_count; ++i) {
        const std::size_t index = line.first_output + i;
        const Output& output = model_.outputs()[index];
        const bool button = output.description->kind == OutputKind::button;
        line.outputs[i] = button ? static_cast<double>(presses_[index]) : output.value;
    }
    line.busy = true;
    ++busy_count_;
    const bool is_immediate = line.device->is_immediate();
    if (!is_immediate && !workers_.submit(line)) {
        line.busy = false;
        --busy_count_;
        return false;
    }
    line.rests_until_ms = now_ms + line.device->rest_ms();
    for (std::size_t i = 0; i < line.output_count; ++i)
        presses_[line.first_output + i] = 0;
    if (is_immediate) {
        run(line);
        finish(line);
    }
    return true;
}

void Telemetry::run(server::Job& job) {
    Line& line = static_cast<Line&>(job);
    const auto values = std::span(line.values).first(line.reading_count);
    std::ranges::fill(values, std::numeric_limits<double>::quiet_NaN());
    const Platform& clock = line.telemetry->platform_;
    const std::uint32_t began = low_bits(clock.now_ms());
    line.began.store(began, std::memory_order_relaxed);
    line.device->sample(line.now_ms, std::span(line.outputs).first(line.output_count), values);
    line.took_ms = ms_since(began, clock.now_ms());
    line.began.store(0, std::memory_order_relaxed);
}

void Telemetry::finish(server::Job& job) {
    Line& line = static_cast<Line&>(job);
    Telemetry& self = *line.telemetry;
    line.busy = false;
    --self.busy_count_;
    if (line.took_ms > line.device->deadline_ms()) {
        // On workers without threads this is the first moment to notice it.
        if (!line.late_since_ms) self.set_late(line, self.platform_.now_ms() - line.took_ms);
        line.rests_until_ms = 0;
    } else {
        if (line.late_since_ms) self.set_in_time(line);
        self.model_.take(line.first_reading, std::span(line.values).first(line.reading_count), line.now_ms);
    }
    // Outside of a tick the values show at once: that is how an output's effect is seen without a wait.
    if (!line.in_tick) self.model_.advance(std::max(self.now_ms_, line.now_ms), self.stale_after_ms());
    if (line.again) self.start(line, std::max(self.now_ms_, line.now_ms));
}

}  // namespace boardwalk::app
