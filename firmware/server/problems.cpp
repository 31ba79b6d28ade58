#include "firmware/server/problems.hpp"

namespace boardwalk::server {

#define BOARDWALK_OVERLOAD_BODY                                            \
    R"({"type":"about:blank","title":"Service Unavailable","status":503,)" \
    R"("detail":"All of this board's connections are busy. Try again in two seconds.","code":"pool_exhausted"})"
namespace {
constexpr std::string_view overload =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Type: application/problem+json\r\n"
    "Content-Length: 168\r\n"
    "Cache-Control: no-store\r\n"
    "Retry-After: 2\r\n"
    "Connection: close\r\n"
    "\r\n" BOARDWALK_OVERLOAD_BODY;
}  // namespace
static_assert(sizeof(BOARDWALK_OVERLOAD_BODY) - 1 == 168, "Content-Length above");
#undef BOARDWALK_OVERLOAD_BODY

std::string_view overload_answer() { return overload; }

}  // namespace boardwalk::server
