#include "firmware/app/workers_watch.hpp"

#include <array>
#include <string_view>

#include "firmware/core/text_writer.hpp"

namespace boardwalk::app {

void WorkersWatch::look(std::uint64_t now_ms) {
    next_ms_ = now_ms + limits::calm_period_ms;
    const auto usage = workers_.usage();
    if (usage.overdue == overdue_) return;
    const bool better = usage.overdue < overdue_;
    overdue_ = usage.overdue;
    std::array<char, limits::log_text_bytes_max> memory;
    TextWriter text(memory);
    struct {
        unsigned count;
        std::string_view before, one, many;
    } const parts[] = {{usage.overdue, "workers: ", " hangs", " hang"},
                       {usage.max, ", ", " is left", " are left"},
                       {usage.devices_max, ", ", " for devices", " for devices"}};
    for (const auto& part : parts) {
        text.append(part.before);
        text.append_number(part.count);
        text.append(part.count == 1 ? part.one : part.many);
    }
    log_.write_repeated(Notice::workers, 0, better ? LogLevel::info : LogLevel::warning, {text.view()});
}

}  // namespace boardwalk::app
