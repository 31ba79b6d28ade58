#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/jobs.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/update/image_header.hpp"
#include "firmware/app/update/image_store.hpp"
#include "firmware/app/update/sha256.hpp"
#include "firmware/http/request.hpp"
#include "firmware/server/outlet.hpp"
#include "firmware/server/workers.hpp"

namespace boardwalk::app {

/// `PUT /api/v1/firmware`: an image goes by piece by piece, each written to the spare slot by a worker from
/// where it lies in the connection's buffer. Only an image that is there whole, is what its header and its
/// sender say (read back from the slot), and can run here, is chosen for the next start. Costs no memory but
/// this object (416 bytes on a chip) and the buffer of the connection. Loop's thread only.
class Update {
public:
    Update(ImageStore* store, std::string_view model, server::Workers& workers, Jobs& jobs, Log& log);
    Update(const Update&) = delete;
    Update& operator=(const Update&) = delete;

    [[nodiscard]] bool possible() const { return store_ != nullptr; }
    [[nodiscard]] bool active() const { return active_; }
    [[nodiscard]] bool on_trial() const { return store_ != nullptr && store_->on_trial(); }
    [[nodiscard]] std::string_view running_slot() const {
        return store_ != nullptr ? store_->running_slot() : std::string_view();
    }

    /// By the head alone. Nothing: the body may come. One upload at a time.
    [[nodiscard]] std::optional<http::Problem> begin(const http::Request&);
    /// As `Application::on_body`; always false.
    bool take(server::Outlet&, server::SlotId, std::string_view piece, bool last);
    void lose();

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
    void finish_piece();
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
    bool active_ = false;
    bool waiting_ = false;              ///< for a place among the workers
    std::string_view slot_;             ///< where it goes
    std::uint64_t content_length_ = 0;  ///< 0: not told
    std::uint32_t written_ = 0;
    std::uint32_t read_back_ = 0;
    ImageHeader header_;
    Sha256 hash_;                                ///< of what is sent; then of what was stored
    std::optional<Sha256Value> content_digest_;  ///< what the sender says
    Work work_;
    Confirmation confirmation_;
};

}  // namespace boardwalk::app
