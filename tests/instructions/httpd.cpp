#include <lwip/timeouts.h>

#include <algorithm>

#include "tests/instructions/visits.hpp"
#include "tests/instructions/wire.hpp"

extern "C" {
#include <lwip/apps/httpd.h>
}

/// lwIP's own HTTP server in the place of ours.
extern "C" int boardwalk_main();

int boardwalk_main() {
    using namespace boardwalk;
    static instructions::Wire wire;
    wire.start();
    httpd_init();
    static const std::array visits = {instructions::asset_visit};
    static instructions::Visitor visitor(wire, visits);
    visitor.connect();
    while (!visitor.finished()) {
        wire.exchange(sys_timeouts_sleeptime());
        sys_check_timeouts();
    }
    return 0;
}
