#include "tests/support/lwip/client.hpp"

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

namespace boardwalk::test {
namespace {

LwipClient& of(void* client) { return *static_cast<LwipClient*>(client); }

}  // namespace

LwipClient::LwipClient(const ip_addr_t& server, std::uint16_t port, std::uint16_t from)
    : pcb_(tcp_new_ip_type(IP_GET_TYPE(&server))) {
    if (pcb_ == nullptr) throw std::runtime_error("lwIP has no pcb left for a client");
    tcp_arg(pcb_, this);
    tcp_recv(pcb_, on_received);
    tcp_sent(pcb_, on_acknowledged);
    tcp_poll(pcb_, on_half_second, 1);
    tcp_err(pcb_, on_failed);
    tcp_nagle_disable(pcb_);
    if (tcp_bind(pcb_, nullptr, from) != ERR_OK || tcp_connect(pcb_, &server, port, on_connected) != ERR_OK) {
        tcp_abort(std::exchange(pcb_, nullptr));
        throw std::runtime_error("lwIP cannot connect");
    }
}

LwipClient::~LwipClient() { reset(); }

err_t LwipClient::on_connected(void* client, tcp_pcb*, err_t) {
    of(client).connected_ = true;
    of(client).flush();
    return ERR_OK;
}

err_t LwipClient::on_received(void* client, tcp_pcb*, pbuf* data, err_t) {
    auto& self = of(client);
    if (data == nullptr) {
        self.saw_end_ = true;
        // Both have finished. What lwIP does next with the pcb (TIME_WAIT) it does without a word.
        if (self.finished_) self.part();
        return ERR_OK;
    }
    std::string text(data->tot_len, '\0');
    pbuf_copy_partial(data, text.data(), data->tot_len, 0);
    pbuf_free(data);
    self.received_ += text;
    return ERR_OK;
}

err_t LwipClient::on_acknowledged(void* client, tcp_pcb*, u16_t) {
    of(client).flush();
    return ERR_OK;
}

err_t LwipClient::on_half_second(void* client, tcp_pcb*) {
    of(client).flush();
    return ERR_OK;
}

void LwipClient::on_failed(void* client, err_t error) {
    auto& self = of(client);
    self.pcb_ = nullptr;  // freed
    (error == ERR_CLSD ? self.saw_end_ : self.saw_reset_) = true;
}

void LwipClient::send(const std::string& text) {
    waiting_ += text;
    flush();
}

void LwipClient::flush() {
    if (pcb_ == nullptr || !connected_) return;
    while (!waiting_.empty()) {
        const auto size = static_cast<u16_t>(std::min<std::size_t>(waiting_.size(), tcp_sndbuf(pcb_)));
        if (size == 0 || tcp_write(pcb_, waiting_.data(), size, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
        waiting_.erase(0, size);
    }
    tcp_output(pcb_);
    if (!waiting_.empty() || !std::exchange(finishing_, false)) return;
    finished_ = true;
    tcp_shutdown(pcb_, 0, 1);
}

void LwipClient::part() {
    tcp_pcb* const pcb = std::exchange(pcb_, nullptr);
    tcp_arg(pcb, nullptr);
    tcp_recv(pcb, nullptr);
    tcp_sent(pcb, nullptr);
    tcp_poll(pcb, nullptr, 0);
    tcp_err(pcb, nullptr);
    tcp_close(pcb);
}

std::string LwipClient::receive() {
    if (pcb_ != nullptr) tcp_recved(pcb_, static_cast<u16_t>(received_.size()));
    return std::exchange(received_, {});
}

void LwipClient::finish() {
    finishing_ = true;
    flush();
}

void LwipClient::reset() {
    if (pcb_ == nullptr) return;
    tcp_err(pcb_, nullptr);
    tcp_abort(std::exchange(pcb_, nullptr));
}

}  // namespace boardwalk::test
