#pragma once

#include "firmware/app/update/image_store.hpp"
#include "firmware/ports/mps2/boot/image_slot.hpp"
#include "firmware/ports/mps2/boot/start.hpp"

namespace boardwalk::ports {

/// New firmware on the board's flash. Workers and loop are one thread here.
class FlashImageStore final : public app::ImageStore {
public:
    /// `start`: what the boot stage says. `on_confirmed` is called when the running image was on trial, and
    /// is no more. The rest outlives the store.
    FlashImageStore(Flash& flash, app::Storage& files, std::string_view factory_stamp, const Start& start,
                    void (*on_confirmed)());

    [[nodiscard]] std::string_view running_slot() const override { return app::to_string(start_.slot); }
    [[nodiscard]] std::string_view spare_slot() const override { return app::to_string(record_.spare()); }
    [[nodiscard]] std::uint32_t capacity_bytes() const override { return layout::payload_bytes_max; }
    [[nodiscard]] bool on_trial() const override { return start_.on_trial; }
    [[nodiscard]] bool erase() override;
    [[nodiscard]] bool write(std::uint32_t offset, std::string_view bytes) override {
        return spare().write(offset, bytes);
    }
    [[nodiscard]] bool read(std::uint32_t offset, std::span<char> bytes) override {
        return spare().read(offset, bytes);
    }
    [[nodiscard]] std::string_view refusal(const app::ImageHeader&) override;
    /// What `refusal` last had nothing against.
    [[nodiscard]] bool choose() override;
    [[nodiscard]] bool confirm() override;

private:
    [[nodiscard]] ImageSlot spare() { return {flash_, record_.spare()}; }
    [[nodiscard]] bool keep(const app::BootRecord&);

    Flash& flash_;
    app::Storage& files_;
    Start start_;
    void (*on_confirmed_)();
    app::BootRecord record_;
    app::ImageHeader fit_;  ///< what the slot holds, and can run; a length of 0: nothing
};

}  // namespace boardwalk::ports
