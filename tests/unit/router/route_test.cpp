#include "firmware/router/route.hpp"

#include <gtest/gtest.h>

namespace boardwalk::router {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
    Parameters parameters;
    return match(pattern, path, parameters);
}

TEST(RoutePattern, LiteralMatchesItselfOnly) {
    EXPECT_TRUE(matches("/api/v1/state", "/api/v1/state"));
    EXPECT_FALSE(matches("/api/v1/state", "/api/v1/stat"));
    EXPECT_FALSE(matches("/api/v1/state", "/api/v1/state/"));
    EXPECT_FALSE(matches("/api/v1/state", "/api/v1/State"));
    EXPECT_TRUE(matches("/", "/"));
    EXPECT_FALSE(matches("/", "//"));
}

TEST(RoutePattern, CapturesWholeSegments) {
    Parameters parameters;
    ASSERT_TRUE(match("/a/{id}/b/{name}", "/a/12/b/x.y", parameters));
    EXPECT_EQ(parameters[0], "12");
    EXPECT_EQ(parameters[1], "x.y");
    ASSERT_TRUE(match("/outputs/{id}", "/outputs/lamp%20one", parameters));
    EXPECT_EQ(parameters[0], "lamp%20one");
}

TEST(RoutePattern, CaptureNeedsExactlyOneSegment) {
    EXPECT_FALSE(matches("/outputs/{id}", "/outputs/"));
    EXPECT_FALSE(matches("/outputs/{id}", "/outputs"));
    EXPECT_FALSE(matches("/outputs/{id}", "/outputs/a/b"));
    EXPECT_FALSE(matches("/a/{id}/b", "/a//b"));
}

TEST(RoutePattern, WhatNeedsNoEncodingIsTheSameEncoded) {
    EXPECT_TRUE(matches("/api/v1/state", "/%61pi/v1/stat%65"));
    EXPECT_TRUE(matches("/app-1.js", "/app%2D1%2ejs"));
    EXPECT_TRUE(matches("/outputs/{id}", "/outpu%74s/lamp"));
}

TEST(RoutePattern, WhatHasAMeaningOfItsOwnIsNotTheSameEncoded) {
    for (const auto* path :
         {"/api%2Fv1/state", "%2fapi/v1/state", "/%2561pi/v1/state", "/api/v1/state%00", "/api/v1/%00state",
          "/api/v1/s%54ate", "/api/v1/stat%7s", "/api/v1/stat%6", "/api/v1/stat%", "/api/./v1/state",
          "/x/../api/v1/state", "/x/%2e%2e/api/v1/state", "//api/v1/state", "/api%5cv1/state",
          "/api/v1/state;a=b"}) {
        EXPECT_FALSE(matches("/api/v1/state", path)) << path;
    }
    EXPECT_FALSE(matches("/o", "/%7z"));  // -1 for the bad digit would make an o of it
}

constexpr std::array<Route<int>, 3> table = {{
    {http::Method::get, "/thing", 1, Body::none, {}},
    {http::Method::patch, "/thing", 2, Body::json, {}},
    {http::Method::get, "/thing/{id}", 3, Body::none, {}},
}};

TEST(RouteTable, HeadIsAnsweredByGet) {
    const auto found = find<int>(table, http::Method::head, "/thing/7");
    ASSERT_NE(found.route, nullptr);
    EXPECT_EQ(found.route->handler, 3);
    EXPECT_EQ(found.parameters[0], "7");
}

TEST(RouteTable, WrongMethodTellsTheRightOnes) {
    const auto found = find<int>(table, http::Method::delete_, "/thing");
    EXPECT_EQ(found.route, nullptr);
    const auto bit = [](http::Method method) { return 1U << static_cast<unsigned>(method); };
    EXPECT_EQ(found.allow, bit(http::Method::get) | bit(http::Method::head) | bit(http::Method::patch));
}

TEST(RouteTable, UnknownPathAllowsNothing) {
    EXPECT_EQ(find<int>(table, http::Method::get, "/other").allow, 0U);
}

}  // namespace
}  // namespace boardwalk::router
