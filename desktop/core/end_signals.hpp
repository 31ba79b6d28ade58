#pragma once

#include <functional>

class QObject;

namespace boardwalk::desktop {

/// Calls `end` in the event loop, once, when SIGTERM, SIGINT or SIGHUP comes; the next such signal ends the
/// process at once. `owner` bounds the life of what listens. Once a process.
void onEndSignal(QObject* owner, std::function<void()> end);

}  // namespace boardwalk::desktop
