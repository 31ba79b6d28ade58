#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "firmware/app/model/model.hpp"
#include "firmware/app/time.hpp"
#include "firmware/core/json_writer.hpp"
#include "firmware/websocket/frame.hpp"
#include "shared/fixed_string.hpp"

namespace boardwalk::app {

using BootId = FixedString<16>;

/// What a client may see as an output's value: true, 40, "open".
void write_value(JsonWriter&, const OutputDescription&, double value);

/// The whole state as JSON, encoded at most once for each `seq`, for all clients. It lies inside of the
/// stream's snapshot frame, so that the answer to GET and the snapshot are the same bytes.
class StateDocument {
public:
    StateDocument(const Model&, const BootId&);

    /// False when a state of this model may be larger than `limits::state_bytes_max`. Asked once, at start.
    [[nodiscard]] bool always_fits();

    /// False when the model has moved on since the last `update`.
    [[nodiscard]] bool current() const { return seq_ == model_.seq(); }
    /// Encodes the present state if that was not done. `uptime_ms` and `time` are those of its `seq`.
    void update(std::uint64_t uptime_ms, Time);

    /// All valid until the next `update`.
    [[nodiscard]] std::string_view json() const { return {room_.data() + json_begins, json_bytes_}; }
    [[nodiscard]] std::string_view snapshot_frame() const {
        return {room_.data() + frame_begins_, frame_bytes_};
    }
    /// Of what is encoded: another one for each other document.
    [[nodiscard]] std::uint64_t seq() const { return seq_; }
    /// `"boot_id-seq"`, with the quotation marks.
    [[nodiscard]] std::string_view etag() const { return etag_.view(); }

private:
    static constexpr std::string_view frame_prefix = R"({"topic":"state","snapshot":)";
    static constexpr std::size_t json_begins = websocket::header_bytes_max + frame_prefix.size();
    static_assert(json_begins % alignof(std::uint32_t) == 0, "so each answer copies it by whole words");

    bool encode(std::uint64_t uptime_ms, Time);

    const Model& model_;
    const BootId& boot_id_;
    std::uint64_t seq_ = 0;  ///< of what is encoded; 0: nothing yet
    std::size_t json_bytes_ = 0;
    std::size_t frame_begins_ = 0;
    std::size_t frame_bytes_ = 0;
    FixedString<64> etag_;
    alignas(std::uint32_t) std::array<char, json_begins + limits::state_bytes_max + 1> room_{};
};

}  // namespace boardwalk::app
