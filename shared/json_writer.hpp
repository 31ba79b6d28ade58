#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "shared/json_members.hpp"

namespace boardwalk::protocol {

/// Puts a message into one JSON object, members in the order of `json_members.hpp`.
class JsonWriter {
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
        JsonWriter writer;
        write_members(writer);
        json_[name] = std::move(writer.json_);
    }

    /// JSON text. Null when it is none.
    void raw(const char* name, const std::string& text) {
        Json json = Json::parse(text, nullptr, false);
        json_[name] = json.is_discarded() ? Json() : std::move(json);
    }

    void set(const char* name, Json value) { json_[name] = std::move(value); }
    [[nodiscard]] Json take() { return std::move(json_); }

    template <class Object>
        requires requires(JsonWriter& writer, const Object& object) { members(writer, object); }
    [[nodiscard]] static Json write(const Object& object) {
        JsonWriter writer;
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
    static Json write(const Sample& sample) {
        Json pair = Json::array();
        pair.push_back(sample.uptime_ms);
        pair.push_back(write(sample.value));
        return pair;
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
    static Json write(const std::vector<ReadingChange>& changes) { return write_changes(changes); }
    static Json write(const std::vector<OutputChange>& changes) { return write_changes(changes); }

    template <class Change>
    static Json write_changes(const std::vector<Change>& changes) {
        Json object = Json::object();
        for (const Change& change : changes)
            object[change.id] = write(change.value);
        return object;
    }

    Json json_ = Json::object();
};

}  // namespace boardwalk::protocol
