#include "firmware/ports/esp32s3/boardwalk/start_board.hpp"

#include <esp_event.h>
#include <esp_netif.h>
#include <esp_system.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "firmware/app/app.hpp"
#include "firmware/app/owner/button.hpp"
#include "firmware/ports/esp32s3/boardwalk/chip_platform.hpp"
#include "firmware/ports/esp32s3/boardwalk/network/announcement.hpp"
#include "firmware/ports/esp32s3/boardwalk/network/portal_dns.hpp"
#include "firmware/ports/esp32s3/boardwalk/network/tcpip_loop.hpp"
#include "firmware/ports/esp32s3/boardwalk/network/wifi.hpp"
#include "firmware/ports/esp32s3/boardwalk/nvs_storage.hpp"
#include "firmware/ports/esp32s3/boardwalk/ota_image_store.hpp"
#include "firmware/ports/esp32s3/boardwalk/task_workers.hpp"
#include "firmware/server/server.hpp"
#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "shared/setup_code.hpp"

namespace boardwalk::ports {

namespace {

constexpr server::Options capacities = {.handshake_places = limits::handshake_places_on_lwip,
                                        .unix_time_s = unix_time_s};
constexpr std::uint64_t shutdown_ms_max = 1'500;

/// All of a board, put together here and nowhere else. From `begin` on only lwIP's task touches the
/// application, the server and the transport.
class Board {
public:
    explicit Board(const BoardDescription& description)
        : description_(description),
          app_({.platform = platform_,
                .storage = storage_,
                .workers = workers_,
                .devices = description.devices,
                .assets = description.assets,
                .model_name = description.model,
                .wifi = &wifi_,
                .images = &images_},
               description.default_name),
          transport_(loop_, server::Server::links_for(capacities)),
          server_(transport_, app_, capacities) {
        app_.attach(server_, server_);
    }

    std::string_view start() {
        if (!platform_.console().start()) return "no memory for the console";
        const auto password = description_.setup_password;
        if (!password.empty() && !app::is_setup_password(password))
            return "the password for set-up has to have 8 to 63 plain characters";
        if (!storage_.open()) return "NVS cannot be opened: is there a partition \"nvs\"?";
        if (!images_.open()) return "there is no second slot for firmware: see partitions_8mb.csv";
        if (esp_netif_init() != ESP_OK || esp_event_loop_create_default() != ESP_OK)
            return "no network stack";
        if (!wifi_.start()) return "Wi-Fi does not start";
        app::SetupPassword own_password = cut(password);
        // Random numbers are random once the radio is on.
        if (password.empty()) own_password = app::load_setup_password(storage_, platform_, app_.log());
        wifi_.protect(own_password);
        if (const auto label = read_label()) app_.use_label(*label);
        if (const auto problem = app_.start(); !problem.empty()) return problem;
        start_button();
        if (!workers_.start(limits::workers_default)) return "no memory for the workers";
        if (!announcement_.start(app_.identity(), app_.settings().name, description_.model, description_.port,
                                 app_.claimed()))
            app_.log().write(app::LogLevel::warning, {"mDNS does not start: the board has no name"});
        if (loop_.start(begin, turn, this) != ERR_OK) return "the server cannot listen";
        return {};
    }

private:
    static err_t begin(void* self) {
        auto& board = *static_cast<Board*>(self);
        if (!board.transport_.listen(board.description_.port)) return ERR_USE;
        return board.dns_.start(*board.wifi_.portal(), Wifi::own_address);
    }

    static std::uint32_t turn(void* self) { return static_cast<Board*>(self)->turn(); }

    std::uint32_t turn() {
        server_.turn();
        announcement_.follow(app_.settings().name, app_.claimed());
        follow_button();
        if (platform_.restart_wanted()) restart();
        const auto now = platform_.now_ms();
        const auto due_ms = static_cast<std::uint32_t>(std::max(server_.due_ms(), now) - now);
        return has_button() ? std::min(due_ms, limits::button_poll_ms) : due_ms;
    }

    /// The set-up code that the factory wrote to NVS, for a label on the board.
    std::optional<protocol::SetupCode> read_label() {
        std::array<char, limits::setup_code_bytes> text;
        std::size_t size = 0;
        if (storage_.read("setup-code", text, size) != app::Storage::Found::yes) return std::nullopt;
        return protocol::read_setup_code({text.data(), size});
    }

    [[nodiscard]] bool has_button() const { return description_.button != GPIO_NUM_NC; }

    void start_button() const {
        if (!has_button()) return;
        gpio_config_t config{};
        config.pin_bit_mask = std::uint64_t{1} << static_cast<unsigned>(description_.button);
        config.mode = GPIO_MODE_INPUT;
        config.pull_up_en = GPIO_PULLUP_ENABLE;
        (void)gpio_config(&config);
    }

    void follow_button() {
        if (!has_button()) return;
        const bool is_down = gpio_get_level(description_.button) == 0;
        switch (button_.look(is_down, platform_.now_ms())) {
            case app::Button::Press::pressed: app_.open_claim(); break;
            case app::Button::Press::held: is_forgetting_ = true; break;
            case app::Button::Press::none: break;
        }
        if (is_forgetting_) is_forgetting_ = !app_.forget_owner();
    }

    /// Once what is being sent is out, or takes too long.
    void restart() {
        const auto now = platform_.now_ms();
        if (restart_by_ms_ == 0) {
            restart_by_ms_ = now + shutdown_ms_max;
            server_.shut_down();
        }
        if (!server_.finished() && now < restart_by_ms_) return;
        platform_.console().flush();
        esp_restart();
    }

    BoardDescription description_;
    TcpipLoop loop_;
    TaskWorkers workers_{loop_};
    ChipPlatform platform_;
    NvsStorage storage_;
    OtaImageStore images_;
    Wifi wifi_;
    Announcement announcement_{workers_};
    PortalDns dns_;
    app::App app_;
    LwipTransport transport_;
    server::Server server_;
    app::Button button_;
    bool is_forgetting_ = false;  ///< once nothing else is being stored
    std::uint64_t restart_by_ms_ = 0;
};

}  // namespace

std::string_view start_board(const BoardDescription& description) {
    static std::unique_ptr<Board> board;  // never given up: tasks and timers know where it is
    board = std::make_unique<Board>(description);
    return board->start();
}

}  // namespace boardwalk::ports
