#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/client.hpp"

/// Clients that cost a board more than they should, by malice or by a bad way to it.
namespace boardwalk::simulation {

/// Reads what it asked for in small sips. Above the minimum rate it gets all of it, even while others wait.
class SlowReader final : public Client {
public:
    SlowReader(Context& context, test::Random random, const test::LinkConditions& way, std::size_t sip_bytes,
               std::uint32_t every_ms, std::vector<std::string> paths = {})
        : Client(context, random, way),
          sip_bytes_(sip_bytes),
          every_ms_(every_ms),
          paths_(std::move(paths)) {}
    void begin() override;
    [[nodiscard]] std::string_view kind() const override { return "slow reader"; }

private:
    void draw_paths(std::size_t first);
    void sip();
    std::size_t sip_bytes_;
    std::uint32_t every_ms_;
    std::vector<std::string> paths_;  ///< what it asks for; empty to draw one
};

/// Sends a request byte by byte, its head or its body; or stops within.
class SlowSender final : public Client {
public:
    SlowSender(Context& context, test::Random random, const test::LinkConditions& way, std::uint32_t every_ms)
        : Client(context, random, way), every_ms_(every_ms) {}
    void begin() override;
    [[nodiscard]] std::string_view kind() const override { return "slow sender"; }

private:
    void send_next();
    std::uint32_t every_ms_;
    std::string text_;
    std::size_t sent_ = 0, stops_at_ = 0;
};

/// Sends many requests ahead, in pieces of any size. Answers come whole and in order.
class Pipeliner final : public Client {
public:
    using Client::Client;
    void begin() override;
    [[nodiscard]] std::string_view kind() const override { return "pipeliner"; }
};

/// Says what is no request. It is told so, or the connection ends; it never keeps one for long.
class Babbler final : public Client {
public:
    using Client::Client;
    void begin() override;
    [[nodiscard]] std::string_view kind() const override { return "babbler"; }

private:
    [[nodiscard]] std::string babble();
};

/// Goes at any byte of what it sends or gets, in any way.
class Deserter final : public Client {
public:
    using Client::Client;
    void begin() override;
    [[nodiscard]] std::string_view kind() const override { return "deserter"; }

private:
    void desert();
    int times_ = 0;
};

/// Asks, says that it has finished, and waits: it gets its answers all the same.
class HalfCloser final : public Client {
public:
    using Client::Client;
    void begin() override;
    [[nodiscard]] bool finished() const override { return finished_; }
    [[nodiscard]] std::string_view kind() const override { return "half-closer"; }

private:
    bool finished_ = false;
};

/// Opens connections and says nothing.
class SilentOne final : public Client {
public:
    using Client::Client;
    void begin() override;
    void leave() override;
    [[nodiscard]] std::string_view kind() const override { return "silent one"; }
};

}  // namespace boardwalk::simulation
