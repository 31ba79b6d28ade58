#pragma once

#include <esp_timer.h>
#include <lwip/tcpip.h>

#include <atomic>
#include <cstdint>

#include "firmware/stacks/lwip/driver.hpp"

namespace boardwalk::ports {

/// The server's loop as a guest of lwIP's own task: lwIP has the loop, so that `exchange` never waits. A turn
/// comes when lwIP has news, when a worker is done, and when the server's clock says so. Takes no memory
/// after `start`: one message that is posted again and again, and two timers.
class TcpipLoop final : public LwipDriver {
public:
    /// One turn; returns how many milliseconds the next may be away.
    using Turn = std::uint32_t (*)(void* context);

    TcpipLoop() = default;
    TcpipLoop(const TcpipLoop&) = delete;
    TcpipLoop& operator=(const TcpipLoop&) = delete;

    /// Once, from any task but lwIP's. Calls `begin(context)` in lwIP's task and returns what that says; when
    /// it is ERR_OK the turns follow, for ever.
    [[nodiscard]] err_t start(err_t (*begin)(void* context), Turn turn, void* context);
    /// Makes a turn come soon. From any task.
    void wake();

    void exchange(std::uint32_t) override {}
    [[nodiscard]] std::uint64_t now_us() const override {
        return static_cast<std::uint64_t>(esp_timer_get_time());
    }
    void on_news() override { wake(); }

private:
    static void run(void* self);
    void wake_in(std::uint32_t ms);

    Turn turn_ = nullptr;
    void* context_ = nullptr;
    tcpip_callback_msg* message_ = nullptr;
    esp_timer_handle_t timer_ = nullptr;  ///< the next turn; lwIP's task only
    esp_timer_handle_t again_ = nullptr;  ///< after a post that found no place; any task
    std::atomic<bool> posted_ = false;
};

}  // namespace boardwalk::ports
