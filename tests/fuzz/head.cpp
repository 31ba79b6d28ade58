// Request heads: cut anywhere they read the same, and Debian's http-parser reads the same as we do, but for
// what head_reasons.hpp lists.

#include "tests/fuzz/head_reasons.hpp"
#include "tests/fuzz/independent_parser.hpp"
#include "tests/fuzz/oracle.hpp"
#include "tests/support/head_feeder.hpp"

namespace boardwalk::fuzz {
namespace {

using http::Request;

/// More than a head may have, of what is read and what is dropped together.
constexpr std::size_t input_bytes_judged =
    limits::head_bytes_max + limits::head_unread_bytes_max + limits::input_bytes_max;

struct Reading {
    ParseError error = ParseError::none;
    std::size_t head_bytes = 0;  ///< 0 when incomplete, or an error
    std::string request{};       ///< all that was understood
};

std::string elements_of(http::ListField list) {
    std::string text;
    for (auto element = list.next(); !element.empty(); element = list.next())
        text += std::string(element) + "|";
    return text;
}

std::string all_of(const Request& r) {
    std::string text = std::string(to_string(r.method)) + " 1." + std::to_string(r.minor_version);
    for (const bool flag : {r.keep_alive, r.expect_continue, r.upgrade_websocket, r.target_is_asterisk})
        text += flag ? " yes" : " no";
    for (const auto view : {r.target, r.path, r.query, r.host, r.origin, r.content_type, r.range, r.if_range,
                            r.websocket_key, r.websocket_version, r.body})
        text += "\n" + std::string(view);
    text += r.through_proxy ? "\nthrough a proxy\n" : "\n";
    text += elements_of(r.accept());
    for (const auto& list : {r.if_match, r.if_none_match, r.accept_encoding, r.content_encoding,
                             r.content_digest, r.websocket_protocol})
        text += list.present() ? "\n" + elements_of(list) : "\n-";
    return text + "\n" + std::to_string(static_cast<int>(r.framing)) + " " + std::to_string(r.content_length);
}

/// As a connection does it, which has room for `limits::input_bytes_max`.
Reading read(std::string_view input, const Cuts& cuts) {
    test::HeadFeeder feeder;
    std::size_t begin = 0;
    for (const auto end : cuts) {
        const bool done = feeder.feed(input.substr(begin, end - begin));
        begin = end;
        require(done || feeder.memory().size() < limits::input_bytes_max,
                "an incomplete head has room to go on");
        if (feeder.error != ParseError::none) return {.error = feeder.error};
        if (!done) continue;
        require(feeder.head_bytes <= end, "a head ends within what has come in");
        require(feeder.kept_bytes <= limits::head_bytes_max, "no more of it is kept than the limit says");
        return {.head_bytes = feeder.head_bytes, .request = all_of(feeder.request)};
    }
    return {};
}

/// As a connection does it with a head that has come in whole, and fits.
Reading read_whole(std::string_view input) {
    Request request;
    const Alone alone(input.substr(0, limits::input_bytes_max));
    const auto size = http::read_head(alone.view(), request);
    require(size <= input.size(), "a head ends within what has come in");
    if (size == 0) return {};
    return {.head_bytes = size, .request = all_of(request)};
}

std::string text_of(const Reading& r) {
    return std::to_string(static_cast<int>(r.error)) + " " + std::to_string(r.head_bytes) + " " + r.request;
}

bool is_absolute(const std::string& target) { return RawHead::lower(target.substr(0, 7)) == "http://"; }

/// RFC 9112 §3.2: what of the target is host, path and query.
void judge_target(const Request& request, const std::string& target) {
    std::string rest = target;
    if (is_absolute(target)) {
        const auto [authority, behind] = split_absolute(target);
        require_same(request.host, authority, "the host of an absolute-form");
        rest = behind;
        if (rest.empty() && request.method == http::Method::options) rest = "*";
    }
    require(request.target_is_asterisk == (rest == "*"), "an asterisk", target);
    if (rest == "*") return require_same(request.path, "", "an asterisk has no path");
    const auto question = std::min(rest.find('?'), rest.size());
    require_same(request.path, question == 0 ? "/" : rest.substr(0, question), "path");
    require_same(request.query, rest.substr(std::min(question + 1, rest.size())), "query");
}

/// What the lists say about the connection.
void judge_meaning(const Request& request, const RawHead& raw) {
    const bool http_1_1 = request.minor_version == 1;
    const auto has = [&](std::string_view name, std::string_view word) {
        const auto list = elements(raw.values(name));
        return std::ranges::find(list, word) != list.end();
    };
    const bool keep = !has("connection", "close") && (http_1_1 || has("connection", "keep-alive"));
    require(request.keep_alive == keep, "it stays open (RFC 9112 §9.3)");
    const bool upgrade = has("connection", "upgrade") && has("upgrade", "websocket");
    require(request.upgrade_websocket == (http_1_1 && upgrade), "an upgrade (RFC 9110 §7.8)");
    const bool chunked = elements(raw.values("transfer-encoding")) == std::vector<std::string>{"chunked"};
    require((request.framing == http::Framing::chunked) == chunked,
            "chunked once, and alone (RFC 9112 §6.1)");
    const bool expects = !elements(raw.values("expect")).empty();
    require(request.expect_continue == (http_1_1 && expects), "an expectation (RFC 9110 §10.1.1)");
}

/// What both understood of a head that both took.
void compare(std::string_view head, const IndependentHead& other) {
    Request request;
    require(parse_head(head, request) == ParseError::none, "a head parses the same twice");
    require_same(to_string(request.method), other.method, "method");
    require_same(request.target, other.target, "target");
    require(other.major == 1 && request.minor_version == (other.minor == 0 ? 0 : 1), "version", shown(head));
    // It does not know a list with empty elements for one: `judge_meaning` does.
    require(!other.chunked || request.framing == http::Framing::chunked, "chunked", shown(head));
    require((request.framing == http::Framing::length) == other.has_length, "has a length", shown(head));
    if (other.has_length) require(request.content_length == other.content_length, "length", shown(head));

    const auto field = [&](std::string_view name, std::string_view ours) {
        const auto theirs = other.values(name);
        if (theirs.empty()) return require(ours.empty(), name, shown(head));
        // http-parser keeps white space at a value's end (RFC 9112 §5.1 takes it off).
        auto last = theirs.back();
        last.erase(last.find_last_not_of(" \t") + 1);
        require_same(ours, last, name);
        require(theirs.size() == 1 && !last.empty(), "a field that is no list comes once, with a value",
                name);
    };
    const auto list = [&](std::string_view name, const http::ListField& ours) {
        const auto theirs = other.values(name);
        require(ours.present() == !theirs.empty(), name, shown(head));
        std::string wanted;
        for (const auto& element : elements(theirs))
            wanted += element + "|";
        require_same(RawHead::lower(elements_of(ours)), wanted, name);
    };
    if (!is_absolute(other.target)) field("host", request.host);
    require(request.host.empty() || is_authority(std::string(request.host)), "the host is one", shown(head));
    field("origin", request.origin);
    field("content-type", request.content_type);
    field("range", request.range);
    field("if-range", request.if_range);
    field("sec-websocket-key", request.websocket_key);
    field("sec-websocket-version", request.websocket_version);
    list("if-match", request.if_match);
    list("if-none-match", request.if_none_match);
    list("accept-encoding", request.accept_encoding);
    list("content-encoding", request.content_encoding);
    list("content-digest", request.content_digest);
    list("sec-websocket-protocol", request.websocket_protocol);
    std::string accepted;
    for (const auto& element : elements(other.values("accept")))
        accepted += element + "|";
    require_same(RawHead::lower(elements_of(request.accept())), accepted, "accept");
    const bool through_proxy = !other.values("forwarded").empty() ||
                               !other.values("x-forwarded-for").empty() || !other.values("via").empty();
    require(request.through_proxy == through_proxy, "a proxy's fields", shown(head));
    judge_target(request, other.target);
    judge_meaning(request, RawHead(head));
}

/// One that the other parser does not read.
void judge_length(std::string_view head, const RawHead& raw) {
    Request request;
    require(parse_head(head, request) == ParseError::none, "a head parses the same twice");
    const auto lengths = raw.values("content-length");
    if (!lengths.empty())
        require_same(std::to_string(request.content_length), significant(lengths[0]), "length");
}

void compare_with_another_parser(std::string_view input, const Reading& ours) {
    const RawHead raw(input);
    if (ours.error == ParseError::none) {
        const auto head = input.substr(0, ours.head_bytes);
        const auto theirs = read_independently(head);
        if (theirs.refused()) {
            const bool reason = std::ranges::any_of(
                laxer, [&](const Laxer& row) { return row.error == theirs.error && row.holds(head, raw); });
            require(reason, "what the other parser refuses is taken here for a listed reason only",
                    http_errno_name(theirs.error) + ("\n" + shown(head)));
            return judge_length(head, raw);
        }
        require(theirs.head_bytes == ours.head_bytes, "both see the head's end at the same byte",
                shown(head));
        return compare(head, theirs);
    }
    const auto theirs = read_independently(input);
    if (!theirs.complete()) return;
    const bool reason = std::ranges::any_of(
        stricter, [&](const Stricter& row) { return row.error == ours.error && row.holds(input, raw); });
    require(reason, "what the other parser takes is refused here for a listed reason only",
            std::string(problem_of(ours.error).code) + "\n" + shown(input));
}

}  // namespace

void judge_head(std::string_view input) {
    input = input.substr(0, input_bytes_judged);
    const auto whole = read(input, {input.size()});
    const bool is_there =
        whole.error == ParseError::none && whole.head_bytes > 0 && whole.head_bytes <= limits::head_bytes_max;
    require_same(text_of(read_whole(input)), text_of(is_there ? whole : Reading{}),
                 "a head that has come in whole reads the same, and nothing else is taken for one");
    for (const auto& cuts : ways_to_cut(input))
        require_same(text_of(read(input, cuts)), text_of(whole), "cut anywhere, a head reads the same");
    if (whole.error == ParseError::none && whole.head_bytes == 0) {
        // Most inputs are not whole: judge what they would become.
        const std::string ended = std::string(input) + "\r\n\r\n";
        const auto reading = read(ended, {ended.size()});
        if (reading.error == ParseError::none && reading.head_bytes == 0) return;
        return compare_with_another_parser(ended, reading);
    }
    compare_with_another_parser(input, whole);
}

}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boardwalk::fuzz::judge_head({reinterpret_cast<const char*>(data), size});
    return 0;
}
