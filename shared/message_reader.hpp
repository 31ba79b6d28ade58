#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shared/json_members.hpp"

namespace boardwalk::protocol {

/// Where reading is, and the first thing that was wrong.
struct ReadTrace {
    std::string pointer;
    std::string error;

    void fail(std::string_view reason) {
        if (error.empty()) error = pointer + ": " + std::string(reason);
    }
};

/// Fills a message from one JSON object. Asks for the type before each access: nlohmann-json without
/// exceptions aborts on a wrong guess, and what is read here comes from the network.
class MessageReader {
public:
    using Json = nlohmann::ordered_json;
    template <class T>
    using Ref = T&;

    /// Both must outlive the reader.
    MessageReader(const Json& json, ReadTrace& trace) : MessageReader(json, trace, Pair{}) {
        if (!json.is_object()) trace.fail("is not an object");
    }

    /// Whether nothing was wrong up to here.
    [[nodiscard]] bool good() const { return trace_.error.empty(); }
    [[nodiscard]] bool has(const char* name) const {
        return json_.is_object() && json_.find(name) != json_.end();
    }

    template <class T>
    void operator()(const char* name, T& out) {
        within(name, [&](const Json* json) {
            static const Json absent;
            if (json == nullptr && !is_optional(out)) return trace_.fail("is missing");
            read(json == nullptr ? absent : *json, out);
        });
    }

    /// A member that may be absent, and counts as absent when its type is wrong (RFC 9457 §3.1).
    template <class T>
    void maybe(const char* name, T& out) {
        within(name, [&](const Json* json) {
            if (json == nullptr) return;
            ReadTrace attempt;
            T value{};
            MessageReader(json_, attempt).read(*json, value);
            if (attempt.error.empty()) out = std::move(value);
        });
    }

    template <class Read>
    void nested(const char* name, Read read_members) {
        within(name, [&](const Json* json) {
            if (json == nullptr) return trace_.fail("is missing");
            MessageReader reader(*json, trace_);
            read_members(reader);
        });
    }

    /// Of a pair.
    template <class T>
    void element(std::size_t index, T& out) {
        step(std::to_string(index), [&] { read(json_[index], out); });
    }

    /// Any JSON, kept as text.
    void raw(const char* name, std::string& out) {
        within(name, [&](const Json* json) { out = json == nullptr ? "null" : json->dump(); });
    }

private:
    struct Pair {};  ///< what is read is an array of two
    MessageReader(const Json& json, ReadTrace& trace, Pair) : json_(json), trace_(trace) {}

    template <class T>
    static constexpr bool is_optional(const T&) {
        return false;
    }
    template <class T>
    static constexpr bool is_optional(const std::optional<T>&) {
        return true;
    }

    /// Calls `use` with the member or nullptr, and keeps the pointer meanwhile. Not at all after an error.
    template <class Use>
    void within(std::string_view name, Use use) {
        if (!trace_.error.empty()) return;
        const auto found = json_.find(name);
        step(name, [&] { use(found == json_.end() ? nullptr : &*found); });
    }

    template <class Do>
    void step(std::string_view name, Do action) {
        const std::size_t size = trace_.pointer.size();
        trace_.pointer.append("/").append(name);
        action();
        trace_.pointer.resize(size);
    }

    void read(const Json& json, bool& out) {
        if (!json.is_boolean()) return trace_.fail("is not true or false");
        out = json.get<bool>();
    }
    void read(const Json& json, double& out) {
        if (!json.is_number()) return trace_.fail("is not a number");
        out = json.get<double>();
    }
    void read(const Json& json, std::uint32_t& out) {
        std::uint64_t wide = 0;
        read(json, wide);
        if (wide > std::numeric_limits<std::uint32_t>::max()) return trace_.fail("is too large");
        out = static_cast<std::uint32_t>(wide);
    }
    void read(const Json& json, std::uint64_t& out) {
        if (!json.is_number_unsigned()) return trace_.fail("is not a whole number");
        out = json.get<std::uint64_t>();
    }
    void read(const Json& json, std::string& out) {
        if (!json.is_string()) return trace_.fail("is not text");
        out = *json.get_ptr<const std::string*>();
    }
    void read(const Json& json, OutputValue& out) {
        if (json.is_boolean()) {
            out = json.get<bool>();
        } else if (json.is_number()) {
            out = json.get<double>();
        } else if (json.is_string()) {
            const auto choice = choice_value(*json.get_ptr<const std::string*>());
            if (!choice) return trace_.fail("is longer than a choice can be");
            out = *choice;
        } else {
            trace_.fail("is not true, false, a number or text");
        }
    }
    template <class Two>
        requires requires(MessageReader& reader, Two& out) { elements(reader, out); }
    void read(const Json& json, Two& out) {
        if (!json.is_array() || json.size() != 2) return trace_.fail("is not a pair");
        MessageReader reader(json, trace_, Pair{});
        elements(reader, out);
    }

    template <Worded Enum>
    void read(const Json& json, Enum& out) {
        const auto value =
            json.is_string() ? from_string<Enum>(*json.get_ptr<const std::string*>()) : std::optional<Enum>{};
        if (!value) return trace_.fail("is not one of the words that stand here");
        out = *value;
    }

    template <class T>
    void read(const Json& json, std::optional<T>& out) {
        out = json.is_null() ? std::optional<T>() : std::optional<T>(T{});
        if (out) read(json, *out);
    }

    template <class T>
    void read(const Json& json, std::vector<T>& out) {
        if (!json.is_array()) return trace_.fail("is not an array");
        out.clear();
        for (const Json& element : json) {
            if (!trace_.error.empty()) return;
            step(std::to_string(out.size()), [&] { read(element, out.emplace_back()); });
        }
    }

    /// An object on the wire: {ID: value}.
    template <class Entry>
        requires is_entry<Entry>
    void read(const Json& json, std::vector<Entry>& out) {
        if (!json.is_object()) return trace_.fail("is not an object");
        out.clear();
        for (auto item = json.begin(); item != json.end() && trace_.error.empty(); ++item) {
            Entry& entry = out.emplace_back();
            entry.id = item.key();
            step(entry.id, [&] { read(item.value(), entry.value); });
        }
    }

    template <class Object>
        requires requires(MessageReader& reader, Object& out) { members(reader, out); }
    void read(const Json& json, Object& out) {
        MessageReader reader(json, trace_);
        members(reader, out);
    }

    const Json& json_;
    ReadTrace& trace_;
};

}  // namespace boardwalk::protocol
