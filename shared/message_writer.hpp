#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/json_members.hpp"

namespace boardwalk::protocol {

/// Puts a message into one JSON object, members in the order of `json_members.hpp`.
class MessageWriter {
public:
    using Json = nlohmann::ordered_json;
    template <class T>
    using Ref = const T&;

    template <class T>
    void operator()(const char* name, const T& value) {
        json_[name] = write(value);
    }

    /// Left out when empty or 0.
    template <class T>
    void maybe(const char* name, const T& value) {
        if (value != T{}) json_[name] = write(value);
    }

    template <class Write>
    void nested(const char* name, Write write_members) {
        MessageWriter writer;
        write_members(writer);
        json_[name] = std::move(writer.json_);
    }

    /// Of a pair, the first one first.
    template <class T>
    void element(std::size_t, const T& value) {
        json_.push_back(write(value));
    }

    /// JSON text. Null when it is none.
    void raw(const char* name, const std::string& text) {
        Json json = Json::parse(text, nullptr, false);
        json_[name] = json.is_discarded() ? Json() : std::move(json);
    }

    /// An object without members.
    void empty(const char* name) { json_[name] = Json::object(); }
    [[nodiscard]] Json take() { return std::move(json_); }

    template <class Object>
        requires requires(MessageWriter& writer, const Object& object) { members(writer, object); }
    [[nodiscard]] static Json write(const Object& object) {
        MessageWriter writer;
        members(writer, object);
        return writer.take();
    }

private:
    static Json write(bool value) { return value; }
    static Json write(double value) { return value; }
    static Json write(std::uint32_t value) { return value; }
    static Json write(std::uint64_t value) { return value; }
    static Json write(const std::string& value) { return value; }
    template <Worded Enum>
    static Json write(Enum value) {
        return to_string(value);
    }
    static Json write(const OutputValue& value) {
        if (const auto* on = std::get_if<bool>(&value)) return *on;
        if (const auto* level = std::get_if<double>(&value)) return *level;
        return std::get_if<Choice>(&value)->view();
    }
    template <class Two>
        requires requires(MessageWriter& writer, const Two& two) { elements(writer, two); }
    static Json write(const Two& two) {
        MessageWriter writer;
        writer.json_ = Json::array();
        elements(writer, two);
        return writer.take();
    }
    template <class T>
    static Json write(const std::optional<T>& value) {
        return value ? write(*value) : Json();
    }
    template <class T>
    static Json write(const std::vector<T>& values) {
        Json array = Json::array();
        for (const T& value : values)
            array.push_back(write(value));
        return array;
    }
    template <class Entry>
        requires is_entry<Entry>
    static Json write(const std::vector<Entry>& entries) {
        Json object = Json::object();
        for (const Entry& entry : entries)
            object[entry.id] = write(entry.value);
        return object;
    }

    Json json_ = Json::object();
};

}  // namespace boardwalk::protocol
