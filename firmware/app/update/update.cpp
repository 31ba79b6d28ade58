#include "firmware/app/update/update.hpp"

#include <mbedtls/base64.h>

#include <algorithm>
#include <array>
#include <utility>

#include "firmware/http/grammar.hpp"
#include "shared/names.hpp"

namespace boardwalk::app {

namespace {

/// `Refusal::image_storage_stuck` for a client whose buffer a worker still has: there is no memory to write
/// an answer in.
#define BOARDWALK_STUCK_BODY                                                        \
    R"({"type":"about:blank","title":"Service Unavailable","status":503,)"          \
    R"("detail":"The storage has not answered for 10 s; the old firmware stays.",)" \
    R"("instance":"/api/v1/firmware","code":"storage_stuck"})"
constexpr std::string_view stuck_answer =
    "HTTP/1.1 503 Service Unavailable\r\n"
    "Content-Type: application/problem+json\r\n"
    "Content-Length: 192\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
    "\r\n" BOARDWALK_STUCK_BODY;
static_assert(sizeof(BOARDWALK_STUCK_BODY) - 1 == 192, "Content-Length above");
static_assert(protocol::paths::firmware == "/api/v1/firmware", "the instance above");
#undef BOARDWALK_STUCK_BODY

enum class DigestField : std::uint8_t { absent, good, bad };

/// RFC 9530 §2: a dictionary of byte sequences (RFC 8941 §3.2, §3.3.5). Algorithms other than sha-256 are
/// passed over.
DigestField read_digest(http::ListField field, Sha256Value& digest) {
    constexpr std::string_view name = "sha-256=";
    for (auto item = field.next(); !item.empty(); item = field.next()) {
        if (!item.starts_with(name)) continue;
        item.remove_prefix(name.size());
        item = http::trim(item.substr(0, item.find(';')));
        if (item.size() < 2 || !item.starts_with(':') || !item.ends_with(':')) return DigestField::bad;
        item = item.substr(1, item.size() - 2);
        std::size_t size = 0;
        const auto* text = reinterpret_cast<const unsigned char*>(item.data());
        const bool read = mbedtls_base64_decode(digest.data(), digest.size(), &size, text, item.size()) == 0;
        return read && size == digest.size() ? DigestField::good : DigestField::bad;
    }
    return DigestField::absent;
}

}  // namespace

Update::Update(ImageStore* store, std::string_view model, server::Workers& workers, Jobs& jobs, Log& log)
    : store_(store), model_(model), workers_(workers), jobs_(jobs), log_(log) {
    work_.Job::run = &Update::run;
    work_.Job::finish = &Update::finish;
    work_.self = this;
    discard_.self = this;
    discard_.Job::run = [](server::Job& job) {
        auto& discard = static_cast<Discard&>(job);
        discard.worked = discard.self->store_->erase();
    };
    discard_.Job::finish = [](server::Job& job) { static_cast<Discard&>(job).self->finish_discard(); };
    confirmation_.self = this;
    confirmation_.Job::run = [](server::Job& job) {
        auto& confirmation = static_cast<Confirmation&>(job);
        confirmation.confirmed = confirmation.self->store_->confirm();
    };
    confirmation_.Job::finish = [](server::Job& job) {
        static_cast<Confirmation&>(job).self->finish_confirmation();
    };
}

/// Why the slot cannot be changed now.
std::optional<http::Problem> Update::in_the_way() const {
    if (overdue_) return problem_of(Refusal::image_storage_stuck);
    if (active_ || discard_.busy) {
        return problem_of(Refusal::upload_under_way);
    }
    if (store_->on_trial()) {  // the slot holds the image to go back to
        return problem_of(Refusal::on_trial);
    }
    return std::nullopt;
}

std::optional<http::Problem> Update::begin(const http::Request& request) {
    if (auto problem = in_the_way()) return problem;
    if (request.framing == http::Framing::length && request.content_length <= image_header_bytes)
        return problem_of(Refusal::wrong_length);
    if (request.content_length > std::uint64_t{image_header_bytes} + store_->capacity_bytes()) {
        return problem_of(Refusal::image_too_large);
    }
    Sha256Value digest;
    const auto field = read_digest(request.content_digest, digest);
    if (field == DigestField::bad) {
        return problem_of(Refusal::bad_digest);
    }
    content_digest_.reset();
    if (field == DigestField::good) content_digest_ = digest;
    slot_ = store_->spare_slot();
    content_length_ = request.content_length;
    written_ = 0;
    header_ = {};
    hash_.begin();
    work_.first = true;
    work_.arrived = work_.sealed = false;
    active_ = true;
    jobs_.start(JobKind::firmware);
    log_.write_repeated(Notice::upload_began, 0, LogLevel::info, {"a firmware upload began"});
    return std::nullopt;
}

bool Update::on_piece(server::Outlet& outlet, server::SlotId client, std::string_view piece, bool last) {
    outlet_ = &outlet;
    client_ = client;
    if (work_.first) {
        if (const auto problem = read_head(piece)) {
            refuse(*problem);
            return false;
        }
    }
    work_.piece = piece;
    work_.last = last;
    since_ms_ = 0;
    submit();
    return false;
}

std::optional<http::Problem> Update::read_head(std::string_view piece) {
    switch (read_header(piece, header_)) {
        case HeaderError::none: break;
        case HeaderError::not_an_image: return problem_of(Refusal::not_an_image);
        case HeaderError::unknown_layout: return problem_of(Refusal::unknown_layout);
    }
    if (!(header_.model == model_)) {
        return problem_of(Refusal::wrong_model);
    }
    if (header_.payload_bytes > store_->capacity_bytes()) {
        return problem_of(Refusal::image_too_large);
    }
    const auto expected = std::uint64_t{image_header_bytes} + header_.payload_bytes;
    if (content_length_ != 0 && content_length_ != expected) return problem_of(Refusal::wrong_length);
    return std::nullopt;
}

/// The client went. What is in the slot stays void.
void Update::lose() {
    if (!active_) return;
    active_ = false;
    jobs_.fail(JobKind::firmware, problem_of(Refusal::truncated));
    log_.write_repeated(Notice::upload_ended, 0, LogLevel::warning, {"a firmware upload ended early"});
}

void Update::refuse(const http::Problem& problem) {
    active_ = false;
    work_.problem = problem;
    jobs_.fail(JobKind::firmware, problem);
    log_.write_repeated(Notice::upload_refused, 0, LogLevel::warning,
                        {"a firmware upload was refused: ", problem.code});
    outlet_->answer_later(
        client_,
        [](void* work, http::Response& response) {
            auto shown = *static_cast<Work*>(work)->problem;
            shown.instance = protocol::paths::firmware;
            http::answer(response, shown);
        },
        &work_);
}

void Update::submit() {
    working_ = true;  // first: workers that are done before they return are done with it
    waiting_ = false;
    if (workers_.submit(work_)) return;
    working_ = false;
    waiting_ = true;
}

// --- on a worker -----------------------------------------------------------------------------------------

/// A sector's worth of work at a time, also of reading back: a board whose only worker is the loop serves its
/// clients between two sectors.
void Update::run(server::Job& job) {
    Work& work = static_cast<Work&>(job);
    Update& self = *work.self;
    if (!work.arrived) {
        work.problem = self.write_piece();
        if (work.problem || !work.last) return;
        work.arrived = true;
        work.problem = self.check_content();
    } else if (self.read_back_ < self.header_.payload_bytes) {
        work.problem = self.hash_piece();
    } else {
        work.problem = self.seal();
        work.sealed = true;
    }
}

std::optional<http::Problem> Update::write_piece() {
    hash_.add(work_.piece);
    if (work_.first)
        return store_->erase() ? std::nullopt : std::optional(problem_of(Refusal::image_not_stored));
    if (work_.piece.size() > header_.payload_bytes - written_) return problem_of(Refusal::wrong_length);
    if (!work_.piece.empty() && !store_->write(written_, work_.piece))
        return problem_of(Refusal::image_not_stored);
    written_ += static_cast<std::uint32_t>(work_.piece.size());
    return std::nullopt;
}

std::optional<http::Problem> Update::check_content() {
    if (written_ != header_.payload_bytes) return problem_of(Refusal::wrong_length);
    if (content_digest_ && hash_.value() != *content_digest_) {
        return problem_of(Refusal::digest_mismatch);
    }
    hash_.begin();
    read_back_ = 0;
    return std::nullopt;
}

/// What was stored, not what was sent: a bad sector shows now and not at the next start.
std::optional<http::Problem> Update::hash_piece() {
    std::array<char, 512> part;
    const auto end = std::min<std::size_t>(header_.payload_bytes, read_back_ + limits::piece_bytes);
    while (read_back_ < end) {
        const auto size = std::min<std::size_t>(part.size(), end - read_back_);
        if (!store_->read(read_back_, std::span(part).first(size)))
            return problem_of(Refusal::image_not_stored);
        hash_.add({part.data(), size});
        read_back_ += static_cast<std::uint32_t>(size);
    }
    return std::nullopt;
}

std::optional<http::Problem> Update::seal() {
    if (hash_.value() != header_.payload_sha256) {
        return problem_of(Refusal::payload_corrupt);
    }
    if (const auto why = store_->refusal(header_); !why.empty())
        return problem_of(Refusal::not_executable, why);
    return store_->choose() ? std::nullopt : std::optional(problem_of(Refusal::image_not_stored));
}

// --- on the loop -----------------------------------------------------------------------------------------

void Update::finish(server::Job& job) { static_cast<Work&>(job).self->finish_piece(); }

void Update::finish_piece() {
    working_ = false;
    const bool failed = work_.problem && work_.problem->code == problem_of(Refusal::image_not_stored).code;
    if (std::exchange(work_.first, false) && !failed) stored_.reset();  // its slot was erased
    if (std::exchange(overdue_, false)) {  // its client was told; only the buffer was left
        active_ = false;
        return outlet_->answer_later(client_, [](void*, http::Response&) {}, nullptr);
    }
    if (work_.problem) return refuse(*work_.problem);
    if (!work_.last) {
        jobs_.set_progress(JobKind::firmware, static_cast<double>(written_) / header_.payload_bytes);
        return outlet_->resume_body(client_);
    }
    if (!work_.sealed) {
        since_ms_ = 0;
        waiting_ = true;  // the next turn goes on
        return;
    }
    active_ = false;
    stored_ = Stored{.version = header_.version, .slot = slot_, .payload_bytes = header_.payload_bytes};
    log_.write(LogLevel::info, {"firmware ", header_.version, " is stored, from ", sender_,
                                "; it starts with the next restart"});
    jobs_.finish(
        JobKind::firmware,
        [](const void* update, JsonWriter& json) {
            const auto& self = *static_cast<const Update*>(update);
            json.begin_object()
                .member("version", self.header_.version.view())
                .member("slot", self.slot_)
                .end_object();
        },
        this);
    outlet_->answer_later(
        client_,
        [](void* update, http::Response& response) {
            auto json = response.json(202);
            write(json, static_cast<Update*>(update)->jobs_[JobKind::firmware]);
        },
        this);
}

std::uint64_t Update::turn(std::uint64_t now_ms, bool healthy) {
    constexpr auto never = ~std::uint64_t{0};
    if (waiting_) submit();
    watch(now_ms);
    const bool given_up = confirmation_.failures == limits::confirm_tries_max;
    if (!healthy || given_up || confirmation_.under_way || !on_trial()) return never;
    if (now_ms < confirmation_.due_ms) return confirmation_.due_ms;
    confirmation_.due_ms = now_ms + limits::confirm_pause_ms;
    confirmation_.under_way = true;  // first: workers that are done before they return are done with it
    if (!workers_.submit(confirmation_)) confirmation_.under_way = false;
    return confirmation_.due_ms;
}

/// A medium that does not answer must not keep the board from being started again, nor a client waiting.
void Update::watch(std::uint64_t now_ms) {
    if ((!working_ && !waiting_ && !discard_.busy) || overdue_) return;
    if (since_ms_ == 0) since_ms_ = now_ms;
    if (now_ms - since_ms_ <= limits::job_ms_max) return;
    log_.write(LogLevel::error, {"the storage of firmware does not answer"});
    if (std::exchange(waiting_, false)) return refuse(problem_of(Refusal::image_storage_stuck));
    overdue_ = true;
    if (discard_.busy) return answer_discard(problem_of(Refusal::image_storage_stuck));
    jobs_.fail(JobKind::firmware, problem_of(Refusal::image_storage_stuck));
    outlet_->abandon_body(client_, stuck_answer);
}

std::optional<http::Problem> Update::discard(server::Outlet& outlet, server::SlotId client) {
    if (auto problem = in_the_way()) return problem;
    if (!stored_) return http::Problem{.status = 204};
    outlet_ = &outlet;
    discard_.client = client;
    discard_.busy = true;
    since_ms_ = 0;
    if (workers_.submit(discard_)) return std::nullopt;
    discard_.busy = false;
    return problem_of(Refusal::workers_busy);
}

void Update::finish_discard() {
    discard_.busy = false;
    if (discard_.worked) {
        log_.write(LogLevel::info, {"the stored firmware ", stored_->version, " was discarded"});
        stored_.reset();
    }
    if (std::exchange(overdue_, false)) return;  // its client was told
    answer_discard(discard_.worked ? http::Problem{.status = 204} : problem_of(Refusal::image_not_stored));
}

void Update::answer_discard(http::Problem problem) {
    problem.instance = protocol::paths::firmware;
    outlet_->answer_later(
        discard_.client,
        [](void* context, http::Response& response) {
            const auto& told = *static_cast<const http::Problem*>(context);
            response.status = told.status;
            if (told.status != 204) http::answer(response, told);
        },
        &problem);
}

void Update::finish_confirmation() {
    confirmation_.under_way = false;
    if (confirmation_.confirmed) return log_.write(LogLevel::info, {"this firmware confirmed itself"});
    log_.write(LogLevel::warning, {"this firmware could not be confirmed: the storage failed"});
    if (++confirmation_.failures == limits::confirm_tries_max) {
        log_.write(LogLevel::error, {"this firmware is given up: the one before starts when its trial ends"});
    }
}

}  // namespace boardwalk::app
