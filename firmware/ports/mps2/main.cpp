#include <array>
#include <optional>

#include "firmware/app/api/page/assets.hpp"
#include "firmware/app/app.hpp"
#include "firmware/app/model/greenhouse.hpp"
#include "firmware/core/text_writer.hpp"
#include "firmware/ports/mps2/arguments.hpp"
#include "firmware/ports/mps2/board_devices.hpp"
#include "firmware/ports/mps2/boot/flash_image_store.hpp"
#include "firmware/ports/mps2/ethernet_link.hpp"
#include "firmware/ports/mps2/loop_workers.hpp"
#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/machine/provoke.hpp"
#include "firmware/ports/mps2/mps2_platform.hpp"
#include "firmware/ports/mps2/storage/file_flash.hpp"
#include "firmware/ports/mps2/storage/flash_files.hpp"
#include "firmware/server/server.hpp"
#include "firmware/stacks/lwip/checksum.hpp"
#include "firmware/stacks/lwip/lwip_announcement.hpp"
#include "firmware/stacks/lwip/lwip_transport.hpp"
#include "firmware/stacks/lwip/sntp_clock.hpp"

/// The board without an operating system. Of its start arguments (arguments.hpp) this file reads the name at
/// the first start, the address that counts as local, and the file that backs the flash.
namespace {

using namespace boardwalk;

constexpr std::uint16_t port = 80;
constexpr std::string_view model = "mps2-an386";
constexpr std::uint64_t shutdown_ms_max = 1'500;
constexpr int exit_no_network = 1;

constexpr server::Options capacities = {.handshake_places = limits::handshake_places_on_lwip};
constexpr auto promised = server::Server::memory_for(capacities);
static_assert(promised.full_load_bytes <= 64 * 1024, "what is promised for 24 connections and 10 buffers");
static_assert(promised.from_start_bytes <= 24 * 1024);

void print_number(std::string_view before, std::size_t number) {
    std::array<char, 80> text{};
    TextWriter out(text);
    out.append(before);
    out.append_number(number);
    mps2::print(out.view());
}

/// For the test that compares promised with taken memory. `application` and `taken`: heap bytes that the
/// starts of the application and of the server allocated.
void print_memory(std::size_t application, std::size_t taken) {
    print_number("memory: full load ", promised.full_load_bytes);
    print_number(", from start ", promised.from_start_bytes);
    print_number(", server itself ", sizeof(server::Server));
    print_number(", application heap ", application);
    print_number(", heap taken ", taken);
    print_number(", heap left ", mps2::heap_left().free_bytes);
    mps2::print(" bytes\n");
}

ports::mdns::Service service_of(const app::App& application) {
    return {.name = application.settings().name,
            .id = application.identity().id,
            .mac = application.identity().mac,
            .model = cut(model),
            .firmware = BOARDWALK_VERSION,
            .port = port,
            .auth = application.claimed()};
}

}  // namespace

extern "C" int boardwalk_main();

int boardwalk_main() {
    if (!ports::seed_random()) mps2::give_up(exit_no_network, "no source of random bytes");

    std::array<char, 64> memory{};
    mps2::provoke(ports::argument("provoke", memory));
    ip4_addr_t local_peer{};
    if (const auto local = ports::argument("local", std::span(memory).first(memory.size() - 1));
        !local.empty())
        (void)ip4addr_aton(local.data(), &local_peer);
    static ports::EthernetLink link;
    static ports::SntpClock clock(link);
    clock.take_server_from_dhcp();
    if (!link.start(local_peer)) mps2::give_up(exit_no_network, "no Ethernet chip");

    ports::know_sums(app::dashboard_bytes());
    static ports::LwipTransport transport(link, server::Server::links_for(capacities));
    static ports::Mps2Platform platform(clock);
    static ports::LoopWorkers workers(link);
    static ports::FileFlash flash(ports::flash_path().data(), ports::layout::sectors);
    static auto file_sectors = ports::layout::files(flash);
    static ports::FlashFiles storage(file_sectors);
    const auto start = ports::Start::from_word(mps2::boot_word());
    std::array<char, 40> stamp;
    static ports::FlashImageStore images(flash, storage, mps2::factory_stamp(stamp), start, mps2::end_trial);
    static app::Greenhouse greenhouse;
    static ports::BoardDevices own;
    static const std::array<app::Device*, 2> devices = {&greenhouse, &own};
    const bool echo = ports::argument("echo", memory) == "1";
    const auto name = ports::argument("name", memory);
    static app::App application({.platform = platform,
                                 .storage = storage,
                                 .workers = workers,
                                 .devices = devices,
                                 .assets = app::dashboard_assets(),
                                 .model_name = model,
                                 .echo = echo,
                                 .images = &images},
                                name.empty() ? "Boardwalk" : name);
    const auto heap_at_first = mps2::heap_left().free_bytes;
    if (const auto problem = application.start(); !problem.empty()) mps2::give_up(exit_no_network, problem);
    const auto heap_before = mps2::heap_left().free_bytes;
    static server::Server server(transport, application, capacities);
    application.attach(server, server);
    if (const auto note = start.text(); !note.empty())
        application.log().write(app::LogLevel::warning, {note});
    print_memory(heap_at_first - heap_before, heap_before - mps2::heap_left().free_bytes);
    if (!transport.listen(port)) mps2::give_up(exit_no_network, "lwIP cannot listen");

    static std::optional<ports::LwipAnnouncement> announcement;
    auto announced_name = application.settings().name;
    bool announced_claim = false;
    while (!platform.restart_wanted()) {
        server.turn();
        if (const auto& now = application.settings().name; announcement && !(now == announced_name)) {
            announced_name = now;
            announcement->rename(now.view());
        }
        if (announcement && !announced_claim && application.claimed()) {
            announced_claim = true;
            announcement->require_sign_in();
        }
        if (!announcement && link.has_address()) {
            announced_name = application.settings().name;
            announcement.emplace(transport, service_of(application));
            clock.start();
            mps2::print("ready at ");
            mps2::print(link.address());
            mps2::print("\n");
        }
    }
    announcement.reset();  // says goodbye
    server.shut_down();
    const auto until_ms = platform.now_ms() + shutdown_ms_max;
    while (!server.finished() && platform.now_ms() < until_ms)
        server.turn();
    mps2::restart();
}
