#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/support/lwip/client.hpp"

namespace boardwalk::test {

/// What one client met.
struct Tally {
    std::uint32_t answered = 0;
    std::uint32_t posted = 0;              ///< among those, requests that act
    std::uint32_t told_to_come_again = 0;  ///< 503 and 408: nothing was acted on, it asked again
    std::uint32_t lost = 0;                ///< the connection ended or was reset with a request in flight
    std::uint32_t given_up = 0;            ///< no answer and no end: it hung up itself and asked again
    std::uint32_t never_connected = 0;
    bool operator==(const Tally&) const = default;
    Tally& operator+=(const Tally& other) {
        answered += other.answered;
        posted += other.posted;
        told_to_come_again += other.told_to_come_again;
        lost += other.lost;
        given_up += other.given_up;
        never_connected += other.never_connected;
        return *this;
    }
};

/// A client as browsers are: some connections at once, kept for the next request, and whatever a dying one
/// did not answer is asked again on another.
class Browser {
public:
    Browser(std::uint32_t seed, std::size_t sockets, std::size_t requests);

    /// Once a turn of the board's loop.
    void step(std::uint64_t now_us);
    [[nodiscard]] bool finished() const { return jobs_.empty() && in_flight_ == 0; }
    /// Goes: mostly in order, now and then not.
    void leave();

    [[nodiscard]] const Tally& tally() const { return tally_; }
    /// The first unexpected text that it received; empty when all was expected.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

private:
    struct Job {
        std::string request, expected;
    };
    struct Connection {
        std::unique_ptr<LwipClient> socket;
        std::string input;
        Job job;
        bool busy = false;
        std::uint64_t since_us = 0;  ///< the connecting, or the asking, began
    };

    [[nodiscard]] Job make_job();
    void ask(Connection&, std::uint64_t now_us);
    void give_back(Connection&);
    /// Returns false when the connection must not be used again.
    [[nodiscard]] bool take_answer(Connection&, std::uint64_t now_us);
    [[nodiscard]] bool is_usable(Connection&, std::uint64_t now_us);

    std::mt19937 random_;
    std::size_t sockets_;
    std::deque<Job> jobs_;
    std::vector<Connection> connections_;
    std::size_t in_flight_ = 0;
    std::uint64_t not_before_us_ = 0;
    Tally tally_;
    std::string complaint_;
};

}  // namespace boardwalk::test
