#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace boardwalk::tests {

using Json = nlohmann::json;

inline Json vectors(std::string_view name);

/// With the first valid message of another file in place of each `{"$vector": FILE}`.
inline Json whole(const Json& part) {
    if (part.is_object() && part.contains("$vector"))
        return vectors(part.at("$vector").get<std::string>()).at("valid").at(0);
    Json copy = part;
    if (copy.is_structured()) {
        for (Json& child : copy)
            child = whole(child);
    }
    return copy;
}

/// One file of `shared/vectors`. A missing or broken one fails the test and gives no vectors.
inline Json vectors(std::string_view name) {
    std::ifstream file(BOARDWALK_VECTORS + std::string(name) + ".json");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    Json json = Json::parse(text, nullptr, false);
    EXPECT_TRUE(json.is_object()) << name << " is not there, or is no JSON";
    return json.is_object() ? whole(json) : Json{{"valid", Json::array()}, {"invalid", Json::array()}};
}

/// The request's text: bytes that JSON cannot hold are written as `%FF` where the vector says so.
inline std::string text_of(const Json& vector) {
    const std::string written = vector.at("json");
    if (!vector.value("percent_encoded", false)) return written;
    std::string bytes;
    for (std::size_t at = 0; at < written.size(); ++at) {
        if (written[at] == '%') {
            bytes += static_cast<char>(std::stoi(written.substr(at + 1, 2), nullptr, 16));
            at += 2;
        } else {
            bytes += written[at];
        }
    }
    return bytes;
}

}  // namespace boardwalk::tests
