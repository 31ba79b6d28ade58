#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "firmware/app/update/image_header.hpp"

namespace boardwalk::app {

/// Where firmware is kept: the image that runs, and a slot that takes the next one. Implemented by ports;
/// what follows is asked of each by tests/contract/seams. A power cut at any moment leaves an image that
/// starts.
///
/// An update calls `erase`, `write` for one sector after the other from offset 0 on, `read` for what was
/// written, `refusal`, `choose`. Until `choose` was true, the next start is the running image's; `erase`
/// makes it that again also after `choose`. While `on_trial` none of these is called, but `confirm`.
class ImageStore {
public:
    virtual ~ImageStore() = default;

    /// Where the running image is, and where the next one goes: for people and programs to tell two of the
    /// same version apart. Static texts.
    [[nodiscard]] virtual std::string_view running_slot() const = 0;
    [[nodiscard]] virtual std::string_view spare_slot() const = 0;
    /// Payload bytes that the slot takes.
    [[nodiscard]] virtual std::uint32_t capacity_bytes() const = 0;
    /// True while the running image is on trial: unless it is confirmed, the next start is the old one's.
    [[nodiscard]] virtual bool on_trial() const = 0;

    // On a worker, never two at once; each may block. False: the medium failed, and the old image stays.

    /// Gives up what the slot holds: it cannot be started from now on.
    [[nodiscard]] virtual bool erase() = 0;
    /// Erases and writes one sector: `offset` is a multiple of limits::piece_bytes, only the last is shorter.
    [[nodiscard]] virtual bool write(std::uint32_t offset, std::string_view bytes) = 0;
    [[nodiscard]] virtual bool read(std::uint32_t offset, std::span<char> bytes) = 0;
    /// Why this machine cannot run what the slot holds as the firmware that the header names, as a sentence
    /// for the client (static); empty: it can, as far as reading tells. Nothing of the image is run: what
    /// only running it would tell is what its trial is for.
    [[nodiscard]] virtual std::string_view refusal(const ImageHeader&) = 0;
    /// After `refusal` was empty. In one step: the next start is the slot's, on trial.
    [[nodiscard]] virtual bool choose() = 0;
    /// In one step: the running image is the one to start from now on.
    [[nodiscard]] virtual bool confirm() = 0;
};

}  // namespace boardwalk::app
