#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "firmware/app/file_writer.hpp"
#include "firmware/app/log.hpp"
#include "firmware/app/owner/accounts.hpp"
#include "firmware/app/owner/challenges.hpp"
#include "firmware/app/owner/claim_window.hpp"
#include "firmware/app/owner/guesses.hpp"
#include "firmware/app/owner/sessions.hpp"
#include "firmware/app/owner/setup_note.hpp"
#include "firmware/app/platform.hpp"
#include "firmware/app/storage.hpp"
#include "firmware/http/request.hpp"

namespace boardwalk::app {

/// Who sent a request, or opened a stream.
struct Caller {
    enum class Kind : std::uint8_t { nobody, session, token };
    Kind kind = Kind::nobody;
    Role role = Role::viewer;
    std::uint8_t place = 0;    ///< the person's among the people, or the token's among the tokens
    std::uint32_t number = 0;  ///< the session's, or the token's id

    [[nodiscard]] bool is_signed_in() const { return kind != Kind::nobody; }
};

/// Whose board this is: its people and tokens, which are kept in a file, who of them is signed in, and how a
/// board without an owner gets one. Loop's thread only.
class Owner {
public:
    /// `note` may be null.
    Owner(Storage& storage, FileWriter& files, Platform& platform, Log& log, SetupNote* note)
        : storage_(storage), files_(files), platform_(platform), log_(log), note_(note) {}
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    /// Reads the file, once at start. A file that makes no sense is kept aside, and the board is unclaimed. A
    /// board that is opens its window. `label`: the set-up code that stands on the board; empty: each window
    /// has one of its own. May block.
    void load(std::optional<protocol::SetupCode> label);
    /// Opens the window anew, as the board's button does; a board that is claimed needs none.
    void open_window();
    /// Once a turn: a board that stays unclaimed tells what to do.
    void turn(std::uint64_t now_ms);

    [[nodiscard]] bool claimed() const { return claimed_; }
    [[nodiscard]] const Accounts& accounts() const { return accounts_; }
    [[nodiscard]] ClaimWindow& window() { return window_; }
    [[nodiscard]] Sessions& sessions() { return sessions_; }
    [[nodiscard]] Challenges& challenges() { return challenges_; }
    [[nodiscard]] const Challenges& challenges() const { return challenges_; }
    [[nodiscard]] Guesses& guesses() { return guesses_; }
    /// The keys of the person of that name; of one that there is not, such as could be: always the same ones,
    /// and found in the same time.
    [[nodiscard]] Keys keys_of(std::string_view user) const;
    /// Another after each change of who may do what: of people, tokens and sessions.
    [[nodiscard]] std::uint32_t revision() const { return revision_; }
    void note_change() { ++revision_; }

    /// By the bearer token of a request, else by its cookie `bw-ID`.
    [[nodiscard]] Caller caller_of(const http::Request&, std::string_view board_id);
    /// What a caller may do now. Nothing: its session or its token has ended.
    [[nodiscard]] std::optional<Role> role_of(const Caller&) const;
    /// The person's name, or what the token is for.
    [[nodiscard]] std::string_view name_of(const Caller&) const;

    /// Writes `next` to the file on a worker; once that is done, `take_stored` puts it in force. Nobody in
    /// it: the board has no owner from then on. Only while no other file is written. False: no worker is
    /// free.
    [[nodiscard]] bool save(const Accounts& next, FileWriter::Done, void* context);
    void take_stored();

    /// An id for a token that none has.
    [[nodiscard]] std::uint32_t new_token_id();

private:
    Storage& storage_;
    FileWriter& files_;
    Platform& platform_;
    Log& log_;
    SetupNote* note_;
    Accounts accounts_;
    Sessions sessions_;
    ClaimWindow window_;
    Challenges challenges_;
    Guesses guesses_;
    std::optional<protocol::SetupCode> label_;
    std::uint64_t reminder_ms_ = 0;
    std::uint32_t revision_ = 1;
    bool claimed_ = false;
};

}  // namespace boardwalk::app
