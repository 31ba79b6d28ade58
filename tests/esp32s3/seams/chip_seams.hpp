#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "firmware/app/update/image_store.hpp"
#include "firmware/server/workers.hpp"

/// What the ESP32-S3's port gives to the application, on this computer: its own sources, on as much of
/// FreeRTOS and ESP-IDF as they call, played after their documents.
namespace boardwalk::test {

/// Tasks never end, so neither do these.
struct ChipWorkers {
    server::Workers& workers;
    std::atomic<bool>& woken;  ///< a worker asked for a turn of the loop
};
ChipWorkers chip_workers(unsigned count);

/// The partition `nvs` of a new chip.
void erase_nvs();
/// As after a start of the chip. Null: NVS cannot be opened.
std::unique_ptr<app::Storage> open_nvs();
/// The blob of that key; empty when there is none.
std::string nvs_blob(const std::string& space, const std::string& key);
/// From now on so many writes work, and then none.
void limit_nvs_writes(int writes);

/// A platform whose console is started. It never ends, as its task.
app::Platform& chip_platform();
/// The UART takes nothing until it is opened again.
void shut_uart(bool shut);
/// A task stands there with a line.
bool uart_is_waited_for();
/// What the UART has taken, and takes from there.
std::vector<std::string> take_uart_lines();

/// A new chip: `ota_0` holds the firmware that it was delivered with, `ota_1` nothing.
void deliver_chip();
/// The boot loader decides what runs.
void start_chip();
/// As after that start. Null: there is no second slot.
std::unique_ptr<app::ImageStore> open_ota();
/// An image that the played boot loader starts.
std::string esp_image(std::string_view version);
/// Whether a time is set for the running image's trial; what comes when it is over.
bool trial_is_watched();
void end_trial();
/// What `esp_restart` throws.
struct Restarted {};

}  // namespace boardwalk::test
