#include "tests/simulation/watched_application.hpp"

#include <nlohmann/json.hpp>

#include "tests/support/claimed.hpp"

namespace boardwalk::simulation {
namespace {

bool record(void* context, http::BodyProducer::Cursor& cursor, TextWriter& out) {
    auto& exchange = *static_cast<Exchange*>(context);
    const bool complete = exchange.producer.next(exchange.producer.context, cursor, out);
    const Running outside(*exchange.heap, Part::simulation);
    exchange.answer_body += out.view();
    return complete;
}

StateTruth read_state(std::string_view document) {
    StateTruth truth{.document = std::string(document), .readings = {}, .outputs = {}};
    const auto json = nlohmann::json::parse(document);
    for (const auto& reading : json["readings"])
        truth.readings[reading["id"]] = reading["value"].dump();
    for (const auto& output : json["outputs"])
        truth.outputs[output["id"]] = output["value"].dump();
    return truth;
}

}  // namespace

void WatchedApplication::attach(server::Server& server) {
    outlet_ = &server;
    app_.attach(*this, server);
}

Exchange* WatchedApplication::recognise(const http::Request& request) {
    auto* exchange = ledger_.find(request.query);
    if (exchange == nullptr) return nullptr;
    const std::string target = std::string(request.path) + "?" + std::string(request.query);
    if (target != exchange->target || http::to_string(request.method) != exchange->method)
        journal_.fail("a request arrived as another: " + target + " was sent as " + exchange->target);
    return exchange;
}

server::Verdict WatchedApplication::on_head(const http::Request& request, http::Response& response,
                                            server::Admission& admission) {
    Exchange* exchange = nullptr;
    {
        const Running outside(heap_, Part::simulation);
        exchange = recognise(request);
        if (exchange != nullptr && ++exchange->heads > 1)
            journal_.fail("a head came twice: " + exchange->target);
    }
    const auto verdict = app_.on_head(request, response, admission);
    const Running outside(heap_, Part::simulation);
    journal_.note("head", 0, request.path);
    if (verdict == server::Verdict::answer) write_down(exchange, response);
    handshake_ = verdict == server::Verdict::accept_websocket ? exchange : nullptr;
    return verdict;
}

bool WatchedApplication::on_request(server::SlotId slot, std::uint16_t route, const http::Request& request,
                                    http::Response& response) {
    Exchange* exchange = nullptr;
    {
        const Running outside(heap_, Part::simulation);
        exchange = recognise(request);
        if (exchange != nullptr && ++exchange->requests > 1)
            journal_.fail("acted on twice: " + exchange->target);
        if (exchange != nullptr && request.body != exchange->body)
            journal_.fail("another body: " + exchange->target);
    }
    bool now = false;
    {  // JSON that comes in is the one thing that may take from the heap
        const Running decoding(heap_, request.body.empty() ? Part::server : Part::json);
        now = app_.on_request(slot, route, request, response);
    }
    const Running outside(heap_, Part::simulation);
    journal_.note("request", slot.slot, request.body);
    if (now) write_down(exchange, response);
    else later_[key(slot)] = exchange;
    return now;
}

void WatchedApplication::answer_later(server::SlotId slot, Fill fill, void* context) {
    struct Call {
        WatchedApplication* self;
        server::SlotId slot;
        Fill fill;
        void* context;
    } call{this, slot, fill, context};
    const auto wrapped = [](void* address, http::Response& response) {
        const Call& c = *static_cast<Call*>(address);
        c.fill(c.context, response);
        const Running outside(c.self->heap_, Part::simulation);
        const auto found = c.self->later_.find(key(c.slot));
        if (found == c.self->later_.end())
            return c.self->journal_.fail("an answer to a request that is not open");
        c.self->write_down(found->second, response);
        c.self->later_.erase(found);
    };
    outlet_->answer_later(slot, wrapped, &call);
    const Running outside(heap_, Part::simulation);
    later_.erase(key(slot));
}

/// It was not acted on yet.
void WatchedApplication::repeat_request(server::SlotId slot) {
    {
        const Running outside(heap_, Part::simulation);
        const auto found = later_.find(key(slot));
        if (found != later_.end()) {
            if (found->second != nullptr) --found->second->requests;
            later_.erase(found);
        }
    }
    outlet_->repeat_request(slot);
}

void WatchedApplication::write_down(Exchange* exchange, http::Response& response) {
    if (exchange == nullptr) return;
    if (exchange->answered) journal_.fail("answered twice: " + exchange->target);
    exchange->answered = true;
    exchange->status = response.status;
    if (response.producer.next != nullptr) {
        exchange->producer = response.producer;
        exchange->heap = &heap_;
        response.producer.next = record;
        response.producer.context = exchange;
    } else {
        exchange->answer_body = response.fixed.empty() ? response.text.view() : response.fixed;
    }
}

// --- WebSockets --------------------------------------------------------------------------------------------

void WatchedApplication::on_websocket_open(server::SlotId slot) {
    {
        const Running outside(heap_, Part::simulation);
        if (handshake_ != nullptr) {
            handshake_->opened = true;
            if (!streams_.emplace(key(slot), handshake_).second)
                journal_.fail("a slot's WebSocket opened twice");
        }
    }
    app_.on_websocket_open(slot);
}

void WatchedApplication::on_websocket_message(server::SlotId slot, std::string_view text) {
    {
        const Running outside(heap_, Part::simulation);
        journal_.note("message", slot.slot, text);
    }
    const Running decoding(heap_, Part::json);
    app_.on_websocket_message(slot, text);
}

void WatchedApplication::on_websocket_closed(server::SlotId slot) {
    app_.on_websocket_closed(slot);
    const Running outside(heap_, Part::simulation);
    const auto found = streams_.find(key(slot));
    if (found == streams_.end()) return journal_.fail("a WebSocket closed that was not open");
    found->second->closed = true;
    streams_.erase(found);
}

void WatchedApplication::send_frame(server::SlotId slot, std::string_view frame) {
    {
        const Running outside(heap_, Part::simulation);
        const auto found = streams_.find(key(slot));
        if (found == streams_.end()) journal_.fail("a frame for a WebSocket that is not open");
        else found->second->frames.emplace_back(frame);
        write_down_state(frame);
    }
    outlet_->send_frame(slot, frame);
}

/// A frame of the topic `state` is about to go out: what is the state, said the other way?
void WatchedApplication::write_down_state(std::string_view frame) {
    const auto payload = frame.substr(static_cast<unsigned char>(frame[1]) == 126 ? 4 : 2);
    if (!payload.starts_with(R"({"topic":"state")")) return;
    const auto begin = payload.find(R"("seq":)") + 6;
    const auto seq = std::strtoull(std::string(payload.substr(begin, 20)).c_str(), nullptr, 10);
    if (ledger_.states.contains(seq)) return;
    http::Request request;
    request.path = "/api/v1/state";
    request.fields = test::owner_fields;
    request.host = "board";
    std::array<char, limits::inline_body_bytes_min> memory;
    http::Response response;
    response.text = TextWriter(memory);
    server::Admission admission;
    (void)app_.on_head(request, response, admission);
    (void)app_.on_request({}, admission.route, request, response);
    ledger_.states[seq] = read_state(response.fixed);
    if (response.fixed.find(R"("seq":)" + std::to_string(seq) + ",") == std::string_view::npos)
        journal_.fail("a frame of another state than the board's: " + std::to_string(seq));
}

std::uint64_t WatchedApplication::on_turn(std::uint64_t now_ms) { return app_.on_turn(now_ms); }

}  // namespace boardwalk::simulation
