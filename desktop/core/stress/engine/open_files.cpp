#include "desktop/core/stress/engine/open_files.hpp"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

#include <algorithm>

namespace boardwalk::desktop {

void allowOpenFiles(int needed) {
#ifdef Q_OS_UNIX
    constexpr rlim_t inUse = 256;  // a window, its fonts, its other connections
    const rlim_t wanted = static_cast<rlim_t>(needed) + inUse;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    setrlimit(RLIMIT_NOFILE, &limit);
#else
    Q_UNUSED(needed);
#endif
}

}  // namespace boardwalk::desktop
