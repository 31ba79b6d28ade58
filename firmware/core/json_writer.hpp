#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "firmware/core/text_writer.hpp"

namespace boardwalk {

/// Writes JSON (RFC 8259) into a TextWriter: no heap, no tree. Commas are its business, nesting is the
/// caller's. Strings must be UTF-8. Whether all of it fitted is asked of the TextWriter at the end.
class JsonWriter {
public:
    explicit JsonWriter(TextWriter& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }

    JsonWriter& key(std::string_view name) {
        separate();
        quote(name);
        out_.append(':');
        separated_ = true;
        return *this;
    }

    JsonWriter& string(std::string_view text) {
        separate();
        quote(text);
        return *this;
    }

    template <std::integral Number>
    JsonWriter& integer(Number number) {
        separate();
        out_.append_number(number);
        return *this;
    }

    /// A number with `decimals` digits; NaN and infinities, which JSON does not know, become null.
    JsonWriter& number(double value, int decimals) {
        separate();
        if (std::isfinite(value)) {
            out_.append_fixed(value, decimals);
        } else {
            out_.append("null");
        }
        return *this;
    }

    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }

    /// A value that is JSON already.
    JsonWriter& raw(std::string_view json) {
        separate();
        out_.append(json);
        return *this;
    }

    template <typename Value>
    JsonWriter& member(std::string_view name, const Value& value) {
        key(name);
        if constexpr (std::same_as<Value, bool>) {
            return boolean(value);
        } else if constexpr (std::integral<Value>) {
            return integer(value);
        } else {
            return string(value);
        }
    }

    TextWriter& out() { return out_; }

private:
    JsonWriter& open(char bracket) {
        separate();
        out_.append(bracket);
        separated_ = true;
        return *this;
    }

    JsonWriter& close(char bracket) {
        out_.append(bracket);
        separated_ = false;
        return *this;
    }

    void separate() {
        if (!separated_) out_.append(',');
        separated_ = false;
    }

    void quote(std::string_view text);

    TextWriter& out_;
    bool separated_ = true;
};

/// RFC 8259 §7: quotation mark, backslash and control characters are escaped, nothing else.
inline void JsonWriter::quote(std::string_view text) {
    static constexpr std::string_view hex = "0123456789abcdef";
    out_.append('"');
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out_.append(text.substr(plain, i - plain));
        plain = i + 1;
        if (c == '"' || c == '\\') {
            out_.append('\\');
            out_.append(text[i]);
        } else if (c == '\n') {
            out_.append("\\n");
        } else {
            out_.append("\\u00");
            out_.append(hex[c >> 4]);
            out_.append(hex[c & 15]);
        }
    }
    out_.append(text.substr(plain));
    out_.append('"');
}

}  // namespace boardwalk
