#include "firmware/app/board.hpp"

#include <algorithm>
#include <array>

#include "firmware/app/api/query.hpp"
#include "firmware/app/model/output_value.hpp"

namespace boardwalk::app {

Board::Board(const Seams& seams, std::string_view name)
    : platform(seams.platform),
      storage(seams.storage),
      workers(seams.workers),
      devices(seams.devices),
      assets(seams.assets),
      model_name(seams.model_name),
      echo(seams.echo),
      hosts(seams.hosts),
      wifi(seams.wifi),
      started_ms(seams.platform.now_ms()),
      default_name(cut(name)),
      log(seams.platform),
      telemetry(model, history, seams.workers, seams.platform, log, started_ms),
      files(seams.storage, seams.workers),
      settings(seams.storage, files, log),
      owner(seams.storage, files, seams.platform, log, seams.setup_note),
      wifi_scan(seams.wifi, seams.workers, jobs, log),
      workers_watch(seams.workers, log),
      update(seams.images, seams.model_name, seams.workers, jobs, log),
      document(model, identity.boot_id),
      label(seams.label) {}

std::string_view Board::start() {
    if (!identity.load(storage, platform, log)) return "the data directory cannot be written";
    settings.load(default_name);
    owner.load(label);
    if (portal() != nullptr) wifi->join(settings.settings().wifi);
    for (Device* device : devices) {
        if (!telemetry.add(*device))
            return "the devices have more readings or outputs than limits.hpp allows";
    }
    history.reserve(model.readings().size());
    if (!document.always_fits()) return "the devices' state document is larger than state_bytes_max";
    telemetry.set_period(settings.settings().telemetry_period_ms, started_ms);
    log.write(LogLevel::info,
              {"Boardwalk ", BOARDWALK_VERSION, " started as \"", settings.settings().name, "\""});
    return {};
}

const StateDocument& Board::state() {
    if (!document.current()) {
        // The document is the state of one moment, also for requests that come later.
        const std::uint64_t age_ms = platform.now_ms() - std::max(model.changed_ms(), started_ms);
        Time time = platform.utc_ms();
        if (time) *time -= static_cast<std::int64_t>(age_ms);
        document.update(uptime_ms() - age_ms, time);
    }
    return document;
}

Board::OutputOutcome Board::set_output(std::string_view id, const protocol::OutputValue& sent,
                                       TextWriter detail) {
    const Output* output = model.find_output(id);
    if (output == nullptr) {
        return {nullptr, 0, problem_of(Refusal::unknown_output_id)};
    }
    const auto value = accept_value(*output->description, sent, detail);
    if (!value) {
        return {nullptr, 0, problem_of(Refusal::invalid, detail.view(), "/value")};
    }
    const bool news =
        output->value != *value;  // a repeat is harmless, and must not push older lines out of the log
    telemetry.set_output(*output, *value, platform.now_ms());
    if (news) tell_change(*output->description, *value);
    return {output, *value, {}};
}

void Board::tell_change(const OutputDescription& output, double value) {
    std::array<char, 2 * limits::choice_bytes_max + 2> shown;  // a choice, escaped and quoted
    TextWriter text(shown);
    JsonWriter json(text);
    write_value(json, output, value);
    const auto index = static_cast<std::uint8_t>(model.find_output(output.id) - model.outputs().data());
    log.write_repeated(Notice::output, index, LogLevel::info,
                       {"output ", output.id, " set to ", text.view()});
}

void Board::pass_files_on() {
    while ((!files.busy() || files.stuck()) && !files_line.empty())
        outlet->repeat_request(files_line.pop());
}

bool is_of_another_start(const Board& board, std::string_view query, std::uint64_t since,
                         std::uint64_t newest) {
    const auto boot_id = query_value(query, "boot_id");
    return since > newest || (boot_id && *boot_id != board.identity.boot_id.view());
}

void write_info(JsonWriter& json, const Board& board) {
    constexpr std::string_view history_offer = R"({"resolution_s":[0],"hours":0})";
    json.begin_object()
        .member("id", board.identity.id.view())
        .member("name", board.settings.settings().name.view())
        .member("model", board.model_name)
        .member("firmware", std::string_view(BOARDWALK_VERSION))
        .member("api", protocol::api_version)
        .member("mac", board.identity.mac.view())
        .member("auth", board.owner.claimed())
        .member("tls", false)
        .member("boot_id", board.identity.boot_id.view())
        .member("claimed", board.owner.claimed())
        .member("unsigned_allowed", true)
        .key("tls_port")
        .null()
        .key("spki_sha256")
        .null()
        .key("history")
        .raw(history_offer)
        .end_object();
}

void write_result(JsonWriter& json, const Model& model, const Board::OutputOutcome& outcome) {
    json.begin_object().member("id", outcome.output->description->id).key("value");
    write_value(json, *outcome.output->description, outcome.value);
    json.member("seq", model.seq()).end_object();
}

}  // namespace boardwalk::app
