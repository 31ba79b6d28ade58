#include "firmware/app/log.hpp"

namespace boardwalk::app {

namespace {

constexpr bool continues_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}  // RFC 3629 §3

}  // namespace

void Log::write(LogLevel level, std::initializer_list<std::string_view> pieces) {
    std::array<char, limits::log_text_bytes_max> text;
    std::size_t size = 0;
    for (const std::string_view piece : pieces) {
        for (std::size_t i = 0; i < piece.size(); ++i) {
            if (size == text.size()) {
                if (continues_character(piece[i])) {
                    while (size > 0 && continues_character(text[size - 1]))
                        --size;
                    if (size > 0) --size;
                }
                break;
            }
            const auto c = static_cast<unsigned char>(piece[i]);
            text[size++] = c < 0x20 || c == 0x7F ? ' ' : piece[i];
        }
        if (size == text.size()) break;
    }
    LogLine& line = lines_[place_of(++newest_)];
    line.seq = newest_;
    line.time = platform_.utc_ms();
    line.uptime_ms = platform_.now_ms() - started_ms_;
    line.level = level;
    line.text = std::string_view(text.data(), size);
    platform_.log(level, line.text.view());
}

void write(JsonWriter& json, const LogLine& line) {
    json.begin_object().member("seq", line.seq).key("time");
    write_time(json, line.time);
    json.member("uptime_ms", line.uptime_ms)
        .member("level", protocol::to_string(line.level))
        .member("text", line.text.view())
        .end_object();
}

}  // namespace boardwalk::app
