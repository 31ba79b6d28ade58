#pragma once

#include <algorithm>
#include <array>
#include <string>

#include "firmware/app/update/boot_record.hpp"
#include "firmware/app/update/image_store.hpp"
#include "tests/support/app_doubles.hpp"

namespace boardwalk::test {

/// Two slots of flash beside a factory image, and a power supply that a test cuts: after `bytes_left` bytes
/// nothing more reaches the medium. What is on the medium outlives each `FlashStore`.
struct FlashMedium {
    static constexpr std::uint32_t slot_bytes = 8 * limits::piece_bytes;

    std::array<std::string, 2> slots = {std::string(slot_bytes, '\xff'), std::string(slot_bytes, '\xff')};
    MemoryStorage files;
    std::size_t bytes_left = SIZE_MAX;

    /// How many of `bytes` still get there.
    std::size_t spend(std::size_t bytes) {
        const auto spent = std::min(bytes, bytes_left);
        bytes_left -= spent;
        files.works = bytes_left > 0;  // the record is replaced whole, or not at all
        return spent;
    }
    std::string& slot(app::Slot slot) { return slots[slot == app::Slot::a ? 0 : 1]; }
};

class FlashStore final : public app::ImageStore {
public:
    /// What the boot loader does at power-on, and what then runs.
    explicit FlashStore(FlashMedium& medium)
        : medium_(medium), record_(app::BootRecord::load(medium.files, "f")) {
        const auto choice = record_.choose_start();
        running = !choice.changed || record_.store(medium.files) ? choice.slot : record_.active;
    }

    [[nodiscard]] std::string_view running_slot() const override { return app::to_string(running); }
    [[nodiscard]] std::string_view spare_slot() const override { return app::to_string(record_.spare()); }
    [[nodiscard]] std::uint32_t capacity_bytes() const override { return FlashMedium::slot_bytes; }
    [[nodiscard]] bool on_trial() const override {
        return record_.trial != app::Slot::factory && record_.tried;
    }
    [[nodiscard]] bool erase() override {
        record_.trial = app::Slot::factory;
        return medium_.spend(1) == 1 && record_.store(medium_.files);
    }
    [[nodiscard]] bool write(std::uint32_t offset, std::string_view bytes) override {
        auto& slot = medium_.slot(record_.spare());
        const auto spent = medium_.spend(bytes.size());
        bytes_in_a_job += bytes.size();
        std::fill_n(slot.begin() + offset, std::min<std::size_t>(spent, limits::piece_bytes), '\xff');
        std::copy_n(bytes.begin(), spent, slot.begin() + offset);
        if (breaks_sector && offset == limits::piece_bytes)
            slot[offset] = static_cast<char>(slot[offset] ^ 1);
        return spent == bytes.size();
    }
    [[nodiscard]] bool read(std::uint32_t offset, std::span<char> bytes) override {
        std::copy_n(medium_.slot(record_.spare()).begin() + offset, bytes.size(), bytes.begin());
        bytes_in_a_job += bytes.size();
        return medium_.bytes_left > 0;
    }
    [[nodiscard]] std::string_view refusal(const app::ImageHeader&) override {
        return executable ? std::string_view() : "The payload is for another machine.";
    }
    [[nodiscard]] bool choose() override {
        record_.trial = record_.spare();
        record_.tried = false;
        return medium_.spend(1) == 1 && record_.store(medium_.files);
    }
    [[nodiscard]] bool confirm() override {
        ++confirmations;
        auto record = record_;
        record.active = record.trial;
        record.trial = app::Slot::factory;
        record.tried = false;
        if (!record.store(medium_.files)) return false;
        record_ = record;
        return true;
    }

    app::Slot running = app::Slot::factory;
    bool executable = true;
    bool breaks_sector = false;
    unsigned confirmations = 0;      ///< asked for
    std::size_t bytes_in_a_job = 0;  ///< read and written; a test begins anew

private:
    FlashMedium& medium_;
    app::BootRecord record_;
};

}  // namespace boardwalk::test
