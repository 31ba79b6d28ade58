#include "firmware/app/model/output_value.hpp"

#include <cmath>

#include "firmware/app/model/state_document.hpp"

namespace boardwalk::app {

namespace {

bool is_step(const OutputDescription& level, double value) {
    const double steps = (value - level.min) / level.step;
    return std::abs(steps - std::round(steps)) < 1e-6;  // 0.1 is no multiple of itself in binary
}

std::optional<double> accept_level(const OutputDescription& level, const double* value, TextWriter& detail) {
    if (value != nullptr && *value >= level.min && *value <= level.max && is_step(level, *value))
        return *value;
    const auto number = [&](double bound) {
        JsonWriter json(detail);
        write_value(json, level, bound);
    };
    detail.append("A number from ");
    number(level.min);
    detail.append(" to ");
    number(level.max);
    detail.append(" in steps of ");
    number(level.step);
    detail.append(" is expected.");
    return std::nullopt;
}

std::optional<double> accept_choice(const OutputDescription& choice, const protocol::Choice* value,
                                    TextWriter& detail) {
    for (std::size_t i = 0; value != nullptr && i < choice.options.size(); ++i) {
        if (choice.options[i] == value->view()) return static_cast<double>(i);
    }
    detail.append("One of these is expected: ");
    for (std::size_t i = 0; i < choice.options.size(); ++i) {
        if (i > 0) detail.append(", ");
        detail.append(choice.options[i]);
    }
    detail.append('.');
    return std::nullopt;
}

}  // namespace

std::optional<double> accept_value(const OutputDescription& output, const protocol::OutputValue& value,
                                   TextWriter& detail) {
    const bool* boolean = std::get_if<bool>(&value);
    switch (output.kind) {
        case OutputKind::switch_:
            if (boolean != nullptr) return *boolean ? 1 : 0;
            detail.append("A switch takes true or false.");
            return std::nullopt;
        case OutputKind::button:
            if (boolean != nullptr && *boolean) return 1;
            detail.append("A button takes true only: it is pressed, never held.");
            return std::nullopt;
        case OutputKind::level: return accept_level(output, std::get_if<double>(&value), detail);
        case OutputKind::choice: return accept_choice(output, std::get_if<protocol::Choice>(&value), detail);
    }
    return std::nullopt;
}

}  // namespace boardwalk::app
