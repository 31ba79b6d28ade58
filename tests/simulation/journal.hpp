#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "tests/support/virtual_clock.hpp"

namespace boardwalk::simulation {

/// What happened: as one number, as lines on request, and the first thing that was wrong.
class Journal {
public:
    Journal(const test::VirtualClock& clock, std::FILE* trace) : clock_(clock), trace_(trace) {}

    /// `who` is the number of a link or a connection, `bytes` what was moved or said.
    void note(std::string_view what, std::uint64_t who, std::string_view bytes = {}) {
        mix(clock_.now_us());
        mix(who);
        mix(std::hash<std::string_view>{}(what));
        mix(std::hash<std::string_view>{}(bytes));
        if (trace_ != nullptr) print(what, who, bytes);
    }
    void fail(std::string what) {
        if (!failure_.empty()) return;
        failure_ = std::to_string(clock_.now_ms()) + " ms: " + std::move(what);
        note("FAILED", 0, failure_);
    }

    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] std::uint64_t digest() const { return digest_; }

private:
    void mix(std::uint64_t number) { digest_ = (digest_ ^ number) * 0x100000001b3 + (digest_ >> 29); }

    void print(std::string_view what, std::uint64_t who, std::string_view bytes) const {
        std::string shown;
        for (const char c : bytes.substr(0, 160))
            shown += c >= ' ' && c <= '~' ? c : '.';
        std::fprintf(trace_, "%10.3f ms  %-12.*s %4llu  %5zu  %s\n",
                     static_cast<double>(clock_.now_us()) / 1'000, static_cast<int>(what.size()), what.data(),
                     static_cast<unsigned long long>(who), bytes.size(), shown.c_str());
    }

    const test::VirtualClock& clock_;
    std::FILE* trace_;
    std::uint64_t digest_ = 0xcbf29ce484222325;
    std::string failure_;
};

}  // namespace boardwalk::simulation
