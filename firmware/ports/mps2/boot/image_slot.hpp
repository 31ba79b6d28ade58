#pragma once

#include <optional>

#include "firmware/app/update/image_header.hpp"
#include "firmware/ports/mps2/boot/layout.hpp"

namespace boardwalk::ports {

/// One slot of the flash. Its head (length and digest of the payload) is written after the payload. A slot
/// without a head, or whose payload does not match it, counts as empty.
class ImageSlot {
public:
    ImageSlot(Flash& flash, app::Slot slot) : flash_(layout::slot(flash, slot)) {}

    // Returns false when the medium failed.

    /// From here on the slot is empty.
    [[nodiscard]] bool clear() { return flash_.erase(0); }
    /// A sector of the payload; only the last is shorter.
    [[nodiscard]] bool write(std::uint32_t offset, std::string_view bytes);
    [[nodiscard]] bool read(std::uint32_t offset, std::span<char> bytes);
    /// The head. True once it can be read back.
    [[nodiscard]] bool seal(const app::ImageHeader&);

    /// Bytes of the payload, by the head alone.
    [[nodiscard]] std::optional<std::uint32_t> sealed();
    /// Bytes of the payload, if all of it is what the head says. Reads it all.
    [[nodiscard]] std::optional<std::uint32_t> whole();

private:
    struct Head {
        std::array<char, 8> magic{};
        std::uint32_t payload_bytes = 0;
        app::Sha256Value payload_sha256{};
        friend bool operator==(const Head&, const Head&) = default;
    };
    [[nodiscard]] std::optional<Head> head();

    FlashPart flash_;
};

}  // namespace boardwalk::ports
