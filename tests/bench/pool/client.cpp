#include "tests/bench/pool/client.hpp"

#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>

namespace boardwalk::bench {
namespace {

constexpr std::int64_t timeout_ms = 6'000;

/// The value of a field in a head, as it was sent.
std::optional<std::string> field(const std::string& head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
        const char* line = head.c_str() + at + 2;
        if (::strncasecmp(line, name.data(), name.size()) != 0 || line[name.size()] != ':') continue;
        const auto begin = head.find_first_not_of(' ', at + 2 + name.size() + 1);
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
    return std::nullopt;
}

}  // namespace

std::shared_ptr<Client> Client::open(Loop& loop, std::uint16_t port) {
    auto client = std::make_shared<Client>(loop, port);
    loop.watch(client->descriptor_, [weak = client->weak_from_this()](std::uint32_t events) {
        if (const auto self = weak.lock()) self->on_event(events);
    });
    return client;
}

Client::Client(Loop& loop, std::uint16_t port) : loop_(loop), descriptor_(connect_to(port)) {}

Client::~Client() { close(); }

void Client::close() {
    if (descriptor_ < 0) return;
    loop_.forget(descriptor_);
    ::close(descriptor_);
    descriptor_ = -1;
}

void Client::when_connected(std::function<void()> then) {
    if (connected_ || ended_) return then();
    then_ = std::move(then);
}

void Client::get(const std::string& path, Done done, bool half_close) {
    done_ = std::move(done);
    half_close_ = half_close;
    request_ = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n";
    received_.clear();
    const auto number = ++number_;
    loop_.after_ms(timeout_ms, [weak = weak_from_this(), number] {
        const auto self = weak.lock();
        if (self && self->number_ == number && self->done_) self->finish(End::timeout);
    });
    if (ended_) return finish(End::reset);
    if (connected_) send_request();
}

void Client::send_request() {
    const auto text = std::exchange(request_, {});
    if (text.empty()) return;
    (void)::send(descriptor_, text.data(), text.size(), MSG_NOSIGNAL);  // an error comes as an event
    if (half_close_) ::shutdown(descriptor_, SHUT_WR);
}

void Client::on_event(std::uint32_t events) {
    const auto self = shared_from_this();
    if ((events & EPOLLOUT) != 0 && (events & EPOLLERR) == 0 && !connected_) {
        connected_ = true;
        if (const auto then = std::exchange(then_, nullptr)) then();
        send_request();
    }
    if (descriptor_ >= 0 && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) receive();
    if (const auto then = ended_ ? std::exchange(then_, nullptr) : nullptr) then();
}

void Client::receive() {
    std::array<char, 65'536> piece;
    while (true) {
        const auto got = ::recv(descriptor_, piece.data(), piece.size(), 0);
        if (got > 0) {
            received_.append(piece.data(), static_cast<std::size_t>(got));
            continue;
        }
        if (got < 0 && errno == EAGAIN) break;
        ended_ = true;
        if (!done_) return close();  // as browsers do with a kept connection that ends
        if (answer_is_whole(got == 0)) return finish(End::answered);
        return finish(got < 0 ? End::reset : End::early_close);
    }
    if (done_ && answer_is_whole(false)) finish(End::answered);
}

bool Client::answer_is_whole(bool at_end) {
    const auto head_end = received_.find("\r\n\r\n");
    if (head_end == std::string::npos) return false;
    const auto head = received_.substr(0, head_end + 2);
    status_ = 0;
    (void)std::from_chars(head.data() + 9, head.data() + 12, status_);
    const auto connection = field(head, "Connection");
    keeps_open_ = !connection || ::strcasecmp(connection->c_str(), "close") != 0;
    const auto body_bytes = received_.size() - head_end - 4;
    if (const auto length = field(head, "Content-Length")) return body_bytes >= std::stoull(*length);
    // JSON and page never hold this in their text.
    if (field(head, "Transfer-Encoding")) return received_.ends_with("\r\n0\r\n\r\n");
    return at_end;
}

void Client::finish(End end) {
    const auto done = std::exchange(done_, nullptr);
    const Answer answer{
        .end = end, .status = end == End::answered ? status_ : 0, .any_byte = !received_.empty()};
    if (end != End::answered || !keeps_open_) {
        ended_ = true;
        close();
    }
    done(answer);
}

}  // namespace boardwalk::bench
