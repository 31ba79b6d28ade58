#include "firmware/stacks/mdns/responder.hpp"

#include <algorithm>

/// The responder's life: probing, announcing, the goodbye. Records are made in responder_records.cpp, queries
/// are answered in responder_answers.cpp, conflicts are resolved in responder_conflicts.cpp.
namespace boardwalk::ports::mdns {
namespace {

constexpr unsigned probes = 3;         // RFC 6762 §8.1
constexpr unsigned announcements = 2;  // RFC 6762 §8.3
constexpr std::uint64_t announcement_gap_ms = 1'000;

}  // namespace

Responder::Responder(const Service& service, std::uint32_t seed, std::span<Place> places)
    : service_(service), random_(seed), places_(places) {
    naming_.name = service.name;
    name_records();
}

void Responder::set_links(std::span<const Link> links, std::uint64_t now_ms) {
    link_count_ = std::min(links.size(), places_.size());
    for (std::size_t i = 0; i < link_count_; ++i)
        places_[i].link = links[i];
    probe_from(now_ms + random_() % probe_gap_ms);
}

void Responder::rename(std::string_view name, std::uint64_t now_ms) {
    if (name == naming_.name.view()) return;
    if (state_ == State::announced) withdrawn_ = naming_;
    naming_.name = cut(name);
    instance_number_ = 1;
    name_records();
    if (state_ != State::idle) probe_from(now_ms);
}

/// RFC 6762 §8.4: what has changed is announced without being asked for.
void Responder::require_sign_in(std::uint64_t now_ms) {
    if (service_.auth) return;
    service_.auth = true;
    if (state_ != State::announced) return;
    steps_ = 0;
    next_ms_ = now_ms;
}

void Responder::probe_from(std::uint64_t first_ms) {
    for (auto& place : places_)
        place = {.link = place.link};
    state_ = link_count_ == 0 ? State::idle : State::probing;
    steps_ = 0;
    next_ms_ = link_count_ == 0 ? never : first_ms;
}

std::uint64_t Responder::due_ms() const {
    auto due = next_ms_;
    for (const auto& place : links())
        due = std::min(due, place.due_ms);
    return due;
}

void Responder::turn(std::uint64_t now_ms, Outlet& outlet) {
    if (now_ms >= next_ms_) {
        if (state_ == State::probing && steps_ < probes) {
            send_probes(outlet);
            ++steps_;
            next_ms_ = now_ms + probe_gap_ms;
        } else {
            if (state_ == State::probing) steps_ = 0;
            state_ = State::announced;
            announce(now_ms, outlet);
            ++steps_;
            next_ms_ = steps_ < announcements ? now_ms + announcement_gap_ms : never;
        }
    }
    for (auto& place : links()) {
        if (now_ms >= place.due_ms) send_answers(place, now_ms, outlet);
    }
}

void Responder::send_probes(Outlet& outlet) {
    std::array<char, packet_bytes_max> memory;
    Data room;
    for (const auto& place : links()) {
        PacketWriter probe(memory, 0, 0);
        for (const auto kind : {srv_board, srv_http, host_address}) {
            // Several programs share port 5353 on a computer, and a unicast answer reaches only one: ask for
            // multicast.
            probe.add({.name = owner(kind, naming_), .type = type_any});
        }
        for (const auto kind : {srv_board, txt_board, srv_http, txt_http, host_address}) {
            auto ours = record(kind, place.link, room);
            ours.unique = false;  // RFC 6762 §10.2
            probe.add(Section::authorities, ours);
        }
        outlet.send(place.link.index, {}, probe.view());
    }
}

void Responder::announce(std::uint64_t now_ms, Outlet& outlet) {
    for (auto& place : links()) {
        place.answers = bit(kinds) - 1;
        send_answers(place, now_ms, outlet);
        if (withdrawn_.instance.empty()) continue;
        std::array<char, packet_bytes_max> memory;
        PacketWriter goodbye(memory, 0, flag_response | flag_authoritative);
        add_withdrawn(goodbye);
        outlet.send(place.link.index, {}, goodbye.view());
    }
    withdrawn_ = {};
}

/// The service types stay: other boards have them too.
void Responder::add_withdrawn(PacketWriter& packet) const {
    if (withdrawn_.instance.empty()) return;
    Data room;
    for (const auto kind : {ptr_board, ptr_http, srv_board, srv_http, txt_board, txt_http}) {
        auto gone = record(kind, {}, withdrawn_, room);
        gone.ttl_s = 0;
        packet.add(Section::answers, gone);
    }
}

void Responder::say_goodbye(Outlet& outlet) {
    std::array<char, packet_bytes_max> memory;
    Data room;
    for (const auto& place : links()) {
        PacketWriter goodbye(memory, 0, flag_response | flag_authoritative);
        add_withdrawn(goodbye);
        for (std::size_t kind = ptr_board; kind < kinds && state_ == State::announced; ++kind) {
            auto gone = record(kind, place.link, room);
            gone.ttl_s = 0;
            goodbye.add(Section::answers, gone);
        }
        if (!goodbye.empty()) outlet.send(place.link.index, {}, goodbye.view());
    }
    withdrawn_ = {};
    link_count_ = 0;
    probe_from(never);
}

}  // namespace boardwalk::ports::mdns
