#include "firmware/http/request_parser.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <utility>

#include "firmware/http/authority.hpp"
#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

/// The fields that are read here. Those up to `websocket_version` hold one value and may come once only; the
/// others are lists, which may be spread over lines (RFC 9110 §5.3).
enum class Field : std::uint8_t {
    host,
    content_length,
    content_type,
    origin,
    range,
    if_range,
    websocket_key,
    websocket_version,
    transfer_encoding,
    connection,
    upgrade,
    expect,
    if_match,
    if_none_match,
    accept_encoding,
    content_encoding,
    content_digest,
    websocket_protocol,
    forwarded,
    x_forwarded_for,
    via,
    unread,
};

/// In the order of Field.
constexpr std::array<std::string_view, static_cast<std::size_t>(Field::unread)> field_names = {
    "host",
    "content-length",
    "content-type",
    "origin",
    "range",
    "if-range",
    "sec-websocket-key",
    "sec-websocket-version",
    "transfer-encoding",
    "connection",
    "upgrade",
    "expect",
    "if-match",
    "if-none-match",
    "accept-encoding",
    "content-encoding",
    "content-digest",
    "sec-websocket-protocol",
    "forwarded",
    "x-forwarded-for",
    "via",
};

/// A place for each name, by its size and its last letter in either case: of those above each has one of its
/// own.
constexpr std::size_t place_count = 128;
constexpr std::size_t place_of(std::string_view name) {
    constexpr std::size_t factor = 48;
    static_assert(factor * ('a' - 'A') % place_count == 0, "both cases have one place");
    return (name.size() + factor * static_cast<unsigned char>(name.back())) % place_count;
}
constexpr auto fields_by_place = [] {
    std::array<Field, place_count> fields{};
    fields.fill(Field::unread);
    for (unsigned i = 0; i < field_names.size(); ++i)
        fields[place_of(field_names[i])] = static_cast<Field>(i);
    return fields;
}();
static_assert(std::ranges::count(fields_by_place, Field::unread) == place_count - field_names.size());

/// `name` is a token.
inline Field field_of(std::string_view name) {
    const auto field = fields_by_place[place_of(name)];
    if (field == Field::unread) return field;
    const auto wanted = field_names[static_cast<std::size_t>(field)];
    return wanted.size() == name.size() && Scan::is_name(name, wanted) ? field : Field::unread;
}

/// A text that code is made for: comparing with it takes an instruction or two a character, and no call.
template <std::size_t size>
struct Literal {
    consteval Literal(const char (&text)[size + 1]) {  // NOLINT(google-explicit-constructor)
        std::copy_n(text, size, characters.begin());
    }
    std::array<char, size> characters{};
};
template <std::size_t size>
Literal(const char (&)[size]) -> Literal<size - 1>;

/// `at` begins with as many characters as `text` has.
template <Literal text>
bool is_at(const char* at) {
    return Scan::begins(at, text.characters);
}

template <Literal text>
bool equals(std::string_view value) {
    return value.size() == text.characters.size() && is_at<text>(value.data());
}

/// A name as browsers write it.
template <Literal written, Field meant>
struct CommonName {
    static constexpr std::size_t size = written.characters.size();
    static constexpr Field field = meant;
    static bool leads(const char* line) {
        return line[0] == written.characters[0] && line[size] == ':' && is_at<written>(line);
    }
};

struct FoundName {
    const char* colon = nullptr;  ///< behind the name; null: there is none
    Field field = Field::unread;
};

/// Most lines begin with one of these: then no character of it has to be looked at by itself, on a processor
/// that looks at one at a time. Which names are here changes nothing but that.
template <typename... Names>
struct CommonNames {
    static constexpr std::size_t size_max = std::max({Names::size...});
    static FoundName find(const char* line, const char* end) {
        FoundName found;
        if (static_cast<std::size_t>(end - line) <= size_max) return found;
        (void)((Names::leads(line) && (found = {line + Names::size, Names::field}, true)) || ...);
        return found;
    }
};
using BrowserNames =
    CommonNames<CommonName<"Host", Field::host>, CommonName<"Connection", Field::connection>,
                CommonName<"User-Agent", Field::unread>, CommonName<"Accept", Field::unread>,
                CommonName<"Referer", Field::unread>, CommonName<"Accept-Encoding", Field::accept_encoding>,
                CommonName<"Accept-Language", Field::unread>, CommonName<"Cookie", Field::unread>,
                CommonName<"Sec-Fetch-Site", Field::unread>, CommonName<"Sec-Fetch-Mode", Field::unread>,
                CommonName<"Sec-Fetch-Dest", Field::unread>, CommonName<"Origin", Field::origin>,
                CommonName<"If-None-Match", Field::if_none_match>,
                CommonName<"Cache-Control", Field::unread>>;

/// The name at the beginning of a line, with its colon behind it.
FoundName find_name(const Scan& scan, const char* line) {
    if (!Scan::is_wide) {
        if (const auto common = BrowserNames::find(line, scan.end()); common.colon != nullptr) return common;
    }
    const char* const colon = scan.colon_behind_name(line);
    if (colon == nullptr) return {};
    return {colon, field_of({line, colon})};
}

/// Goes through the field lines of one head. What must be seen across lines is judged in `finish`.
class FieldParser {
public:
    explicit FieldParser(Request& request) : request_(request) {}

    /// Takes all lines off the head, up to the empty one or to its end.
    ParseError parse(std::string_view& head);

private:
    ParseError take(Field field, std::string_view value, std::string_view from);
    ParseError finish();
    [[nodiscard]] bool seen(Field field) const { return (seen_ & (1U << static_cast<unsigned>(field))) != 0; }
    ParseError take_one(Field field, std::string_view value);
    ParseError take_list(Field field, std::string_view value, std::string_view from);
    ParseError take_host(std::string_view value);
    ParseError take_content_length(std::string_view value);
    ParseError take_expectations(std::string_view list);
    void take_transfer_codings(std::string_view list);
    void take_connection_options(std::string_view list);

    Request& request_;
    std::uint32_t seen_ = 0;  ///< a bit for each Field
    bool close_ = false;
    bool keep_alive_ = false;
    bool upgrade_ = false;
    bool to_websocket_ = false;
    bool chunked_ = false;
    bool other_coding_ = false;
    bool behind_chunked_ = false;
};

ParseError FieldParser::parse(std::string_view& head) {
    if (head.empty()) return finish();
    const Scan scan(head);
    const char* line = head.data();
    std::size_t left = limits::fields_max;
    while (true) {
        const auto name = find_name(scan, line);
        if (name.colon == nullptr) break;
        if (left-- == 0) return ParseError::too_many_fields;
        const char* const value = name.colon + 1;
        const char* const value_end = scan.line_end_behind_value(value);
        if (value_end == nullptr) return ParseError::bad_field;
        if (name.field != Field::unread) {
            const auto error = take(name.field, trim({value, value_end}), {line, scan.end()});
            if (error != ParseError::none) return error;
        }
        line = value_end + 2;
    }
    head = {line, scan.end()};
    if (head.empty() || head.starts_with("\r\n")) return finish();
    if (left == 0) return ParseError::too_many_fields;
    return head.front() == ' ' || head.front() == '\t' ? ParseError::folded_field : ParseError::bad_field;
}

ParseError FieldParser::take(Field field, std::string_view value, std::string_view from) {
    const auto error =
        field <= Field::websocket_version ? take_one(field, value) : take_list(field, value, from);
    seen_ |= 1U << static_cast<unsigned>(field);
    return error;
}

ParseError FieldParser::take_one(Field field, std::string_view value) {
    if (field == Field::host) return take_host(value);
    if (field == Field::content_length) return take_content_length(value);
    if (seen(field) || value.empty()) return ParseError::repeated_field;
    switch (field) {
        case Field::content_type: request_.content_type = value; break;
        case Field::origin: request_.origin = value; break;
        case Field::range: request_.range = value; break;
        case Field::if_range: request_.if_range = value; break;
        case Field::websocket_key: request_.websocket_key = value; break;
        case Field::websocket_version: request_.websocket_version = value; break;
        default: break;
    }
    return ParseError::none;
}

ParseError FieldParser::take_list(Field field, std::string_view value, std::string_view from) {
    const auto name = field_names[static_cast<std::size_t>(field)];
    switch (field) {
        case Field::transfer_encoding: take_transfer_codings(value); break;
        case Field::connection: take_connection_options(value); break;
        case Field::upgrade: to_websocket_ |= list_has(value, "websocket"); break;
        case Field::expect: return take_expectations(value);
        case Field::if_match: request_.if_match.add_line(name, value, from); break;
        case Field::if_none_match: request_.if_none_match.add_line(name, value, from); break;
        case Field::accept_encoding: request_.accept_encoding.add_line(name, value, from); break;
        case Field::content_encoding: request_.content_encoding.add_line(name, value, from); break;
        case Field::content_digest: request_.content_digest.add_line(name, value, from); break;
        case Field::websocket_protocol: request_.websocket_protocol.add_line(name, value, from); break;
        case Field::forwarded:
        case Field::x_forwarded_for:
        case Field::via: request_.through_proxy = true; break;
        default: break;
    }
    return ParseError::none;
}

/// RFC 9112 §3.2: exactly one, and valid, even when the target names another.
ParseError FieldParser::take_host(std::string_view value) {
    if (seen(Field::host)) return ParseError::missing_host;
    const bool is_address = is_ipv4_authority(value);  // as most clients have it
    if (!is_address && !is_authority(value)) return ParseError::bad_host;
    if (request_.host.empty()) {
        request_.host = value;
        request_.host_is_ipv4 = is_address;
    }
    return ParseError::none;
}

/// RFC 9110 §8.6: the strict reading, in which even a repetition of the same length is refused.
ParseError FieldParser::take_content_length(std::string_view value) {
    if (seen(Field::content_length)) return ParseError::conflicting_framing;
    if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
        return ParseError::bad_content_length;
    }
    const auto result = std::from_chars(value.data(), value.data() + value.size(), request_.content_length);
    return result.ec == std::errc{} ? ParseError::none : ParseError::body_too_large;
}

void FieldParser::take_transfer_codings(std::string_view list) {
    for (auto coding = next_element(list); !coding.empty(); coding = next_element(list)) {
        behind_chunked_ |= chunked_;
        const bool chunked = equals_ignoring_case(coding, "chunked");
        chunked_ |= chunked;
        other_coding_ |= !chunked;
    }
}

void FieldParser::take_connection_options(std::string_view list) {
    if (equals<"keep-alive">(list)) {  // as every browser says
        keep_alive_ = true;
        return;
    }
    for (auto option = next_element(list); !option.empty(); option = next_element(list)) {
        close_ |= equals_ignoring_case(option, "close");
        keep_alive_ |= equals_ignoring_case(option, "keep-alive");
        upgrade_ |= equals_ignoring_case(option, "upgrade");
    }
}

/// RFC 9110 §10.1.1: that of a 1.0 client is ignored.
ParseError FieldParser::take_expectations(std::string_view list) {
    for (auto expectation = next_element(list); !expectation.empty(); expectation = next_element(list)) {
        if (!equals_ignoring_case(expectation, "100-continue")) return ParseError::expectation_failed;
        request_.expect_continue = request_.minor_version == 1;
    }
    return ParseError::none;
}

ParseError FieldParser::finish() {
    const bool http_1_1 = request_.minor_version == 1;
    if (http_1_1 && !seen(Field::host)) return ParseError::missing_host;
    request_.keep_alive = !close_ && (http_1_1 || keep_alive_);          // RFC 9112 §9.3
    request_.upgrade_websocket = http_1_1 && upgrade_ && to_websocket_;  // RFC 9110 §7.8
    if (seen(Field::content_length)) request_.framing = Framing::length;
    if (!seen(Field::transfer_encoding)) return ParseError::none;
    // RFC 9112 §6.1: beside a length, or in an HTTP/1.0 message, the framing is faulty; §6.3: so it is when
    // chunked does not come last.
    if (seen(Field::content_length) || !http_1_1) return ParseError::conflicting_framing;
    if (!chunked_ || behind_chunked_) return ParseError::bad_transfer_coding;
    if (other_coding_) return ParseError::transfer_coding_not_implemented;
    request_.framing = Framing::chunked;
    return ParseError::none;
}

void skip_empty_lines(std::string_view& head) {
    while (head.starts_with("\r\n"))
        head.remove_prefix(2);
}

/// Takes the request line off the head, when it is a GET of HTTP/1.1 for a path in which nothing is encoded,
/// without a query: what is asked for most. False: it is another one, or not whole, or not right.
bool take_plain_get(std::string_view& head, Request& request) {
    constexpr std::size_t method_bytes = 4, version_bytes = 11;
    if (head.size() < method_bytes + 1 + version_bytes || !is_at<"GET /">(head.data())) return false;
    const auto target = head.substr(method_bytes, plain_path_size(head.substr(method_bytes)));
    const auto rest = head.substr(method_bytes + target.size());
    if (rest.size() < version_bytes || !is_at<" HTTP/1.1\r\n">(rest.data())) return false;
    if (target.size() > limits::target_bytes_max) return false;
    request.target = request.path = target;
    head = rest.substr(version_bytes);
    return true;
}

/// Takes all but the empty line at its end off the head.
ParseError parse_front(std::string_view& head, Request& request) {
    if (!take_plain_get(head, request)) {
        skip_empty_lines(head);
        if (const auto error = parse_request_line(take_line(head), request); error != ParseError::none)
            return error;
    }
    request.fields = head;
    return FieldParser(request).parse(head);
}

}  // namespace

ParseError parse_head(std::string_view head, Request& request) { return parse_front(head, request); }

std::size_t read_head(std::string_view input, Request& request) {
    auto rest = input;
    if (parse_front(rest, request) != ParseError::none || rest.empty()) return 0;
    const auto size = input.size() - rest.size() + 2;
    return size <= limits::head_bytes_max ? size : 0;
}

bool is_read_field(std::string_view name) {
    return field_of(name) != Field::unread || equals_ignoring_case(name, accept_field) ||
           equals_ignoring_case(name, authorization_field);
}

namespace {

constexpr std::array<std::string_view, 2> boards_cookies = {"bw-", "__Host-bw-"};

/// Puts a Cookie's line to `to`, which is not behind it, with what is a board's alone. Returns its size; 0
/// when there is none.
std::size_t keep_boards_cookies(std::string_view line, char* to) {
    const auto front_bytes = cookie_field.size() + 1;
    std::size_t size = 0;
    for (auto pairs = line.substr(front_bytes); !pairs.empty();) {
        const auto end = pairs.find(';');
        const auto pair = trim(pairs.substr(0, end));
        if (is_boards_cookie(pair)) {
            if (size == 0) size = line.copy(to, front_bytes);
            else to[size++] = ';';
            std::copy(pair.begin(), pair.end(), to + size);
            size += pair.size();
        }
        pairs.remove_prefix(end == std::string_view::npos ? pairs.size() : end + 1);
    }
    if (size == 0) return 0;
    to[size++] = '\r';
    to[size++] = '\n';
    return size;
}

}  // namespace

bool is_boards_cookie(std::string_view pair) {
    return std::ranges::any_of(boards_cookies,
                               [pair](std::string_view name) { return pair.starts_with(name); });
}

bool may_be_boards_cookie(std::string_view beginning) {
    return is_boards_cookie(beginning) || std::ranges::any_of(boards_cookies, [=](std::string_view name) {
               return name.starts_with(beginning);
           });
}

std::size_t drop_unread_fields(std::span<char> head) {
    std::string_view rest(head.data(), head.size());
    skip_empty_lines(rest);
    std::size_t size = 0;
    for (bool first = true; !rest.empty(); first = false) {
        const auto* begin = rest.data();
        const auto line = take_line(rest);
        const auto name = line.substr(0, line.find(':'));
        if (!first && equals_ignoring_case(name, cookie_field)) {
            size += keep_boards_cookies(line, head.data() + size);
            continue;
        }
        const bool read = first || line.empty() || is_read_field(name);
        if (!read) continue;
        std::copy(begin, begin + line.size() + 2, head.data() + size);
        size += line.size() + 2;
    }
    return size;
}

}  // namespace boardwalk::http
