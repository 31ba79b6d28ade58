#pragma once

#include "firmware/http/list_field.hpp"

namespace boardwalk::app {

/// What a client takes, in thousandths (RFC 9110 §12.5.3); 0: refused.
struct AcceptedCodings {
    unsigned gzip = 1;
    unsigned identity = 1000;
};
/// Without the field anything is taken, and identity is preferred: a client that does not speak of codings
/// may know none. An element with a weight that is none counts as not sent.
[[nodiscard]] AcceptedCodings accepted_codings(http::ListField accept_encoding);

/// True for a browser that shows what it gets: it names HTML, and JSON not or with less weight (RFC 9110
/// §12.5.1).
[[nodiscard]] bool prefers_html(http::ListField accept);

}  // namespace boardwalk::app
