#include "desktop/core/stress/engine/pacer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace boardwalk::desktop {

Pacer::Pacer(std::chrono::steady_clock::time_point start, double ratePerS, std::function<void()> wake)
    : m_start(start), m_ratePerS(ratePerS), m_wake(std::move(wake)), m_thread([this] { loop(); }) {}

Pacer::~Pacer() {
    m_stop = true;
    m_thread.join();
}

long long Pacer::dueNs(double ratePerS, unsigned long long index) {
    const double seconds = static_cast<double>(index) / ratePerS;
    if (ratePerS > 1000) return std::llround(std::floor(seconds * 1000)) * 1'000'000;
    return std::llround(seconds * 1e9);
}

void Pacer::loop() {
    using namespace std::chrono;
    const double ticksPerS = std::min(m_ratePerS, 1000.0);
    for (unsigned long long tick = 0; !m_stop; ++tick) {
        const auto due = m_start + nanoseconds(dueNs(ticksPerS, tick));
        // A slow rate must not keep the end waiting.
        while (!m_stop && due - steady_clock::now() > milliseconds(50))
            std::this_thread::sleep_for(milliseconds(40));
        std::this_thread::sleep_until(due);
        if (!m_stop && !m_called.exchange(true)) m_wake();
    }
}

}  // namespace boardwalk::desktop
