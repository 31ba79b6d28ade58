#include "firmware/app/model/telemetry.hpp"

#include <algorithm>
#include <limits>

namespace boardwalk::app {

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
    for (Line& line : std::span(lines_).first(line_count_)) {
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
    if (now_ms >= due_ms_) {
        const bool late = tick_open_;
        if (late) end_tick(now_ms);  // those that are not late wait no longer
        bool started = false;
        for (Line& line : std::span(lines_).first(line_count_)) {
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
    const auto awaited = [](const Line& line) { return line.busy && line.in_tick; };
    if (tick_open_ && std::ranges::none_of(lines_, awaited)) end_tick(now_ms);
    return due_ms_;
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
    const bool is_immediate = line.device->is_immediate();
    if (!is_immediate && !workers_.submit(line)) {
        line.busy = false;
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
    line.device->sample(line.now_ms, std::span(line.outputs).first(line.output_count), values);
}

void Telemetry::finish(server::Job& job) {
    Line& line = static_cast<Line&>(job);
    Telemetry& self = *line.telemetry;
    line.busy = false;
    self.model_.take(line.first_reading, std::span(line.values).first(line.reading_count), line.now_ms);
    // Outside of a tick the values show at once: that is how an output's effect is seen without a wait.
    if (!line.in_tick) self.model_.advance(std::max(self.now_ms_, line.now_ms), self.stale_after_ms());
    if (line.again) self.start(line, std::max(self.now_ms_, line.now_ms));
}

}  // namespace boardwalk::app
