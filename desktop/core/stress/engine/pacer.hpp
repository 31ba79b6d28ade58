#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

namespace boardwalk::desktop {

/// The clock of a fixed rate: when each request falls due. A timer of Qt wakes up to 1 ms late, which would
/// be counted as the board's latency, so a thread of its own sleeps until each due time.
class Pacer {
public:
    /// `wake` is called on the pacer's thread; the next call waits until awake() was said.
    Pacer(std::chrono::steady_clock::time_point start, double ratePerS, std::function<void()> wake);
    ~Pacer();
    Pacer(const Pacer&) = delete;
    Pacer& operator=(const Pacer&) = delete;

    /// When request `index` falls due, in ns from the start. Above 1000 a second they come in groups, one
    /// group each millisecond, because a sleep is not finer than that.
    [[nodiscard]] static long long dueNs(double ratePerS, unsigned long long index);
    /// To be called when a wake-up is being served.
    void awake() { m_called.store(false); }

private:
    void loop();

    std::chrono::steady_clock::time_point m_start;
    double m_ratePerS;
    std::function<void()> m_wake;
    std::atomic<bool> m_called{false};
    std::atomic<bool> m_stop{false};
    std::thread m_thread;
};

}  // namespace boardwalk::desktop
