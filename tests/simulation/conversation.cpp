#include "tests/simulation/conversation.hpp"

#include "tests/support/claimed.hpp"

namespace boardwalk::simulation {

bool is_overload(const Answer& answer) {
    return answer.status == 503 && answer.body.find(R"("pool_exhausted")") != std::string::npos;
}

Conversation::Conversation(Context& context, const test::LinkConditions& way, Manner manner)
    : context_(context),
      manner_(manner),
      number_(context.conversations.size() + 1),
      socket_(context.network.connect(way, [this] { on_change(); })) {
    context.conversations.push_back(this);
}

std::string Conversation::text_of(const Exchange& exchange, const std::string& fields) {
    auto text = exchange.method + " " + exchange.target + " HTTP/1.1\r\nHost: board\r\n" +
                std::string(test::owner_field) + fields;
    if (!exchange.body.empty()) {
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(exchange.body.size()) +
                "\r\n";
    }
    return text + "\r\n" + exchange.body;
}

Exchange& Conversation::expect(const std::string& method, const std::string& path, const std::string& body,
                               Done done) {
    auto& exchange = context_.ledger.open(method, path, body);
    reader_.expect(exchange.head_only());
    open_.push_back({&exchange, std::move(done)});
    return exchange;
}

Exchange& Conversation::ask(const std::string& method, const std::string& path, const std::string& fields,
                            const std::string& body, Done done) {
    auto& exchange = expect(method, path, body, std::move(done));
    context_.journal.note("asks", number_, exchange.target);
    socket_->send(text_of(exchange, fields));
    return exchange;
}

void Conversation::say(std::string_view bytes) {
    raw_ = true;
    socket_->send(bytes);
}

void Conversation::on_change() {
    if (over_) return;
    if (reads_) read(SIZE_MAX);
    if (!over_ && (socket_->ended() || socket_->was_reset())) end();
}

void Conversation::read(std::size_t bytes_max) {
    if (over_) return;
    const auto bytes = socket_->receive(bytes_max);
    if (!bytes.empty()) take(bytes);
    if (!over_ && !reads_ && (socket_->ended() || socket_->was_reset())) end();
}

void Conversation::take(std::string_view bytes) {
    if (on_upgraded && reader_.upgraded()) return on_upgraded(std::string(bytes));
    if (!reader_.feed(bytes, [this](Answer& answer) { on_answer(answer); })) {
        context_.journal.fail("connection " + std::to_string(number_) + ": " + reader_.error());
        return;
    }
    if (!reader_.upgraded()) return;
    if (auto rest = reader_.take_rest(); on_upgraded && !rest.empty()) on_upgraded(std::move(rest));
}

void Conversation::on_answer(Answer& answer) {
    context_.journal.note("answered", number_, std::to_string(answer.status));
    if (answer.status < 200 && answer.status != 101) return;
    ++answers_[answer.status];
    said_last_ |= answer.closes;
    if (raw_ && open_.empty()) {
        if (answer.status >= 400 && answer.body.find(R"("code":")") == std::string::npos)
            context_.journal.fail("an error that is no problem+json");
        return;
    }
    if (open_.empty()) {
        // The client waits for the rest of a request that never came whole; only answers to no request may
        // come now.
        if (answer.status != 408 && answer.status != 503) context_.journal.fail("an answer to no request");
        return;
    }
    const auto first = std::move(open_.front());
    open_.pop_front();
    check(*first.exchange, answer);
    if (!settling_ && first.done) first.done(*first.exchange, &answer);
}

void Conversation::check(const Exchange& exchange, const Answer& answer) {
    const auto complain = [&](const std::string& what) {
        context_.journal.fail("connection " + std::to_string(number_) + ", " + exchange.method + " " +
                              exchange.target + ", " + std::to_string(answer.status) + ": " + what);
    };
    if (is_overload(answer)) {
        if (exchange.heads > 0) complain("refused although its head was taken");
        if (answer.field("Retry-After").empty() || !answer.closes) complain("no clean refusal");
        return;
    }
    if (answer.status == 408) {
        if (exchange.requests > 0) complain("timed out although it was acted on");
        if (exchange.heads > 0 && manner_ == Manner::good) complain("cut after its head was complete");
        return;
    }
    if (answer.status == 101 && exchange.opened) return;
    if (answer.status == 503 && !exchange.opened &&
        answer.body.find("websockets_exhausted") != std::string::npos)
        return;
    if (!exchange.answered) return complain("the application never said this");
    if (exchange.status != answer.status)
        return complain("the application said " + std::to_string(exchange.status));
    const bool no_body = exchange.head_only() || answer.status == 304 || answer.status == 204;
    if (no_body ? !answer.body.empty() : answer.body != exchange.answer_body)
        complain("another body than was written");
}

/// The connection is over: what is still open is lost, and that must have had a reason.
void Conversation::end() {
    over_ = true;
    const bool reset = socket_->was_reset();
    context_.journal.note(reset ? "was reset" : "ended", number_);
    if (!reset && !reader_.at_rest() && !reader_.upgraded())
        context_.journal.fail("connection " + std::to_string(number_) + " ended within an answer");
    const auto lost = open_;  // they stay open: the books want to know what was still on its way
    for (const auto& [exchange, done] : lost) {
        if (exchange->heads > 0 && manner_ == Manner::good) {
            context_.journal.fail("connection " + std::to_string(number_) +
                                  ": cut after its head was complete: " + exchange->method + " " +
                                  exchange->target);
        }
        if (done) done(*exchange, nullptr);
    }
    if (on_end) on_end();
}

void Conversation::leave(Leaving how) {
    if (std::exchange(over_, true)) return;
    context_.journal.note("leaves", number_);
    switch (how) {
        case Leaving::close: return socket_->close();
        case Leaving::reset: return socket_->reset();
        case Leaving::vanish: return socket_->vanish();
    }
}

void Conversation::settle() {
    settling_ = true;
    on_upgraded = {};
    const std::string rest(socket_->undelivered());
    if (!reader_.upgraded()) take(rest);
    socket_->close();
    over_ = true;
}

}  // namespace boardwalk::simulation
