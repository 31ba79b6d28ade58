#pragma once

#include <cstddef>
#include <cstdint>

#include "firmware/app/update/boot_record.hpp"
#include "firmware/ports/mps2/storage/flash_part.hpp"

/// Where things lie on the flash: the application's files (the boot record is one of them), and two slots.
/// A slot is one sector that says what it holds, and behind it the payload of an image.
namespace boardwalk::ports::layout {

/// Where every image runs: behind the boot stage (mps2.ld has the same numbers).
inline constexpr std::uint32_t run_address = 0x4000;
inline constexpr std::uint32_t payload_bytes_max = 1'008 * 1'024;
inline constexpr std::uint32_t ram_begin = 0x2000'0000, ram_end = 0x2005'0000;

inline constexpr std::size_t file_sectors = 8;
inline constexpr std::size_t slot_sectors = 1 + payload_bytes_max / Flash::sector_bytes;
inline constexpr std::size_t sectors = file_sectors + 2 * slot_sectors;
static_assert(payload_bytes_max % Flash::sector_bytes == 0);

inline FlashPart files(Flash& flash) { return {flash, 0, file_sectors}; }
inline FlashPart slot(Flash& flash, app::Slot slot) {
    return {flash, slot == app::Slot::b ? file_sectors + slot_sectors : file_sectors, slot_sectors};
}

}  // namespace boardwalk::ports::layout
