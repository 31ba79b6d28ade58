#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace boardwalk {

/// The members of one JSON object as they stand in its text, one after the other. Of text that was not
/// checked to be JSON before, it gives something, but never reads beyond the end.
class JsonMembers {
public:
    explicit JsonMembers(std::string_view object) : rest_(object) { skip_past('{'); }

    struct Member {
        std::string_view text;   ///< `"name": value`
        std::string_view name;   ///< between its quotation marks, escapes and all
        std::string_view value;  ///< without blanks around it
    };
    /// False: there are no more.
    [[nodiscard]] bool next(Member& member) {
        skip_past('"');
        if (rest_.empty()) return false;
        const char* const begin = rest_.data() - 1;
        member.name = rest_.substr(0, end_of_string(rest_));
        rest_.remove_prefix(member.name.size());
        skip_past(':');
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
        member.value = rest_.substr(0, end_of_value(rest_));
        rest_.remove_prefix(member.value.size());
        member.text = {begin, static_cast<std::size_t>(rest_.data() - begin)};
        return !member.value.empty();
    }

    /// The name of a member, given its text.
    [[nodiscard]] static std::string_view name_of(std::string_view member_text) {
        member_text.remove_prefix(std::min<std::size_t>(1, member_text.size()));
        return member_text.substr(0, end_of_string(member_text));
    }

private:
    static constexpr std::string_view blanks = " \t\r\n";

    void skip_past(char c) {
        const auto at = rest_.find(c);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + 1);
    }

    /// Where its closing quotation mark is; `text` begins behind the opening one.
    static std::size_t end_of_string(std::string_view text) {
        std::size_t at = 0;
        while (at < text.size() && text[at] != '"')
            at += text[at] == '\\' ? 2U : 1U;
        return std::min(at, text.size());
    }

    static std::size_t end_of_value(std::string_view text) {
        std::size_t depth = 0;
        for (std::size_t at = 0; at < text.size(); ++at) {
            const char c = text[at];
            if (c == '"') {
                at += 1 + end_of_string(text.substr(at + 1));
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) return at;
                --depth;
            } else if (depth == 0 && (c == ',' || blanks.find(c) != std::string_view::npos)) {
                return at;
            }
            if (depth == 0 && (c == '"' || c == '}' || c == ']')) return std::min(at + 1, text.size());
        }
        return text.size();
    }

    std::string_view rest_;
};

}  // namespace boardwalk
