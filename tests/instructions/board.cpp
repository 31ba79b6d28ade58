#include <algorithm>

#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/app.hpp"
#include "firmware/app/model/greenhouse.hpp"
#include "firmware/ports/mps2/loop_workers.hpp"
#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/server/server.hpp"
#include "firmware/stacks/lwip/checksum.hpp"
#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "tests/instructions/asset.hpp"
#include "tests/instructions/visits.hpp"
#include "tests/instructions/wire.hpp"

/// The board as it is, on a wire that has its clients in the same image. What it asks a machine for comes
/// from here, and is the same in each run.
namespace {

using namespace boardwalk;

class StillPlatform final : public app::Platform {
public:
    explicit StillPlatform(const instructions::Wire& wire) : wire_(wire) {}
    [[nodiscard]] std::uint64_t now_ms() const override { return wire_.now_us() / 1'000; }
    [[nodiscard]] std::optional<std::int64_t> utc_ms() const override { return std::nullopt; }
    void random(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, std::uint8_t{0x5A}); }
    [[nodiscard]] Heap heap() const override { return {}; }
    void log(app::LogLevel, std::string_view) override {}

private:
    const instructions::Wire& wire_;
};

class ForgetfulStorage final : public app::Storage {
public:
    Found read(std::string_view, std::span<char>, std::size_t&) override { return Found::no; }
    [[nodiscard]] bool write(std::string_view, std::string_view) override { return true; }
    FixedString<64> set_aside(std::string_view) override { return {}; }
};

constexpr server::Options capacities = {.handshake_places = limits::handshake_places_on_lwip};

/// One piece of the page, as embed.mjs writes it.
#define BOARDWALK_ASSET_FIELDS                               \
    "\r\nContent-Type: " BOARDWALK_ASSET_TYPE                \
    "\r\nContent-Length: 4096"                               \
    "\r\nContent-Encoding: gzip"                             \
    "\r\nCache-Control: public, max-age=31536000, immutable" \
    "\r\nETag: " BOARDWALK_ASSET_ETAG                        \
    "\r\nAccept-Ranges: bytes"                               \
    "\r\nVary: Accept-Encoding"                              \
    "\r\nX-Content-Type-Options: nosniff\r\n\r\n"
constexpr std::size_t fields_bytes = sizeof BOARDWALK_ASSET_FIELDS - 1;
constexpr char asset_bytes[] = BOARDWALK_ASSET_FIELDS BOARDWALK_ASSET;
constexpr auto asset_sums = block_sums(asset_bytes);

constexpr app::Asset asset = {.path = BOARDWALK_ASSET_PATH,
                              .content_type = BOARDWALK_ASSET_TYPE,
                              .etag = BOARDWALK_ASSET_ETAG,
                              .gzip = {asset_bytes + fields_bytes, BOARDWALK_ASSET_BYTES},
                              .identity = {},
                              .identity_etag = {},
                              .immutable = true,
                              .fields_in_front = fields_bytes};

/// The dashboard's, and ours among them.
app::AssetTable assets() {
    static std::array<app::Asset, 32> all;
    const auto dashboard = app::dashboard_assets();
    if (dashboard.size() == all.size()) instructions::fail("too many assets");
    auto* const end = std::ranges::copy(dashboard, all.begin()).out;
    *end = asset;
    std::sort(all.begin(), end + 1, [](const auto& a, const auto& b) { return a.path < b.path; });
    return std::span(all).first(dashboard.size() + 1);
}

}  // namespace

extern "C" int boardwalk_main();

int boardwalk_main() {
    static instructions::Wire wire;
    wire.start();
    ports::know_sums({.bytes = {asset_bytes, sizeof asset_bytes - 1}, .sums = asset_sums});
    static ports::LwipTransport transport(wire, server::Server::links_for(capacities));
    static StillPlatform platform(wire);
    static ForgetfulStorage storage;
    static ports::LoopWorkers workers(wire);
    static app::Greenhouse greenhouse;
    static const std::array<app::Device*, 1> devices = {&greenhouse};
    static app::App application({.platform = platform,
                                 .storage = storage,
                                 .workers = workers,
                                 .devices = devices,
                                 .assets = assets(),
                                 .model_name = "mps2-an386"},
                                "Boardwalk");
    if (const auto problem = application.start(); !problem.empty()) instructions::fail(problem);
    static server::Server server(transport, application, capacities);
    application.attach(server, server);
    if (!transport.listen(80)) instructions::fail("lwIP cannot listen");

    static const std::array visits = {instructions::asset_visit, instructions::unchanged_visit,
                                      instructions::state_visit};
    static instructions::Visitor visitor(wire, visits);
    static instructions::Crowd crowd(wire);
    visitor.connect();
    while (!visitor.finished())
        server.turn();
    crowd.start();
    while (!crowd.finished())
        server.turn();
    return 0;
}
