#include "firmware/app/owner/owner.hpp"

#include <algorithm>
#include <array>

#include "firmware/app/crypto/hmac.hpp"
#include "firmware/app/crypto/sha256.hpp"
#include "firmware/app/owner/credentials.hpp"

namespace boardwalk::app {

namespace {

constexpr std::string_view file_name = "owner";
static_assert(is_storage_name(file_name));

/// Of 40 random bits.
protocol::SetupCode make_code(Platform& platform) {
    std::array<std::uint8_t, limits::setup_code_bytes> bytes{};
    platform.random(bytes);
    std::array<char, limits::setup_code_bytes> letters{};
    static_assert(protocol::setup_code_letters.size() == 32);
    std::ranges::transform(bytes, letters.begin(),
                           [](std::uint8_t byte) { return protocol::setup_code_letters[byte & 31]; });
    return cut(std::string_view(letters.data(), letters.size()));
}

}  // namespace

void Owner::load(std::optional<protocol::SetupCode> label) {
    label_ = label;
    challenges_.begin(platform_);
    std::size_t size = 0;
    const auto found = storage_.read(file_name, files_.memory(), size);
    if (found != Storage::Found::no) {
        const auto stored =
            found == Storage::Found::yes ? read_accounts({files_.memory().data(), size}) : std::nullopt;
        if (stored && stored->has_owner()) {
            accounts_ = *stored;
            claimed_ = true;
            if (note_ != nullptr) note_->take_back();
            return;
        }
        if (stored) return open_window();  // its owner was forgotten
        const auto kept = storage_.set_aside(file_name);
        log_.write(LogLevel::error,
                   {file_name, " makes no sense: the board is unclaimed; ",
                    kept.empty() ? std::string_view("it cannot be kept aside") : "kept as ", kept.view()});
    }
    open_window();
}

void Owner::open_window() {
    if (claimed_) return;
    const auto code = label_ ? *label_ : make_code(platform_);
    window_.open(code, platform_.now_ms());
    reminder_ms_ = platform_.now_ms() + limits::unclaimed_reminder_ms;
    std::array<char, 32> line;
    TextWriter out(line);
    out.append("set-up code: ");
    out.append(code.view());
    platform_.print(out.view());
    if (note_ != nullptr) note_->leave(code.view());
}

void Owner::turn(std::uint64_t now_ms) {
    if (claimed_ || now_ms < reminder_ms_) return;
    reminder_ms_ = now_ms + limits::unclaimed_reminder_ms;
    log_.write(LogLevel::warning, {"this board is still unclaimed: start it again or press its button, and "
                                   "enter the set-up code on its page"});
}

Keys Owner::keys_of(std::string_view user) const {
    Keys keys;
    const auto made_up = hmac(accounts_.secret, user);
    std::copy_n(made_up.begin(), keys.salt.size(), keys.salt.begin());
    keys.stored = made_up;  // no client key has this as its hash
    const auto place = accounts_.find_person(user);
    return place ? accounts_.people[*place].keys : keys;
}

Caller Owner::caller_of(const http::Request& request, std::string_view board_id) {
    if (const auto token = bearer_token(request)) {
        const auto place = accounts_.find_token(sha256(*token));
        if (!place) return {};
        const Token& found = accounts_.tokens[*place];
        return {.kind = Caller::Kind::token,
                .role = found.role,
                .place = static_cast<std::uint8_t>(*place),
                .number = found.id};
    }
    const auto cookie = session_cookie(request, board_id);
    if (cookie.empty()) return {};
    const auto* session = sessions_.use(cookie, platform_.now_ms());
    if (session == nullptr) return {};
    return {.kind = Caller::Kind::session,
            .role = accounts_.people[session->person].role,
            .place = session->person,
            .number = session->number};
}

std::optional<Role> Owner::role_of(const Caller& caller) const {
    if (caller.kind == Caller::Kind::token) {
        const auto place = accounts_.find_token(caller.number);
        return place ? std::optional(accounts_.tokens[*place].role) : std::nullopt;
    }
    if (caller.kind == Caller::Kind::nobody) return std::nullopt;
    const auto* session = sessions_.find(caller.number, platform_.now_ms());
    return session != nullptr ? std::optional(accounts_.people[session->person].role) : std::nullopt;
}

std::string_view Owner::name_of(const Caller& caller) const {
    return caller.kind == Caller::Kind::token ? accounts_.tokens[caller.place].name.view()
                                              : accounts_.people[caller.place].name.view();
}

bool Owner::save(const Accounts& next, FileWriter::Done done, void* context) {
    FileWriter::Behind behind;
    if (!claimed_ && note_ != nullptr)
        behind = {.run = [](void* note) { static_cast<SetupNote*>(note)->take_back(); }, .context = note_};
    return files_.start(file_name, write_accounts(next, files_.memory()), done, context, behind);
}

/// As it was read, so that what is in force is what the next start finds.
void Owner::take_stored() {
    const auto stored = read_accounts(files_.content());
    if (!stored) return;
    accounts_ = *stored;
    claimed_ = accounts_.has_owner();
    note_change();
    if (claimed_) return window_.close();
    sessions_.end_all();
    open_window();
}

std::uint32_t Owner::new_token_id() {
    std::array<std::uint8_t, 4> bytes{};
    std::uint32_t id = 0;
    while (id == 0 || accounts_.find_token(id)) {
        platform_.random(bytes);
        id = static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
             static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
    }
    return id;
}

}  // namespace boardwalk::app
