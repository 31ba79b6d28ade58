#include "firmware/app/owner/accounts.hpp"

#include <algorithm>
#include <cassert>

#include "firmware/app/crypto/bytes.hpp"
#include "firmware/app/crypto/sha256.hpp"
#include "firmware/core/text_writer.hpp"
#include "firmware/limits.hpp"

/// The file: a magic that also tells the version of this layout; the secret; each place of a person, then
/// each of a token, of which a free one is one zero byte; the first bytes of the SHA-256 of all that. Numbers
/// are little-endian.
namespace boardwalk::app {

namespace {

constexpr std::string_view magic = "BWO\1";
constexpr std::size_t check_bytes = 8;
static_assert(accounts_file_bytes_max <= limits::storage_file_bytes_max);

void put(TextWriter& out, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8)
        out.append(static_cast<char>(number >> shift & 0xff));
}

void put_name(TextWriter& out, std::string_view name) {
    out.append(static_cast<char>(name.size()));
    out.append(name);
}

/// Takes what it reads off the front of a text.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    void take(std::span<std::uint8_t> bytes) {
        good_ = good_ && rest_.size() >= bytes.size();
        if (!good_) return;
        std::copy_n(rest_.begin(), bytes.size(), bytes.begin());
        rest_.remove_prefix(bytes.size());
    }
    std::uint8_t byte() {
        std::array<std::uint8_t, 1> one{};
        take(one);
        return one[0];
    }
    std::uint32_t number() {
        std::array<std::uint8_t, 4> bytes{};
        take(bytes);
        return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
               static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
    }
    /// Empty: a free place.
    void take_name(protocol::Name& name) {
        const std::size_t size = byte();
        const auto text = rest_.substr(0, size);
        good_ = good_ && text.size() == size && name.assign(text);
        good_ =
            good_ && (size == 0 || protocol::find_name_fault(text).kind == protocol::NameFault::Kind::none);
        if (good_) rest_.remove_prefix(size);
    }
    void take_role(Role& role) {
        const auto value = byte();
        good_ = good_ && value < protocol::words<Role>.size();
        if (good_) role = static_cast<Role>(value);
    }
    /// Nothing was wrong, and nothing is left.
    [[nodiscard]] bool is_done() const { return good_ && rest_.empty(); }
    [[nodiscard]] bool is_good() const { return good_; }

private:
    std::string_view rest_;
    bool good_ = true;
};

void take(Reader& in, Person& person) {
    in.take_name(person.name);
    if (person.name.empty()) return;
    in.take_role(person.role);
    in.take(person.keys.salt);
    person.keys.iterations = in.number();
    in.take(person.keys.stored);
    in.take(person.keys.server);
}

void take(Reader& in, Token& token) {
    in.take_name(token.name);
    if (token.name.empty()) return;
    in.take_role(token.role);
    token.id = in.number();
    in.take(token.hash);
}

template <class Table, class Is>
std::optional<std::size_t> find(const Table& table, Is is) {
    const auto found = std::ranges::find_if(table, is);
    if (found == table.end()) return std::nullopt;
    return static_cast<std::size_t>(found - table.begin());
}

/// Of a board whose owner was forgotten.
bool is_empty(const Accounts& accounts) {
    return std::ranges::all_of(accounts.people, [](const Person& one) { return one.name.empty(); }) &&
           std::ranges::all_of(accounts.tokens, [](const Token& one) { return one.id == 0; });
}

/// Each name and each id once; a person can be told from a free place.
bool is_consistent(const Accounts& accounts) {
    for (std::size_t i = 0; i < accounts.people.size(); ++i) {
        const auto& name = accounts.people[i].name;
        if (!name.empty() && accounts.find_person(name) != i) return false;
    }
    for (std::size_t i = 0; i < accounts.tokens.size(); ++i) {
        const auto& token = accounts.tokens[i];
        if (token.name.empty() != (token.id == 0)) return false;
        if (token.id != 0 && accounts.find_token(token.id) != i) return false;
    }
    return accounts.has_owner() || is_empty(accounts);
}

}  // namespace

bool Accounts::has_owner() const {
    return std::ranges::any_of(
        people, [](const Person& one) { return !one.name.empty() && one.role == Role::owner; });
}

std::optional<std::size_t> Accounts::find_person(std::string_view name) const {
    return find(people, [name](const Person& one) { return !one.name.empty() && one.name == name; });
}

std::optional<std::size_t> Accounts::find_token(std::uint32_t id) const {
    return find(tokens, [id](const Token& one) { return one.id != 0 && one.id == id; });
}

std::optional<std::size_t> Accounts::find_token(const Sha256Value& hash) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (equal_secrets(tokens[i].hash, hash) && tokens[i].id != 0) found = i;
    }
    return found;
}

std::optional<std::size_t> Accounts::free_person() const {
    return find(people, [](const Person& one) { return one.name.empty(); });
}

std::optional<std::size_t> Accounts::free_token() const {
    return find(tokens, [](const Token& one) { return one.id == 0; });
}

std::size_t write_accounts(const Accounts& accounts, std::span<char> memory) {
    TextWriter out(memory);
    out.append(magic);
    out.append(text_of(accounts.secret));
    for (const Person& one : accounts.people) {
        put_name(out, one.name);
        if (one.name.empty()) continue;
        out.append(static_cast<char>(one.role));
        out.append(text_of(one.keys.salt));
        put(out, one.keys.iterations);
        out.append(text_of(one.keys.stored));
        out.append(text_of(one.keys.server));
    }
    for (const Token& one : accounts.tokens) {
        put_name(out, one.id != 0 ? one.name.view() : std::string_view());
        if (one.id == 0) continue;
        out.append(static_cast<char>(one.role));
        put(out, one.id);
        out.append(text_of(one.hash));
    }
    const auto check = sha256(out.view());
    out.append(text_of(check).substr(0, check_bytes));
    assert(!out.overflowed());
    return out.size();
}

std::optional<Accounts> read_accounts(std::string_view file) {
    if (!file.starts_with(magic) || file.size() < magic.size() + check_bytes) return std::nullopt;
    const auto content = file.substr(0, file.size() - check_bytes);
    const auto check = sha256(content);
    if (file.substr(content.size()) != text_of(check).substr(0, check_bytes)) return std::nullopt;
    Reader in(content.substr(magic.size()));
    Accounts accounts;
    in.take(accounts.secret);
    for (Person& one : accounts.people)
        take(in, one);
    for (Token& one : accounts.tokens)
        take(in, one);
    if (!in.is_done() || !is_consistent(accounts)) return std::nullopt;
    return accounts;
}

}  // namespace boardwalk::app
