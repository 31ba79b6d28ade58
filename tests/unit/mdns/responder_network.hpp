#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "firmware/stacks/mdns/responder.hpp"
#include "tests/support/mdns/message.hpp"

/// The board's responder on a clock that the test moves, and among responders that hear each other.
namespace boardwalk::test::mdns {

using namespace ports::mdns;

inline const Name board_type = name_of({"_boardwalk", "_tcp", "local"});
inline const Name services = name_of({"_services", "_dns-sd", "_udp", "local"});
inline const std::string here = "\x7f\1\1\1";
inline constexpr unsigned lo = 1;

inline Service service(std::string_view name, std::string_view id = "0123456789ab",
                       std::uint16_t port = 8'080) {
    return {.name = cut(name),
            .id = cut(id),
            .mac = "02:23:45:67:89:ab",
            .model = "virtual",
            .firmware = "0.1.0",
            .port = port};
}

inline bool is_probe(const Message& message) {
    return (message.flags & flag_response) == 0 && !message.authorities.empty();
}

inline const Record* find(const std::vector<Record>& records, std::uint16_t type, const Name& name = {}) {
    for (const auto& record : records) {
        if (record.type == type && (name.empty() || record.name == name)) return &record;
    }
    return nullptr;
}

inline std::string first_label(const Name& name) {
    return name.substr(1, static_cast<unsigned char>(name[0]));
}

/// A board, with memory for one link.
struct Board {
    Board(const Service& service, std::uint32_t seed) : responder(service, seed, places) {}
    std::array<Responder::Place, 1> places;
    Responder responder;
};

struct Answer {
    Endpoint to;
    std::string packet;
};

/// A network on which every packet is heard by all boards, its sender included.
class Network final : public Outlet {
public:
    explicit Network(std::initializer_list<std::pair<Service, std::uint32_t>> boards) {
        for (const auto& [service, seed] : boards)
            add(service, seed);
    }
    void add(const Service& service, std::uint32_t seed) {
        const Link link{.index = lo, .address = cut(here)};
        boards_.push_back(std::make_unique<Board>(service, seed));
        boards_.back()->responder.set_links(std::span(&link, 1), now_ms_);
    }

    /// What was said until then, in order.
    std::vector<Message> run_until(std::uint64_t end_ms) {
        said_.clear();
        deliver();
        while (true) {
            auto due = Responder::never;
            for (const auto& each : boards_)
                due = std::min(due, each->responder.due_ms());
            if (due > end_ms) break;
            now_ms_ = std::max(now_ms_, due);
            for (auto& each : boards_)
                each->responder.turn(now_ms_, *this);
            deliver();
        }
        now_ms_ = end_ms;
        return said_;
    }

    void say(const Message& message, Endpoint from = {.address = 0x7f000001}) { say(encode(message), from); }
    void say(std::string_view packet, Endpoint from = {.address = 0x7f000001}) {
        for (auto& each : boards_)
            each->responder.receive(packet, lo, from, now_ms_, *this);
        deliver();
    }

    Responder& operator[](std::size_t i) { return boards_[i]->responder; }
    [[nodiscard]] std::uint64_t now_ms() const { return now_ms_; }
    [[nodiscard]] const std::vector<Answer>& unicast() const { return unicast_; }

    void send(unsigned, Endpoint to, std::string_view packet) override {
        EXPECT_LE(packet.size(), 1'472U) << "more than an Ethernet frame holds";
        if (to.address != 0) unicast_.push_back({to, std::string(packet)});
        else on_the_way_.emplace_back(packet);
    }

private:
    void deliver() {
        while (!on_the_way_.empty()) {
            for (const auto& packet : std::exchange(on_the_way_, {})) {
                Message message;
                EXPECT_TRUE(parse(packet, message));
                said_.push_back(message);
                for (auto& hearer : boards_)
                    hearer->responder.receive(packet, lo, {.address = 0x7f000001}, now_ms_, *this);
            }
        }
    }

    std::vector<std::unique_ptr<Board>> boards_;
    std::vector<std::string> on_the_way_;
    std::vector<Message> said_;
    std::vector<Answer> unicast_;
    std::uint64_t now_ms_ = 1'000;
};

inline Message question(const Name& name, std::uint16_t type) {
    Message message;
    message.questions.push_back({.name = name, .type = type});
    return message;
}

}  // namespace boardwalk::test::mdns
