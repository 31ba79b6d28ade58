#pragma once

#include <concepts>
#include <string_view>

#include "firmware/http/grammar.hpp"

namespace boardwalk::http {

/// A field whose value is a list (RFC 9110 §5.6.1): the elements of all lines of its name, in their order
/// (§5.3). Lines after the first are looked for when they are asked for, so that any number of them costs no
/// memory. Views point into the head.
class ListField {
public:
    ListField() = default;
    /// A field of one line.
    template <std::convertible_to<std::string_view> Text>
    ListField(const Text& value) : value_(value), present_(true) {}  // NOLINT(google-explicit-constructor)

    /// All lines of the field `name` (static) among `fields`, which may go on behind the head.
    static ListField within(std::string_view name, std::string_view fields) {
        ListField list;
        list.name_ = name;
        list.further_ = fields;
        return list;
    }

    /// A line of the field `name` (static) has this value; `from` begins with that line, and may
    /// go on behind the head.
    void add_line(std::string_view name, std::string_view value, std::string_view from) {
        if (!present_) {
            value_ = value;
            present_ = true;
        } else if (further_.empty()) {
            name_ = name;
            further_ = from;
        }
    }

    /// The field was sent, though its list may be empty. (Of one that is looked for `within` fields: not
    /// known.)
    [[nodiscard]] bool present() const { return present_; }

    /// It came in one line, which holds just this.
    [[nodiscard]] bool is(std::string_view line) const {
        return present_ && further_.empty() && value_ == line;
    }

    /// Takes the next element off. Empty at the end.
    std::string_view next() {
        for (;;) {
            if (const auto element = next_element(value_); !element.empty()) return element;
            if (!take_further_line()) return {};
        }
    }

private:
    bool take_further_line() {
        while (!further_.empty()) {
            const auto line = take_line(further_);
            if (line.empty()) break;  // the head's end; what comes behind it is another request's
            const auto colon = line.find(':');
            if (colon == std::string_view::npos || !equals_ignoring_case(line.substr(0, colon), name_))
                continue;
            value_ = line.substr(colon + 1);
            return true;
        }
        further_ = {};
        return false;
    }

    std::string_view value_;    ///< what is left of the line at hand
    std::string_view further_;  ///< of the head, from the second line on
    std::string_view name_;
    bool present_ = false;
};

}  // namespace boardwalk::http
