#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

namespace boardwalk::bench {

/// One thread, one epoll, one clock: what all clients of this bench run on.
class Loop {
public:
    using Handler = std::function<void(std::uint32_t events)>;

    Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    /// Monotonic, since this loop began.
    [[nodiscard]] std::int64_t now_us() const;
    void at(std::int64_t when_us, std::function<void()> what) { timers_.emplace(when_us, std::move(what)); }
    void after_ms(std::int64_t ms, std::function<void()> what) { at(now_us() + ms * 1'000, std::move(what)); }

    /// Edge-triggered, both directions, and the peer's end.
    void watch(int descriptor, Handler handler);
    void forget(int descriptor) { handlers_.erase(descriptor); }

    void run_until(std::int64_t end_us, const std::function<bool()>& done);

private:
    void run_due_timers();

    int poller_;
    std::int64_t began_us_;
    std::unordered_map<int, std::shared_ptr<Handler>> handlers_;
    std::multimap<std::int64_t, std::function<void()>> timers_;  // goes first: it may own what is watched
};

/// A non-blocking TCP socket that connects to a port of 127.0.0.1; `receive_bytes` > 0 keeps its window
/// small.
[[nodiscard]] int connect_to(std::uint16_t port, int receive_bytes = 0);
/// Closes with a reset in place of an orderly end.
void reset(int descriptor);

}  // namespace boardwalk::bench
