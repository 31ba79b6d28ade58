#include "firmware/limits.hpp"
#include "firmware/ports/mps2/arguments.hpp"
#include "firmware/ports/mps2/boot/start.hpp"
#include "firmware/ports/mps2/machine/machine.hpp"
#include "firmware/ports/mps2/storage/file_flash.hpp"

/// The boot stage: where the machine starts. It puts the image that the boot record names where images run,
/// in the place of the one that the board was delivered with, and starts it.
namespace {

using namespace boardwalk;

void put_in_place(ports::Flash& flash, const ports::Start& start) {
    mps2::print(start.slot == app::Slot::a ? "boot: slot a" : "boot: slot b");
    mps2::print(start.on_trial ? ", on trial\n" : "\n");
    if (start.on_trial) mps2::begin_trial(limits::trial_s_max);
    mps2::allow_writing_code();
    auto* const code =
        reinterpret_cast<char*>(ports::layout::run_address);  // NOLINT(performance-no-int-to-ptr)
    if (!ports::load(flash, start.slot, {code, ports::layout::payload_bytes_max}))
        mps2::give_up(mps2::exit_no_image, "boot: the flash cannot be read");
}

std::uint32_t prepare() {
    std::array<char, 40> stamp;
    ports::FileFlash flash(ports::flash_path().data(), ports::layout::sectors);
    const auto start = ports::choose_start(flash, mps2::factory_stamp(stamp));
    if (start.slot != app::Slot::factory) put_in_place(flash, start);
    return start.word();
}

}  // namespace

extern "C" int boardwalk_main();

int boardwalk_main() { mps2::start_image(ports::layout::run_address, prepare()); }
