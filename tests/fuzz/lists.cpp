// The lists in field values: Accept-Encoding, entity tags, Range. A well-formed list means what its RFC says;
// a malformed one does no harm.

#include <optional>

#include "firmware/app/api/gate/conditions.hpp"
#include "firmware/app/api/gate/negotiation.hpp"
#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

/// Reads a field value by its grammar (RFC 9110 §5.6).
class Grammar {
public:
    explicit Grammar(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    void spaces() {
        while (take(' ') || take('\t')) {
        }
    }
    std::string while_in(std::string_view set) {
        const auto end = std::min(text_.find_first_not_of(set, at_), text_.size());
        const std::string found(text_.substr(at_, end - at_));
        at_ = end;
        return found;
    }
    std::string token() {
        return while_in("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }
    /// Up to a quotation mark; entity tags have no escapes (RFC 9110 §8.8.3).
    std::optional<std::string> tag() {
        std::string text = take('W') ? "W/" : "";
        if (!text.empty() && !take('/')) return {};
        if (!take('"')) return {};
        text += '"';
        while (!at_end() && text_[at_] != '"' && static_cast<unsigned char>(text_[at_]) > ' ' &&
               text_[at_] != 0x7f)
            text += text_[at_++];
        if (!take('"')) return {};
        return text + '"';
    }
    /// In thousandths (RFC 9110 §12.4.2).
    std::optional<unsigned> qvalue() {
        const auto whole = while_in("01");
        if (whole.size() != 1) return {};
        unsigned thousandths = whole == "1" ? 1000 : 0;
        if (!take('.')) return thousandths;
        const auto digits = while_in("0123456789");
        if (digits.size() > 3) return {};
        unsigned place = 100;
        for (const char c : digits) {
            thousandths += static_cast<unsigned>(c - '0') * place;
            place /= 10;
        }
        return thousandths <= 1000 ? std::optional(thousandths) : std::nullopt;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

/// RFC 9110 §5.6.1: elements with commas between them, empty ones allowed. Returns false when it is not
/// well-formed.
template <typename Element>
bool each_element(std::string_view text, Element element) {
    Grammar g(text);
    while (true) {
        g.spaces();
        if (g.at_end()) return true;
        if (g.take(',')) continue;
        if (!element(g)) return false;
        g.spaces();
        if (!g.at_end() && !g.take(',')) return false;
    }
}

void judge_codings(std::string_view value) {
    const auto ours = app::accepted_codings(value);
    require(ours.gzip <= 1000 && ours.identity <= 1000, "a weight is at most 1", shown(value));

    std::optional<unsigned> gzip, identity, others;
    bool twice = false;
    const bool well_formed = each_element(value, [&](Grammar& g) {
        const auto coding = lower(g.token());
        if (coding.empty()) return false;
        unsigned weight = 1000;
        g.spaces();
        if (g.take(';')) {
            g.spaces();
            if ((!g.take('q') && !g.take('Q')) || !g.take('=')) return false;
            const auto q = g.qvalue();
            if (!q) return false;
            weight = *q;
        }
        auto* known = coding == "gzip" || coding == "x-gzip" ? &gzip
                      : coding == "identity"                 ? &identity
                      : coding == "*"                        ? &others
                                                             : nullptr;
        if (known == nullptr) return true;
        twice = twice || known->has_value();
        *known = weight;
        return true;
    });
    if (!well_formed || twice) return;
    // RFC 9110 §12.5.3: a coding that is not named has the weight of "*"; identity is refused only by 0.
    const bool takes_gzip = gzip.value_or(others.value_or(0)) > 0;
    const bool refuses_identity = identity ? *identity == 0 : others == 0U;
    require((ours.gzip > 0) == takes_gzip, "gzip is taken when it is named, or by *", shown(value));
    require((ours.identity == 0) == refuses_identity, "identity is refused by a weight of 0 only",
            shown(value));
    if (gzip && identity) {
        require(ours.gzip == *gzip && ours.identity == *identity, "weights are read as they are written",
                shown(value));
    }
}

void judge_tags(std::string_view value, std::string_view etag) {
    bool strongly = false, weakly = false;
    Grammar star(value);
    star.spaces();
    if (star.take('*')) star.spaces();
    else star.take('\n');  // none
    const bool any = !value.empty() && value.find('*') != std::string_view::npos && star.at_end();
    const bool well_formed = any || each_element(value, [&](Grammar& g) {
                                 const auto tag = g.tag();
                                 if (!tag) return false;
                                 const bool weak = tag->starts_with("W/");
                                 strongly = strongly || (!weak && *tag == etag);
                                 weakly = weakly || (weak ? tag->substr(2) : *tag) == etag;
                                 return true;
                             });
    http::Request strong, weak;
    strong.if_match = value;
    weak.if_none_match = value;
    const bool ours_strongly = !app::preconditions_fail(strong, etag);
    const bool ours_weakly = app::preconditions_fail(weak, etag);
    require(!ours_strongly || ours_weakly, "what matches strongly matches weakly", shown(value));
    if (!well_formed) return;
    require(ours_strongly == (any || strongly), "If-Match compares strongly (RFC 9110 §13.1.1)",
            shown(value));
    require(ours_weakly == (any || weakly), "If-None-Match compares weakly (RFC 9110 §13.1.2)", shown(value));
}

/// What is more than 64 bits hold is the most they hold (RFC 9110 §14.1.1).
std::uint64_t saturated(std::string_view digits) {
    std::uint64_t number = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (number > (UINT64_MAX - digit) / 10) return UINT64_MAX;
        number = number * 10 + digit;
    }
    return number;
}

void judge_range(std::string_view value, std::uint64_t total) {
    using Kind = app::ByteRange::Kind;
    const auto ours = app::byte_range(value, total);
    if (ours.kind == Kind::part) {
        require(ours.bytes > 0 && ours.first < total && ours.bytes <= total - ours.first,
                "a part lies within the whole", std::to_string(total) + " " + shown(value));
    }
    // bytes=FIRST-LAST, bytes=FIRST-, bytes=-COUNT (RFC 9110 §14.1.2), the numbers as long as they like.
    Grammar g(value);
    if (lower(g.token()) != "bytes" || !g.take('='))
        return require(ours.kind == Kind::whole, "another unit: the whole", shown(value));
    g.while_in(", \t");  // a list, of which one element counts
    const auto digits_of = [&] { return g.while_in("0123456789"); };
    const auto first = digits_of();
    const bool dash = g.take('-');
    const auto last = digits_of();
    g.spaces();
    if (g.take(',')) g.while_in(", \t");
    if (!dash || !g.at_end() || (first.empty() && last.empty()))
        return require(ours.kind == Kind::whole, "more than one, or bad syntax: the whole", shown(value));
    const std::uint64_t from = first.empty() ? 0 : saturated(first),
                        to = last.empty() ? UINT64_MAX : saturated(last);
    app::ByteRange wanted;
    if (first.empty()) {
        const auto count = std::min(to, total);
        wanted = count == 0 ? app::ByteRange{Kind::unsatisfiable, 0, 0}
                            : app::ByteRange{Kind::part, total - count, count};
    } else if (to < from) {
        wanted = {};
    } else if (from >= total) {
        wanted = {Kind::unsatisfiable, 0, 0};
    } else {
        wanted = {Kind::part, from, std::min(to, total - 1) - from + 1};
    }
    require(ours.kind == wanted.kind && ours.first == wanted.first && ours.bytes == wanted.bytes,
            "a range is what RFC 9110 §14.1.2 says", std::to_string(total) + " " + shown(value));
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    judge_codings(input);
    for (const auto etag : {"\"a\"", "\"c41f-12\"", "\"\""})
        judge_tags(input, etag);
    for (const std::uint64_t total : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{100}, UINT64_MAX})
        judge_range(input, total);
    return 0;
}
