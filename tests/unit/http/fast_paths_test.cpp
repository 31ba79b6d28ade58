#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "firmware/http/authority.hpp"
#include "firmware/http/grammar.hpp"
#include "firmware/http/request_parser.hpp"

/// What is read faster because it is common, against what says plainly how it is to be read.
namespace boardwalk::http {
namespace {

constexpr std::array browser_names = {
    "Host",           "Connection",      "User-Agent",      "Accept",
    "Referer",        "Accept-Encoding", "Accept-Language", "Cookie",
    "Sec-Fetch-Site", "Sec-Fetch-Mode",  "Origin",          "Sec-Fetch-Dest",
    "If-None-Match",  "Cache-Control",   "Content-Type",    "Via",
    "X-Of-Ours"};

/// Views in `request` point into the head that was read.
struct Read {
    ParseError error;
    Request request;
};

Read read(const std::string& head) {
    Read read{};
    read.error = parse_head(head, read.request);
    return read;
}

std::string with_field(const std::string& name) {
    return "GET /assets/a HTTP/1.1\r\nHost: 10.0.0.1\r\n" + name + ": value-of-this\r\nAccept: */*\r\n\r\n";
}

TEST(FastPaths, AFieldsNameIsReadInAnyCaseAndByEachOfItsCharacters) {
    for (const std::string name : browser_names) {
        for (std::size_t at = 0; at < name.size(); ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                auto other = name;
                other[at] = static_cast<char>(byte);
                const auto head = with_field(other);
                const auto got = read(head);
                const bool repeats_host = equals_ignoring_case(other, "host");
                const auto expected = other.front() == ' ' || other.front() == '\t' ? ParseError::folded_field
                                      : byte == ':' && at > 0                       ? ParseError::none
                                      : !is_token(other)                            ? ParseError::bad_field
                                      : repeats_host                                ? ParseError::missing_host
                                                                                    : ParseError::none;
                ASSERT_EQ(got.error, expected) << name << ' ' << at << ' ' << byte;
                if (expected != ParseError::none) continue;
                ASSERT_EQ(!got.request.origin.empty(), equals_ignoring_case(other, "origin")) << other;
                ASSERT_EQ(got.request.if_none_match.present(), equals_ignoring_case(other, "if-none-match"));
                ASSERT_EQ(got.request.accept_encoding.present(),
                          equals_ignoring_case(other, "accept-encoding"));
            }
        }
    }
}

TEST(FastPaths, AFieldsNameAtTheVeryEndOfTheInputIsNoField) {
    for (const std::string name : browser_names) {
        const auto head = "GET / HTTP/1.1\r\nHost: a\r\n" + name + ":";
        for (auto size = head.size() - name.size() - 1; size <= head.size(); ++size) {
            const std::string cut(head.data(), size);  // memory of its own, so that a sanitizer sees its end
            Request request;
            EXPECT_EQ(read_head(cut, request), 0U) << cut;
        }
    }
}

TEST(FastPaths, ARequestLineIsReadByEachOfItsCharacters) {
    const std::string line = "GET /api/v1/state HTTP/1.1\r\n";
    for (std::size_t at = 0; at < line.size(); ++at) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            auto other = line;
            other[at] = static_cast<char>(byte);
            const auto head = other + "Host: a\r\n\r\n";
            const auto got = read(head);
            Request plain;
            const auto end = other.find("\r\n");
            const auto error = parse_request_line(std::string_view(other).substr(0, end), plain);
            if (end == std::string::npos || end != line.size() - 2 || error != ParseError::none) {
                ASSERT_NE(got.error, ParseError::none) << other;
                continue;
            }
            ASSERT_EQ(got.error, ParseError::none) << other;
            ASSERT_EQ(got.request.method, plain.method);
            ASSERT_EQ(got.request.path, plain.path);
            ASSERT_EQ(got.request.target, plain.target);
            ASSERT_EQ(got.request.query, plain.query);
            ASSERT_EQ(got.request.minor_version, plain.minor_version);
        }
    }
}

TEST(FastPaths, AFieldsValueEndsAtTheSameByteHoweverItLiesInMemory) {
    alignas(8) std::array<char, 64> memory{};
    for (const unsigned filler : {0x20U, 0x7EU, 0x80U, 0xFFU}) {
        for (std::size_t begin = 0; begin < 9; ++begin) {
            for (std::size_t size = 0; size <= 40; ++size) {
                for (std::size_t at = 0; at <= size; ++at) {
                    for (const unsigned byte :
                         {0x00U, 0x09U, 0x0DU, 0x1FU, 0x20U, 0x7EU, 0x7FU, 0x80U, 0xFFU}) {
                        memory.fill(static_cast<char>(filler));
                        if (at < size) memory[begin + at] = static_cast<char>(byte);
                        const std::string_view text(memory.data() + begin, size);
                        const auto* const plain_end = std::ranges::find_if_not(
                            text, [](char c) { return detail::is_of_class(c, detail::field_value); });
                        ASSERT_EQ(field_value_size(text), static_cast<std::size_t>(plain_end - text.begin()))
                            << filler << ' ' << begin << ' ' << size << ' ' << at << ' ' << byte;
                    }
                }
            }
        }
    }
}

/// Asks both scans for the same from each place of `text`, which lies in memory of its own, so that a
/// sanitizer sees its end.
void expect_that_both_scans_find_the_same(const std::string& text) {
    const std::vector<char> memory(text.begin(), text.end());
    const std::string_view view(memory.data(), memory.size());
    const Scan scan(view);
    const PlainScan plain(view);
    for (const char* at = view.data(); at != plain.end(); ++at) {
        ASSERT_EQ(scan.colon_behind_name(at), plain.colon_behind_name(at)) << text << at - view.data();
        ASSERT_EQ(scan.line_end_behind_value(at), plain.line_end_behind_value(at))
            << text << at - view.data();
        ASSERT_EQ(scan.plain_path_end(at), plain.plain_path_end(at)) << text << at - view.data();
        ASSERT_EQ(scan.field_value_end(at), plain.field_value_end(at)) << text << at - view.data();
    }
}

TEST(FastPaths, AWideScanFindsWhatThePlainOneFindsWithEachByteAtEachPlace) {
    for (const std::string end : {":", "\r\n", " ", "\r", ""}) {
        for (const char filler : {'a', 'Z', '-', '/', '9', '~'}) {
            for (std::size_t size = 0; size <= 35; ++size) {
                const auto text = std::string(size, filler) + end;
                expect_that_both_scans_find_the_same(text);
                expect_that_both_scans_find_the_same(text + std::string(20, 'b'));
            }
        }
    }
    const std::string line = "Sec-Fetch-Site: same-origin/of a value\r\nNext: 1\r\n";
    for (std::size_t at = 0; at < line.size(); ++at) {
        for (unsigned byte = 0; byte < 256; ++byte) {
            auto other = line;
            other[at] = static_cast<char>(byte);
            expect_that_both_scans_find_the_same(other);
        }
    }
}

TEST(FastPaths, AWideScanTellsANameInAnyCaseByEachOfItsCharacters) {
    for (const std::string_view lower : {"via", "host", "if-match", "connection", "sec-websocket-protocol"}) {
        for (std::size_t at = 0; at < lower.size(); ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                std::string name(lower);
                name[at] = static_cast<char>(byte);
                if (!is_token(name)) continue;
                ASSERT_EQ(Scan::is_name(name, lower), equals_ignoring_case(name, lower)) << name;
                ASSERT_EQ(PlainScan::is_name(name, lower), equals_ignoring_case(name, lower)) << name;
            }
        }
    }
}

TEST(FastPaths, AnIpv4AuthorityIsAnAuthorityThatIsByAddress) {
    for (const std::string text : {"10.0.0.1", "127.0.0.1:80", "255.255.255.255:65535"}) {
        EXPECT_TRUE(is_ipv4_authority(text)) << text;
        EXPECT_TRUE(is_authority(text) && is_by_address(text)) << text;
    }
    for (const std::string text : {"", "10.0.0", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:8 0", "10.0.0.1.",
                                   "10.0.0.256", "01.0.0.1", "10.0.0.1a", "board", "[::1]", "10.0.0.1\n"})
        EXPECT_FALSE(is_ipv4_authority(text)) << text;
}

}  // namespace
}  // namespace boardwalk::http
