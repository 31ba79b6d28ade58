// Bodies: cut anywhere they decode the same, as a reference that knows the whole text says; what is encoded
// comes back.

#include <algorithm>
#include <optional>

#include "firmware/http/body_decoder.hpp"
#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

using http::BodyDecoder;
using http::Framing;
using http::ParseError;

struct Outcome {
    std::string body;
    std::size_t consumed = 0;
    bool done = false;
    bool refused = false;

    [[nodiscard]] std::string text() const {
        return (done ? "done " : refused ? "refused " : "more ") + std::to_string(consumed) + " " + body;
    }
};

Outcome decode(BodyDecoder decoder, std::string_view input, const Cuts& cuts) {
    Outcome outcome;
    for (const auto end : cuts) {
        while (!outcome.done && !outcome.refused) {
            const auto rest = input.substr(outcome.consumed, end - outcome.consumed);
            const auto step = decoder.decode(rest);
            require(step.consumed <= rest.size(), "no more is consumed than there is");
            require(step.data.empty() || (step.data.data() >= rest.data() &&
                                          step.data.data() + step.data.size() <= rest.data() + step.consumed),
                    "a piece of the body lies in what was consumed");
            outcome.body += step.data;
            outcome.consumed += step.consumed;
            outcome.done = step.done;
            outcome.refused = step.error != ParseError::none;
            if (step.consumed == 0) break;
        }
    }
    return outcome;
}

/// RFC 9112 §7.1 read line by line from the whole text; nothing where the text ends too early.
class Reference {
public:
    explicit Reference(std::string_view input) : input_(input) {}

    Outcome decode() {
        while (true) {
            const auto line = take_line();
            if (!line) return outcome_;
            const auto digits = std::min(line->find_first_not_of("0123456789abcdefABCDEF"), line->size());
            if (digits == 0 || digits > 15) return refuse();
            const auto extensions = line->substr(digits);
            const auto semicolon = extensions.find_first_not_of(" \t");
            if (!extensions.empty() && (semicolon == std::string_view::npos || extensions[semicolon] != ';'))
                return refuse();
            if (!is_text(extensions) || !spend(extensions)) return refuse();
            const auto size = std::stoull(std::string(line->substr(0, digits)), nullptr, 16);
            if (size == 0) return trailers();
            const auto here = std::min<std::size_t>(size, input_.size() - outcome_.consumed);
            outcome_.body += input_.substr(outcome_.consumed, here);
            outcome_.consumed += here;
            if (here < size) return outcome_;
            for (const char wanted : {'\r', '\n'}) {
                if (outcome_.consumed == input_.size()) return outcome_;
                if (input_[outcome_.consumed++] != wanted) return refuse();
            }
        }
    }

private:
    static constexpr std::size_t overhead_max = 1024;

    /// Counts the bytes of all extensions and trailer fields together.
    bool spend(std::string_view text) {
        overhead_ += text.size();
        return overhead_ <= overhead_max;
    }
    /// RFC 9110 §5.5
    static bool is_text(std::string_view text) {
        return std::ranges::none_of(text,
                                    [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
    }

    Outcome trailers() {
        while (true) {
            const auto line = take_line();
            if (!line) return outcome_;
            if (line->empty()) {
                outcome_.done = true;
                return outcome_;
            }
            const auto name = line->substr(0, line->find(':'));
            const bool token =
                !name.empty() && name.size() < line->size() &&
                name.find_first_not_of(
                    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
                    std::string_view::npos;
            if (!token || !is_text(*line) || !spend(*line)) return refuse();
        }
    }

    /// A line without its end. Nothing when it is not whole, or not well-formed (`refused`).
    std::optional<std::string_view> take_line() {
        const auto begin = outcome_.consumed;
        for (auto at = begin; at < input_.size(); ++at) {
            if (input_[at] == '\n' || input_[at] == '\0') {
                refuse();
                return std::nullopt;
            }
            if (input_[at] != '\r') continue;
            if (at + 1 == input_.size()) break;
            if (input_[at + 1] != '\n') {
                refuse();
                return std::nullopt;
            }
            outcome_.consumed = at + 2;
            return input_.substr(begin, at - begin);
        }
        outcome_.consumed = input_.size();
        return std::nullopt;
    }

    Outcome refuse() {
        outcome_.refused = true;
        return outcome_;
    }

    std::string_view input_;
    std::size_t overhead_ = 0;
    Outcome outcome_;
};

/// `body` in chunks whose sizes, and whether they have extensions, follow from its bytes.
std::string encode(std::string_view body) {
    Dice dice(body);
    std::string text;
    int extensions = 100;  // which is less than a body may have
    for (std::size_t at = 0; at < body.size();) {
        const auto size = std::min(body.size() - at, 1 + dice.roll(40));
        char digits[20];
        std::snprintf(digits, sizeof digits, dice.roll(2) == 0 ? "%zx" : "%04zX", size);
        text += digits;
        if (dice.roll(3) == 0 && extensions-- > 0) text += ";a=\"b;\"";
        text += "\r\n" + std::string(body.substr(at, size)) + "\r\n";
        at += size;
    }
    return text + (dice.roll(2) == 0 ? "0\r\n\r\n" : "000;x\r\nTrailer: a\r\n\r\n");
}

void judge_chunked(std::string_view input) {
    const auto whole = decode({Framing::chunked, 0}, input, {input.size()});
    for (const auto& cuts : ways_to_cut(input))
        require_same(decode({Framing::chunked, 0}, input, cuts).text(), whole.text(),
                     "cut anywhere it decodes the same");

    const auto reference = Reference(input).decode();
    if (reference.done || !reference.refused) {
        // Long before its end our decoder may refuse what can only become wrong; what it takes is the same.
        if (!whole.refused) require_same(whole.text(), reference.text(), "it decodes as the reference says");
        if (reference.done) require(!whole.refused, "what is well-formed is taken", shown(input));
    } else {
        require(whole.refused, "what is malformed is refused", shown(input));
        require(reference.body.starts_with(whole.body), "no byte beyond the fault is part of the body",
                shown(input));
    }
}

void judge_length(std::string_view input) {
    Dice dice(input);
    const std::uint64_t some = dice.roll(input.size() + 2);
    const std::uint64_t lengths[] = {0, some, input.size(), UINT64_MAX, UINT64_MAX - dice.roll(9),
                                     // what would be `some` in 15, 16, 31, 32 and 63 bits
                                     0x8000 + some, 0x10000 + some, 0x80000000 + some, 0x100000000 + some,
                                     0x8000000000000000 + some};
    for (const auto length : lengths) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, input.size()));
        for (const auto& cuts : {Cuts{input.size()}, Cuts{dice.roll(input.size() + 1), input.size()}}) {
            const auto outcome = decode({Framing::length, length}, input, cuts);
            require(outcome.body == input.substr(0, wanted) && outcome.consumed == wanted &&
                        outcome.done == (wanted == length),
                    "a length takes exactly its bytes", std::to_string(length) + "\n" + shown(input));
        }
    }
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    judge_chunked(input);
    judge_length(input);
    const auto encoded = encode(input) + "GET";
    const auto again = decode({boardwalk::http::Framing::chunked, 0}, encoded, {encoded.size()});
    require(again.done && again.body == input && again.consumed == encoded.size() - 3,
            "what was encoded comes back", shown(encoded));
    return 0;
}
