#pragma once

#include <cstdint>
#include <string>

namespace boardwalk::test {

/// Numbers that a seed tells, the same on every machine and with every library (SplitMix64).
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        auto z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    /// From `low` to `high`, both included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + next() % (high - low + 1); }
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(unsigned percent) { return below(100) < percent; }
    /// Another stream of numbers, so that what one client draws does not move the next one's.
    Random split() { return Random(next()); }

    std::string bytes(std::size_t count) {
        std::string text(count, '\0');
        for (auto& c : text)
            c = static_cast<char>(next());
        return text;
    }

private:
    std::uint64_t state_;
};

}  // namespace boardwalk::test
