#pragma once

#include <array>
#include <span>

#include "tests/instructions/client.hpp"

namespace boardwalk::instructions {

/// One request, sent again and again over a connection that stays open, a thousand times a second.
struct Visit {
    std::string_view name;
    std::string_view request;
    std::string_view status;
    std::string_view body;  ///< empty for any
};

/// What a browser asks for the asset.
extern const Visit asset_visit;
/// What it asks when it has the asset already, and a script for the state.
extern const Visit unchanged_visit, state_visit;

/// Makes visits, one after the other. The first hundred requests of each are not measured: the congestion
/// window opens, buffers are taken for the first time.
class Visitor final : public TcpClient {
public:
    Visitor(Wire& wire, std::span<const Visit> visits) : TcpClient(wire, 50'000), visits_(visits) {}
    [[nodiscard]] bool finished() const { return visits_.empty(); }

private:
    void on_connected() override { wake_at(now_us()); }
    void on_text(std::string_view) override;
    void on_wake() override;
    void finish_visit();

    std::span<const Visit> visits_;
    AnswerReader answer_;
    unsigned answers_ = 0;
    std::uint64_t began_us_ = 0;
};

/// A browser's tab that shows the board's state as it changes.
class Follower final : public TcpClient {
public:
    using TcpClient::TcpClient;
    [[nodiscard]] bool follows() const { return messages_ > 0; }
    [[nodiscard]] unsigned messages() const { return messages_; }

private:
    void on_connected() override;
    void on_text(std::string_view) override;
    void take_message(std::string_view);

    AnswerReader answer_;
    bool upgraded_ = false;
    std::array<char, 4096> frame_{};
    std::size_t frame_bytes_ = 0;
    unsigned messages_ = 0;
};

/// Eight of them: measures ten seconds, in each of which the board tells its state once.
class Crowd final : public Timed {
public:
    explicit Crowd(Wire&);
    void start();
    [[nodiscard]] bool finished() const { return stage_ == Stage::finished; }

    [[nodiscard]] std::uint64_t due_us() const override { return due_us_; }
    void on_time() override;

private:
    enum class Stage : std::uint8_t { waiting, starting, measuring, finished };
    [[nodiscard]] unsigned messages() const;

    Wire& wire_;
    std::array<Follower, 8> followers_;
    Stage stage_ = Stage::waiting;
    std::uint64_t due_us_ = never;
    unsigned messages_before_ = 0;
};

}  // namespace boardwalk::instructions
