#include "firmware/ports/esp32s3/boardwalk/network/tcpip_loop.hpp"

#include <lwip/priv/tcpip_priv.h>

namespace boardwalk::ports {

namespace {

/// Until lwIP has taken a packet or two out of a mailbox that is full.
constexpr std::uint64_t mailbox_full_ms = 5;

/// What tcpip_api_call takes along.
struct Begin : tcpip_api_call_data {
    err_t (*begin)(void*) = nullptr;
    void* context = nullptr;
};

}  // namespace

err_t TcpipLoop::start(err_t (*begin)(void*), Turn turn, void* context) {
    turn_ = turn;
    context_ = context;
    message_ = tcpip_callbackmsg_new(run, this);
    const esp_timer_create_args_t timer = {
        .callback = [](void* self) { static_cast<TcpipLoop*>(self)->wake(); },
        .arg = this,
        .dispatch_method = ESP_TIMER_TASK,
        .name = "boardwalk",
        .skip_unhandled_events = true};
    if (message_ == nullptr || esp_timer_create(&timer, &timer_) != ESP_OK ||
        esp_timer_create(&timer, &again_) != ESP_OK)
        return ERR_MEM;
    Begin call;
    call.begin = begin;
    call.context = context;
    const err_t result = tcpip_api_call(
        [](tcpip_api_call_data* data) {
            const auto& inside = *static_cast<Begin*>(data);
            return inside.begin(inside.context);
        },
        &call);
    if (result == ERR_OK) wake();
    return result;
}

void TcpipLoop::wake() {
    if (posted_.exchange(true)) return;
    if (tcpip_callbackmsg_trycallback(message_) == ERR_OK) return;
    posted_ = false;
    // By a timer of its own: a turn that ends just now would put the one for its next turn off. It fails when
    // it runs already, which is as well.
    (void)esp_timer_start_once(again_, mailbox_full_ms * 1'000);
}

void TcpipLoop::wake_in(std::uint32_t ms) {
    (void)esp_timer_stop(timer_);  // fails when it does not run, which is as well
    (void)esp_timer_start_once(timer_, std::uint64_t{ms} * 1'000);
}

void TcpipLoop::run(void* self) {
    auto& loop = *static_cast<TcpipLoop*>(self);
    loop.posted_ = false;  // before the turn: what comes about within it is worth another
    const auto next_ms = loop.turn_(loop.context_);
    if (next_ms == 0) {
        loop.wake();
    } else {
        loop.wake_in(next_ms);
    }
}

}  // namespace boardwalk::ports
