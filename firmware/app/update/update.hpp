#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/crypto/sha256.hpp"
#include "firmware/app/jobs.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/problems.hpp"
#include "firmware/app/update/image_header.hpp"
#include "firmware/app/update/image_store.hpp"
#include "firmware/http/request.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::app {

/// `PUT /api/v1/firmware`: an image goes by piece by piece, each written to the spare slot by a worker from
/// where it lies in the connection's buffer. Only an image that is there whole, is what its header and its
/// sender say (read back from the slot), and can run here, is chosen for the next start. Costs no memory but
/// this object (564 bytes on a chip) and the buffer of the connection. Loop's thread only.
class Update {
public:
    Update(ImageStore* store, std::string_view model, server::Workers& workers, Jobs& jobs, Log& log);
    Update(const Update&) = delete;
    Update& operator=(const Update&) = delete;

    [[nodiscard]] bool possible() const { return store_ != nullptr; }
    /// An upload or the discarding of an image is under way, and may still come to its end.
    [[nodiscard]] bool active() const { return (active_ || discard_.busy) && !overdue_; }
    [[nodiscard]] bool on_trial() const { return store_ != nullptr && store_->on_trial(); }
    [[nodiscard]] std::string_view running_slot() const {
        return store_ != nullptr ? store_->running_slot() : std::string_view();
    }

    /// What the slot holds for the next start: stored whole, not started yet.
    struct Stored {
        FixedString<32> version;
        std::string_view slot;
        std::uint32_t payload_bytes = 0;
    };
    [[nodiscard]] const std::optional<Stored>& stored() const { return stored_; }

    /// Gives up what is stored, and answers `client` later. Nothing: it will. Else what is in the way; a
    /// status of 204: nothing is stored.
    [[nodiscard]] std::optional<http::Problem> discard(server::Outlet&, server::SlotId client);

    /// By the head alone. Nothing: the body may come. One upload at a time.
    [[nodiscard]] std::optional<http::Problem> begin(const http::Request&);
    /// As `Application::on_body`; always false.
    bool on_piece(server::Outlet&, server::SlotId, std::string_view piece, bool last);
    void lose();
    /// Where the upload comes from, for the log.
    void note_sender(const FixedString<56>& peer) { sender_ = peer; }

    /// Once a turn. `healthy`: the self-test of an image on trial passed. Returns when it has something to do
    /// though nothing happened.
    std::uint64_t turn(std::uint64_t now_ms, bool healthy);

private:
    struct Work : server::Job {
        Update* self = nullptr;
        std::string_view piece;
        bool first = false, last = false;
        bool arrived = false;  ///< all of it; what was stored is read back
        bool sealed = false;
        std::optional<http::Problem> problem;
    };
    struct Discard : server::Job {
        Update* self = nullptr;
        server::SlotId client;
        bool busy = false;  ///< a worker has it
        bool worked = false;
    };
    struct Confirmation : server::Job {
        Update* self = nullptr;
        bool under_way = false;
        bool confirmed = false;
        unsigned failures = 0;
        std::uint64_t due_ms = 0;
    };

    [[nodiscard]] std::optional<http::Problem> read_head(std::string_view piece);
    [[nodiscard]] std::optional<http::Problem> write_piece();
    [[nodiscard]] std::optional<http::Problem> check_content();
    [[nodiscard]] std::optional<http::Problem> hash_piece();
    [[nodiscard]] std::optional<http::Problem> seal();
    void refuse(const http::Problem&);
    void submit();
    void watch(std::uint64_t now_ms);
    [[nodiscard]] std::optional<http::Problem> in_the_way() const;
    void finish_piece();
    void finish_discard();
    void answer_discard(http::Problem);
    void finish_confirmation();
    static void run(server::Job&);
    static void finish(server::Job&);

    ImageStore* store_;
    std::string_view model_;
    server::Workers& workers_;
    Jobs& jobs_;
    Log& log_;
    server::Outlet* outlet_ = nullptr;
    server::SlotId client_;
    FixedString<56> sender_;
    bool active_ = false;
    bool waiting_ = false;        ///< for a place among the workers, or for the next turn
    bool working_ = false;        ///< a worker has `work_`
    bool overdue_ = false;        ///< a worker has been with a job of ours for longer than job_ms_max
    std::uint64_t since_ms_ = 0;  ///< of the turn that first saw that job; 0: none has
    std::optional<Stored> stored_;
    std::string_view slot_;             ///< where it goes
    std::uint64_t content_length_ = 0;  ///< 0: not told
    std::uint32_t written_ = 0;
    std::uint32_t read_back_ = 0;
    ImageHeader header_;
    Sha256 hash_;                                ///< of what is sent; then of what was stored
    std::optional<Sha256Value> content_digest_;  ///< what the sender says
    Work work_;
    Discard discard_;
    Confirmation confirmation_;
};

}  // namespace boardwalk::app
