// The companion's reader of answers: in whatever pieces the bytes come, it reads the same; what it keeps is
// what the answer holds, and never more than it was told to.

#include "desktop/core/http/response_reader.hpp"
#include "tests/fuzz/oracle.hpp"

namespace boardwalk::fuzz {
namespace {

using desktop::ResponseReader;

constexpr qsizetype kept_bytes_max = 64;

QByteArrayView bytes_of(std::string_view text) { return {text.data(), static_cast<qsizetype>(text.size())}; }

struct Reading {
    std::size_t taken = 0;
    std::string text;
};

Reading read(std::string_view input, const Cuts& cuts, bool closes, qsizetype kept_max) {
    ResponseReader reader;
    if (kept_max >= 0) reader.keepBody(kept_max);
    Reading reading;
    std::size_t at = 0;
    for (const std::size_t end : cuts) {
        const Alone piece(input.substr(at, end - at));
        const qsizetype taken = reader.feed(bytes_of(piece.view()));
        require(taken >= 0 && static_cast<std::size_t>(taken) <= end - at, "no more is taken than was given");
        reading.taken += static_cast<std::size_t>(taken);
        require(reader.state() != ResponseReader::State::More || static_cast<std::size_t>(taken) == end - at,
                "while the answer goes on, all is taken", shown(input));
        require(reader.body().size() <= std::max<qsizetype>(kept_max, 0), "what is kept is bounded");
        at = end;
        if (reader.state() != ResponseReader::State::More) break;
    }
    if (closes) reader.feedEnd();
    const bool complete = reader.state() == ResponseReader::State::Complete;
    if (complete && kept_max >= 0) {
        require(static_cast<quint64>(reader.body().size()) == reader.bodyBytes(), "all of a body is kept",
                shown(input));
    }
    if (complete)
        require(reader.status() >= 200 && reader.status() <= 599, "a complete answer is a final one");
    require(!reader.tooLong() || reader.state() == ResponseReader::State::Bad, "what is too long is bad");
    require(!complete || reading.taken > 0, "nothing is no answer");
    reading.text = std::to_string(int(reader.state())) + ' ' + std::to_string(reader.status());
    if (complete)
        reading.text += (reader.keepAlive() ? " keep " : " close ") + std::to_string(reader.bodyBytes()) +
                        ' ' + reader.body().toStdString() + ' ' + reader.etag().toStdString() + ' ' +
                        reader.mediaType().toStdString() + ' ' + std::to_string(reader.retryAfterS());
    return reading;
}

}  // namespace
}  // namespace boardwalk::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace boardwalk::fuzz;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const qsizetype kept_max : {qsizetype{-1}, qsizetype{0}, kept_bytes_max}) {
        for (const bool closes : {false, true}) {
            const Reading whole = read(input, {input.size()}, closes, kept_max);
            for (const Cuts& cuts : ways_to_cut(input)) {
                const Reading pieces = read(input, cuts, closes, kept_max);
                require_same(pieces.text, whole.text, "in pieces it reads the same");
                if (whole.text[0] != '2')
                    require(pieces.taken == whole.taken, "and takes as much", shown(input));
            }
        }
    }
    return 0;
}
