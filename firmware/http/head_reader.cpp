#include "firmware/http/head_reader.hpp"

#include <cstring>

#include "firmware/http/grammar.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::http {
namespace {

static_assert(limits::head_unread_bytes_max + limits::input_bytes_max <= 0xffff, "dropped_bytes_ counts it");
static_assert(limits::fields_max < 0xff, "field_count_ counts them");

constexpr std::string_view line_end = "\r\n";

/// Of the line that holds a byte which may not be there.
ParseError malformed(std::string_view from) {
    return from.starts_with('\n') ? ParseError::bad_line_ending : ParseError::bad_field;
}

/// Checks the request line of a head that does not fit. Returns its size with the empty lines in front of it;
/// 0 when there is an error.
std::size_t check_request_line(std::string_view head, ParseError& error) {
    std::size_t begin = 0;
    while (head.substr(begin).starts_with(line_end))
        begin += line_end.size();
    const auto end = head.find(line_end, begin);
    error = ParseError::head_too_large;  // should there be empty lines alone
    if (end == std::string_view::npos) return 0;
    Request request;
    error = parse_request_line(head.substr(begin, end - begin), request);
    return error == ParseError::none ? end + line_end.size() : 0;
}

}  // namespace

std::size_t HeadReader::read(std::span<char> memory, std::size_t& size, Request& request, ParseError& error) {
    error = ParseError::none;
    if (scanner_.fresh()) {  // most heads come whole
        const auto head_bytes = read_head({memory.data(), size}, request);
        if (head_bytes > 0) return head_bytes;
    }
    const auto head_bytes = find_end(memory, size, error);
    if (head_bytes == 0) return 0;
    request = {};
    error = parse_head({memory.data(), head_bytes}, request);
    return error == ParseError::none ? head_bytes : 0;
}

std::size_t HeadReader::find_end(std::span<char> memory, std::size_t& size, ParseError& error) {
    if (kept_bytes_ == 0) {
        const std::string_view input(memory.data(), size);
        const auto head_bytes = scanner_.scan(input, error);
        if (error != ParseError::head_too_large) return head_bytes;
        kept_bytes_ = static_cast<std::uint16_t>(check_request_line(input, error));
        if (kept_bytes_ == 0) return 0;
    }
    return drop_unread(memory, size, error);
}

std::size_t HeadReader::drop_unread(std::span<char> memory, std::size_t& size, ParseError& error) {
    std::size_t kept = kept_bytes_;
    std::string_view rest(memory.data() + kept, size - kept);
    bool ended = false;
    while (!rest.empty()) {
        ended = !within_value_ && !within_cookie_ && rest.starts_with(line_end);
        if (ended) break;
        const auto step = next_step(rest);
        error = step.error;
        if (error != ParseError::none) return 0;
        if (step.bytes == 0) break;
        if (step.begins_cookie) cookie_begin_ = static_cast<std::uint16_t>(kept);
        if (step.takes_back) {
            dropped_bytes_ = static_cast<std::uint16_t>(dropped_bytes_ + kept - cookie_begin_);
            kept = cookie_begin_;
        }
        if (step.keep) {
            std::memmove(memory.data() + kept, rest.data(), step.bytes);
            kept += step.bytes;
        } else {
            dropped_bytes_ = static_cast<std::uint16_t>(dropped_bytes_ + step.bytes);
            if (dropped_bytes_ > limits::head_unread_bytes_max) {
                error = ParseError::head_too_large;
                return 0;
            }
        }
        rest.remove_prefix(step.bytes);
    }
    std::memmove(memory.data() + kept, rest.data(), rest.size());
    kept_bytes_ = static_cast<std::uint16_t>(kept);
    size = kept + rest.size();
    const auto head_bytes = ended ? kept + line_end.size() : 0;
    const bool fits = ended ? head_bytes <= limits::head_bytes_max : size < limits::head_bytes_max;
    if (!fits) error = ParseError::head_too_large;
    return fits ? head_bytes : 0;
}

/// `rest` begins with a field line that is not empty, or within the value of one that is dropped.
HeadReader::Step HeadReader::next_step(std::string_view rest) {
    if (within_cookie_) return next_of_cookie(rest);
    if (within_value_) return next_of_value(rest);
    if (rest == "\r") return {};
    if (rest.front() == ' ' || rest.front() == '\t') return {.error = ParseError::folded_field};
    const auto name_bytes = token_size(rest);
    if (name_bytes == rest.size()) return {};
    if (name_bytes == 0 || rest[name_bytes] != ':') return {.error = malformed(rest.substr(name_bytes))};
    const auto front_bytes = name_bytes + 1;
    if (equals_ignoring_case(rest.substr(0, name_bytes), cookie_field)) {
        within_cookie_ = true;
        keeps_cookie_ = false;
        return counted({.bytes = front_bytes, .keep = true, .begins_cookie = true});
    }
    if (!is_read_field(rest.substr(0, name_bytes))) {
        within_value_ = true;
        return counted({.bytes = front_bytes});
    }
    const auto value_bytes = field_value_size(rest.substr(front_bytes));
    const auto behind = rest.substr(front_bytes + value_bytes);
    if (behind.empty() || behind == "\r") return {};
    if (!behind.starts_with(line_end)) return {.error = malformed(behind)};
    return counted({.bytes = front_bytes + value_bytes + line_end.size(), .keep = true});
}

HeadReader::Step HeadReader::next_of_value(std::string_view rest) {
    if (const auto bytes = field_value_size(rest); bytes > 0) return {.bytes = bytes};
    if (rest == "\r") return {};
    if (!rest.starts_with(line_end)) return {.error = malformed(rest)};
    within_value_ = false;
    return {.bytes = line_end.size()};
}

/// `rest` begins behind the name, with a pair, or within one that is dropped.
HeadReader::Step HeadReader::next_of_cookie(std::string_view rest) {
    const auto value = rest.substr(0, field_value_size(rest));
    if (value.empty()) return end_of_cookie(rest);
    const auto end = value.find(';');
    const bool is_whole = end != std::string_view::npos || value.size() < rest.size();
    const auto pair = value.substr(0, end);
    const auto pair_bytes = end == std::string_view::npos ? pair.size() : pair.size() + 1;
    if (within_value_) {
        within_value_ = end == std::string_view::npos;
        return {.bytes = pair_bytes};
    }
    if (value.front() == ' ' || value.front() == '\t' || value.front() == ';') return {.bytes = 1};
    if (is_boards_cookie(pair)) {
        if (!is_whole) return {};
        keeps_cookie_ = true;
        return {.bytes = pair_bytes, .keep = true};
    }
    if (!is_whole && may_be_boards_cookie(pair)) return {};
    within_value_ = end == std::string_view::npos;
    return {.bytes = pair_bytes};
}

HeadReader::Step HeadReader::end_of_cookie(std::string_view rest) {
    if (rest == "\r") return {};
    if (!rest.starts_with(line_end)) return {.error = malformed(rest)};
    within_value_ = within_cookie_ = false;
    return {.bytes = line_end.size(), .keep = keeps_cookie_, .takes_back = !keeps_cookie_};
}

HeadReader::Step HeadReader::counted(Step step) {
    if (++field_count_ > limits::fields_max) return {.error = ParseError::too_many_fields};
    return step;
}

}  // namespace boardwalk::http
