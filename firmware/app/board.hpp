#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "firmware/app/api/account_change.hpp"
#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/file_writer.hpp"
#include "firmware/app/jobs.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/model/history.hpp"
#include "firmware/app/model/model.hpp"
#include "firmware/app/model/state_document.hpp"
#include "firmware/app/model/telemetry.hpp"
#include "firmware/app/owner/owner.hpp"
#include "firmware/app/problems.hpp"
#include "firmware/app/settings/identity.hpp"
#include "firmware/app/settings/settings.hpp"
#include "firmware/app/slot_line.hpp"
#include "firmware/app/update/update.hpp"
#include "firmware/app/wifi/scan.hpp"
#include "firmware/app/workers_watch.hpp"
#include "firmware/http/kept_fields.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/statistics.hpp"
#include "firmware/server/workers.hpp"
#include "shared/output_value.hpp"

namespace boardwalk::app {

/// What the application gets from outside. All of it outlives the application.
struct Seams {
    Platform& platform;
    Storage& storage;
    server::Workers& workers;
    std::span<Device* const> devices;
    AssetTable assets;
    std::string_view model_name;   ///< kind of board, for people
    bool echo = false;             ///< adds a WebSocket at /echo, for conformance checks
    WifiRadio* wifi = nullptr;     ///< null: this board has none
    ImageStore* images = nullptr;  ///< null: this board's firmware cannot be replaced
    std::span<const std::string_view> hosts =
        {};  ///< names that lead to this board, beside its own: `--host`
    std::optional<protocol::SetupCode> label = {};  ///< the set-up code that stands on the board
    SetupNote* setup_note = nullptr;                ///< null: the code is on the console alone
};

/// The parts of the application, for the handlers of requests and for the stream. Loop's thread only.
struct Board {
    Board(const Seams&, std::string_view default_name);
    Board(const Board&) = delete;
    Board& operator=(const Board&) = delete;

    /// Reads what is stored and registers the devices. May block. Empty, or one line that says what is wrong.
    [[nodiscard]] std::string_view start();

    /// Null: this board is not set up over Wi-Fi.
    [[nodiscard]] const Portal* portal() const { return wifi != nullptr ? wifi->portal() : nullptr; }
    /// What of the settings a client is shown.
    [[nodiscard]] Telling telling(const Caller& client) const {
        if (!client.is_signed_in() || client.role != Role::owner) return Telling::viewer;
        return portal() != nullptr ? Telling::network : Telling::board;
    }
    [[nodiscard]] std::uint64_t uptime_ms() const { return platform.now_ms() - started_ms; }
    /// The state document of now.
    [[nodiscard]] const StateDocument& state();

    struct OutputOutcome {
        const Output* output = nullptr;  ///< what was set; null: see `problem`
        double value = 0;                ///< what it was set to; for a button 1
        http::Problem problem;           ///< its views point into the caller's `detail`, or are static
    };
    /// Sets an output to what a client sent. The same for `PUT` and for the stream.
    OutputOutcome set_output(std::string_view id, const protocol::OutputValue&, TextWriter detail);
    void tell_change(const OutputDescription&, double value);
    /// Nothing is being written any more: the next change has its turn. Each is judged by what it now finds:
    /// an If-Match may be stale.
    void pass_files_on();

    Platform& platform;
    Storage& storage;
    server::Workers& workers;
    std::span<Device* const> devices;
    AssetTable assets;
    std::string_view model_name;
    bool echo;
    std::span<const std::string_view> hosts;
    WifiRadio* wifi;
    server::Outlet* outlet = nullptr;                      ///< set before the first request
    const server::StatisticsSource* statistics = nullptr;  ///< set before the first request

    std::uint64_t started_ms;
    FixedString<limits::name_bytes_max> default_name;
    Log log;
    Identity identity;
    Model model;
    History history;
    Telemetry telemetry;
    FileWriter files;
    SettingsStore settings;
    Owner owner;
    Jobs jobs;
    WifiScan wifi_scan;
    WorkersWatch workers_watch;
    Update update;
    StateDocument document;
    http::KeptFields state_fields;  ///< of an answer with `document`
    std::uint64_t websocket_messages_dropped_total = 0;
    bool restarting = false;  ///< a client was told so
    Caller caller;            ///< of the request at hand, once that is asked
    std::optional<protocol::SetupCode> label;
    server::SlotId settings_client;                     ///< waits for its PATCH to be stored
    AccountChange account_change;                       ///< that is being stored
    SlotLine<limits::settings_waiting_max> files_line;  ///< wait for what is being stored
    FixedString<limits::cookie_bytes_max> cookie;       ///< of the answer at hand
};

static_assert(sizeof(void*) > 4 || sizeof(Owner) + sizeof(AccountChange) + sizeof(Board::cookie) +
                                           sizeof(Board::caller) + sizeof(Board::label) <=
                                       limits::owner_bytes_max);

/// Whether `since` was told by another start of the board: the query's `boot_id` is not this start's, or this
/// one has not come as far as that yet.
[[nodiscard]] bool is_of_another_start(const Board&, std::string_view query, std::uint64_t since,
                                       std::uint64_t newest);

/// The body of `GET /api/v1/info`, which the stream sends too.
void write_info(JsonWriter&, const Board&);

/// `{"id","value","seq"}` after a success.
void write_result(JsonWriter&, const Model&, const Board::OutputOutcome&);

}  // namespace boardwalk::app
