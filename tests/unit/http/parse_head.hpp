#pragma once

#include <gtest/gtest.h>

#include <string>

#include "firmware/http/request_parser.hpp"
#include "firmware/limits.hpp"
#include "tests/support/head_feeder.hpp"

/// A head as a connection feeds it to the parser.
namespace boardwalk::http {

/// What has come in whole is read in one go, and only when nothing is amiss.
inline void expect_read_whole(const std::string& text, std::size_t head_bytes) {
    Request request;
    EXPECT_EQ(read_head(text, request), head_bytes) << text;
}

/// Feeds `text` in pieces of `step` bytes, as a connection would; returns the error, and the request, whose
/// views live until the next call.
inline ParseError parse(const std::string& text, Request& request, std::size_t step = 1'000'000) {
    static test::HeadFeeder feeder;
    feeder = {};
    for (std::size_t at = 0; at < text.size(); at += step) {
        if (!feeder.feed(std::string_view(text).substr(at, step))) continue;
        request = feeder.request;
        if (feeder.head_bytes <= limits::head_bytes_max) expect_read_whole(text, feeder.head_bytes);
        return feeder.error;
    }
    ADD_FAILURE() << "incomplete: " << text;
    return ParseError::none;
}

inline ParseError error_of(const std::string& text) {
    Request request;
    return parse(text, request);
}

/// A field that the parser drops, of so many bytes.
inline std::string cookie_of(std::size_t bytes) { return "Cookie: " + std::string(bytes - 10, 'c') + "\r\n"; }

}  // namespace boardwalk::http
