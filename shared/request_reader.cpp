#include "shared/request_reader.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

namespace boardwalk::protocol {
namespace {

/// nlohmann-json's names for the events, in ours.
struct Events {
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    RequestReader& reader;

    bool null() { return reader.null(); }
    bool boolean(bool value) { return reader.boolean(value); }
    bool number_integer(number_integer_t value) { return reader.number(static_cast<double>(value)); }
    bool number_unsigned(number_unsigned_t value) { return reader.number(static_cast<double>(value)); }
    bool number_float(number_float_t value, const string_t&) { return reader.number(value); }
    bool string(string_t& value) { return reader.string(value); }
    bool binary(binary_t&) { return false; }  // no such thing in JSON text
    bool key(string_t& name) { return reader.key(name); }
    bool start_object(std::size_t) { return reader.start(false); }
    bool end_object() { return reader.end(); }
    bool start_array(std::size_t) { return reader.start(true); }
    bool end_array() { return reader.end(); }
    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& exception) {
        constexpr int number_overflow = 406;
        reader.not_json(exception.id == number_overflow);
        return false;
    }
};

std::string_view wrong_type(unsigned kinds) {
    switch (kinds) {
        case Kinds::boolean: return "must be true or false";
        case Kinds::number: return "must be a number";
        case Kinds::string: return "must be a string";
        case Kinds::object: return "must be an object";
        case Kinds::array_of_strings: return "must be an array of strings";
        case 0: return "does not belong here";
        default: return "must be true, false, a number or a string";
    }
}

DecodeError bad_json(std::string_view detail) {
    return {.kind = DecodeError::Kind::bad_json, .pointer = {}, .detail = fault_text(detail)};
}

}  // namespace

std::optional<std::uint64_t> as_integer(double number, std::uint64_t max) {
    if (!(number >= 0 && number <= static_cast<double>(max)) || number != std::floor(number))
        return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

std::optional<DecodeError> RequestReader::read(std::string_view json) {
    // The parser takes a zero byte for the end of its input and would not see what follows.
    if (json.find('\0') != std::string_view::npos) return bad_json("is not JSON: it holds a zero byte");

    Events events{*this};
    nlohmann::json::sax_parse(json.data(), json.data() + json.size(), &events);
    if (error_) return error_;

    for (std::size_t index = 0; index < members_.size(); ++index) {
        if (!members_[index].required || saw(index)) continue;
        pointer_.clear();
        if (pointer_.append(members_[index].pointer)) refuse("is required");
        break;
    }
    return error_;
}

bool RequestReader::key(std::string_view name) {
    const Level& level = levels_[depth_ - 1];
    if (level.ignored) return true;

    current_ = none;
    pointer_.truncate(level.pointer_size);
    if (!push_segment(name)) {
        refuse_unknown(level, "has an unknown member with a long name");
        return true;
    }
    for (std::size_t index = 0; index < members_.size(); ++index) {
        if (members_[index].pointer != pointer_.view()) continue;
        if (saw(index)) {
            refuse("is given twice");
        } else {
            seen_ |= 1U << index;
            current_ = index;
        }
        return true;
    }
    refuse_unknown(level, "is unknown");
    return true;
}

bool RequestReader::scalar(const Scalar& value) {
    const std::size_t member = place();
    if (depth_ == 0) {
        refuse(wrong_type(Kinds::object));
    } else if (member != none) {
        const unsigned taken = levels_[depth_ - 1].is_array ? Kinds::string : members_[member].kinds;
        refuse((taken & value.kind) == 0 ? wrong_type(taken) : sink_.take(member, value));
    }
    return true;
}

bool RequestReader::start(bool is_array) {
    if (depth_ == levels_.size()) {
        if (open_ && levels_.back().ignored) {  // another version's, and nothing of it is looked at
            ++passed_over_;
            return true;
        }
        error_ = bad_json("is nested too deeply");
        return false;
    }
    const std::size_t member = place();
    unsigned taken = Kinds::object;  // what the whole must be
    if (depth_ > 0 && member != none) {
        taken = levels_[depth_ - 1].is_array ? Kinds::string : members_[member].kinds;
    }
    const bool refused_before = depth_ > 0 && member == none;
    const bool fits = (taken & (is_array ? Kinds::array_of_strings : Kinds::object)) != 0;
    if (!refused_before && !fits) refuse(wrong_type(taken));

    levels_[depth_++] = {.pointer_size = pointer_.size(),
                         .member = member,
                         .next_index = 0,
                         .is_array = is_array,
                         .ignored = refused_before || !fits};
    return true;
}

bool RequestReader::end() {
    --(passed_over_ > 0 ? passed_over_ : depth_);
    return true;
}

void RequestReader::not_json(bool number_too_large) {
    if (!number_too_large) {
        error_ = bad_json("is not JSON in UTF-8");
    } else if (depth_ == 0 || place() != none) {
        refuse("is too large a number");
    } else if (!error_) {  // in a member that is passed over: the parser stops here all the same
        error_ = bad_json("holds a number that is too large");
    }
}

std::size_t RequestReader::place() {
    if (depth_ == 0) return none;
    Level& level = levels_[depth_ - 1];
    if (level.ignored) return none;
    if (!level.is_array) return current_;

    pointer_.truncate(level.pointer_size);
    char digits[8];
    const auto written = std::to_chars(digits, digits + sizeof digits, level.next_index++);
    // An index that has no room leaves the array's own pointer, which is still true.
    (void)push_segment({digits, static_cast<std::size_t>(written.ptr - digits)});
    return level.member;
}

bool RequestReader::push_segment(std::string_view name) {
    const std::size_t before = pointer_.size();
    bool fits = pointer_.append("/");
    for (const char& letter : name) {
        // RFC 6901 §3: the two letters with a meaning of their own.
        const std::string_view written = letter == '~'   ? "~0"
                                         : letter == '/' ? "~1"
                                                         : std::string_view{&letter, 1};
        fits = fits && pointer_.append(written);
    }
    if (!fits) pointer_.truncate(before);
    return fits;
}

void RequestReader::refuse_unknown(const Level& parent, std::string_view detail) {
    if (open_ && pointer_.view().substr(0, parent.pointer_size).starts_with(*open_)) return;
    refuse(detail);
}

void RequestReader::refuse(std::string_view detail) {
    if (detail.empty() || error_) return;
    error_ =
        DecodeError{.kind = DecodeError::Kind::invalid, .pointer = pointer_, .detail = fault_text(detail)};
}

}  // namespace boardwalk::protocol
