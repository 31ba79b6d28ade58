#include "firmware/http/authority.hpp"

#include <gtest/gtest.h>

#include <string>

namespace boardwalk::http {
namespace {

TEST(Authority, NamesAddressesAndPortsAreTaken) {
    for (const std::string text : {"board",
                                   "board.local",
                                   "board.local.",
                                   "BOARD.local:80",
                                   "a_b~c!$&'()*+,;=d",
                                   "%41b",
                                   "192.168.1.7:8080",
                                   "999.999.999.999",  // a name, by RFC 3986 §3.2.2
                                   "a:",
                                   "a:0",
                                   "a:65535",
                                   "a:00080",
                                   "[::1]",
                                   "[::]",
                                   "[::1]:8080",
                                   "[1::]",
                                   "[1:2:3:4:5:6:7:8]:1",
                                   "[1:2:3:4:5:6:7::]",
                                   "[::2:3:4:5:6:7:8]",
                                   "[fe80::aB:0:ffff]",
                                   "[::ffff:192.168.1.7]",
                                   "[1:2:3:4:5:6:1.2.3.4]",
                                   "[0000::0000]"}) {
        EXPECT_TRUE(is_authority(text)) << text;
    }
    EXPECT_TRUE(is_authority(std::string(2'000, 'a')));
}

TEST(Authority, WhatIsNoHostIsRefused) {
    using namespace std::string_literals;
    for (const std::string& text : {""s,
                                    ":"s,
                                    ":80"s,
                                    "a b"s,
                                    "a/"s,
                                    "a?"s,
                                    "a#"s,
                                    "a\\b"s,
                                    "a\"b"s,
                                    "me@a"s,
                                    "a:b"s,
                                    "a:-1"s,
                                    "a:+1"s,
                                    "a:65536"s,
                                    "a:99999999"s,
                                    "a:18446744073709551617"s,
                                    "a:8 0"s,
                                    "a:80:80"s,
                                    "::1"s,
                                    "][:::"s,
                                    "[]"s,
                                    "[:]"s,
                                    "[:::]"s,
                                    "[::1"s,
                                    "::1]"s,
                                    "[::1]a"s,
                                    "[::1]80"s,
                                    "[::1]:"s + "x"s,
                                    "[::1]]"s,
                                    "[[::1]]"s,
                                    "[1:2:3:4:5:6:7]"s,
                                    "[1:2:3:4:5:6:7:8:9]"s,
                                    "[1:2:3:4:5:6:7:8::]"s,
                                    "[1::2::3]"s,
                                    "[:1:2:3:4:5:6:7:8]"s,
                                    "[1:2:3:4:5:6:7:8:]"s,
                                    "[1:]"s,
                                    "[:1]"s,
                                    "[::12345]"s,
                                    "[::g]"s,
                                    "[::1.2.3]"s,
                                    "[::1.2.3.4.5]"s,
                                    "[::1.2.3.256]"s,
                                    "[::1.2.3.04]"s,
                                    "[::1.2.3.]"s,
                                    "[1.2.3.4::]"s,
                                    "[::1.2.3.4:5]"s,
                                    "[1:2:3:4:5:6:7:1.2.3.4]"s,
                                    "[fe80::1%25eth0]"s,
                                    "[v1.x]"s,
                                    "a%4"s,
                                    "a%zz"s,
                                    "a%"s,
                                    "\xc3\xa4"s,
                                    "a\0b"s}) {
        EXPECT_FALSE(is_authority(text)) << text;
    }
}

}  // namespace
}  // namespace boardwalk::http
