#pragma once

#include "firmware/http/list_field.hpp"

namespace boardwalk::app {

/// What a client takes, in thousandths (RFC 9110 §12.5.3); 0: refused.
struct AcceptedCodings {
    unsigned gzip = 1000;
    unsigned identity = 1;
};
/// Without the field gzip is preferred: that is how assets are stored. An element with a weight that is none
/// counts as not sent.
[[nodiscard]] AcceptedCodings accepted_codings(http::ListField accept_encoding);

}  // namespace boardwalk::app
