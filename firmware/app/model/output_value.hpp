#pragma once

#include <optional>

#include "firmware/app/model/device.hpp"
#include "firmware/core/text_writer.hpp"
#include "shared/output_value.hpp"

namespace boardwalk::app {

/// The model's number for a value that a client sent. Nothing when the output does not take it; `detail` then
/// says what it takes, in one sentence.
[[nodiscard]] std::optional<double> accept_value(const OutputDescription&, const protocol::OutputValue&,
                                                 TextWriter& detail);

}  // namespace boardwalk::app
