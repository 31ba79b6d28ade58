#include "firmware/app/api/gate/negotiation.hpp"

#include "tests/support/allocations.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

class AssetsTest : public AppTest {
protected:
    void SetUp() override {
        assets = table;
        start();
    }
    Answer ask_accepting(std::string_view path, std::string_view codings) {
        auto request = get(path);
        request.accept_encoding = codings;
        return ask(request);
    }
    Answer ask_range(std::string_view range, std::string_view if_range = {}) {
        auto request = get("/assets/app-1a2b.js");
        request.range = range;
        request.if_range = if_range;
        return ask(request);
    }

    static constexpr std::array<app::Asset, 3> table = {{
        {"/", "text/html; charset=utf-8", "\"page-gzip\"", "GZIPPED", "<html>plain</html>", "\"page\"",
         false},
        {"/api/v1/openapi.json", "application/json", "\"api-gzip\"", "GZIP", "{}", "\"api\"", false},
        {"/assets/app-1a2b.js", "text/javascript", "\"app-gzip\"", "0123456789", "", "", true},
    }};
};

TEST_F(AssetsTest, AClientThatNamesNoCodingGetsNoneWhereThereIsAChoice) {
    for (const auto* path : {"/", "/api/v1/openapi.json"}) {
        const auto plain = ask(path);
        EXPECT_EQ(plain.coding, "") << path;
        EXPECT_TRUE(plain.body == "<html>plain</html>" || plain.body == "{}") << path;
        EXPECT_TRUE(plain.etag == "\"page\"" || plain.etag == "\"api\"") << path;
        EXPECT_EQ(plain.cache, path == std::string_view("/") ? "no-cache" : "no-store") << path;
        EXPECT_EQ(ask_accepting(path, "gzip, deflate").coding, "gzip") << path;
    }
    EXPECT_EQ(ask("/assets/app-1a2b.js").coding, "gzip") << "stored as gzip alone";
    EXPECT_EQ(ask("/assets/app-1a2b.js").cache, "public, max-age=31536000, immutable");
}

TEST_F(AssetsTest, ThePageAlsoComesPlain) {
    for (const auto* codings :
         {"", "identity", "br", "gzip;q=0", "*;q=0.1, gzip;q=0", "gzip;q=0.5, identity", "gzip;foo=1;q=0",
          "gzip ; q=0.000", "gzip;Q=0", "gzip;q=0., identity", "identity;q=1.000, gzip;q=0.999",
          // What has no weight by RFC 9110 §12.4.2 counts as not sent.
          "gzip;q=2", "gzip;q=1.001", "gzip;q=0.1234", "gzip;q=", "gzip;q=a", "gzip;q=-1", "gzip;q=0,5",
          "gzip;q=1.5", "gzip;q=.5", "gzip;q=1e0", "gzip;q= 1"}) {
        const auto page = ask_accepting("/", codings);
        EXPECT_EQ(page.body, "<html>plain</html>") << codings;
        EXPECT_EQ(page.coding, "");
        EXPECT_EQ(page.etag, "\"page\"");
    }
    for (const auto* codings :
         {"gzip", "br, GZIP", "x-gzip", "*", "identity;q=0.5, gzip;q=0.9", "gzip;q=0.001", "gzip;foo=1",
          "gzip;q=1.000;a=b", "gzip;q=1.", "identity;q=0, *", ",, gzip ,", "*;q=0, gzip"}) {
        EXPECT_EQ(ask_accepting("/", codings).coding, "gzip") << codings;
    }
    EXPECT_EQ(ask_accepting("/", "gzip;q=0, identity;q=0").status, 406);
    for (const auto* codings : {"br, *;q=0", "*;q=0", "identity;q=0", "identity;q=0.000, gzip;foo=1;q=0"})
        EXPECT_EQ(ask_accepting("/", codings).status, 406) << codings;
}

TEST_F(AssetsTest, AnotherAssetIs406ForWhoRefusesGzip) {
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "br").status, 406);
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "").status, 406);
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "br, *;q=0.1").status, 200);
}

TEST_F(AssetsTest, AnAssetThatTheClientHasIs304) {
    auto request = get("/");
    request.accept_encoding = "gzip";
    request.if_none_match = "\"other\", \"page-gzip\"";
    EXPECT_EQ(ask(request).status, 304);
    EXPECT_EQ(ask(request).body, "");
    request.if_none_match = "*";
    EXPECT_EQ(ask(request).status, 304);
    request.if_none_match = "\"page\"";
    EXPECT_EQ(ask(request).status, 200) << "that is the other representation";
}

TEST_F(AssetsTest, ConditionsAreTakenInTheirOrder) {
    const auto status = [&](http::ListField if_match, http::ListField if_none_match, std::string_view range) {
        auto request = get("/assets/app-1a2b.js");
        request.if_match = if_match;
        request.if_none_match = if_none_match;
        request.range = range;
        return ask(request).status;
    };
    EXPECT_EQ(status("\"app-gzip\"", {}, {}), 200);
    EXPECT_EQ(status("*", {}, {}), 200);
    EXPECT_EQ(status("\"old\"", {}, {}), 412);
    EXPECT_EQ(status("W/\"app-gzip\"", {}, {}), 412) << "compared strongly";
    EXPECT_EQ(status("\"old\", *", {}, {}), 412) << "an asterisk stands alone";
    EXPECT_EQ(status("", {}, {}), 412) << "an empty list names nothing";
    EXPECT_EQ(status("\"old\"", "\"app-gzip\"", "bytes=0-1"), 412);
    EXPECT_EQ(status("\"app-gzip\"", "W/\"app-gzip\"", "bytes=0-1"), 304);
    EXPECT_EQ(status({}, "*", "bytes=99-"), 304);
    EXPECT_EQ(status({}, "", "bytes=0-1"), 206);
    EXPECT_EQ(status("*", "\"old\"", "bytes=99-"), 416);
}

TEST_F(AssetsTest, AFailedConditionSaysNothingOfTheRepresentation) {
    auto request = get("/");
    request.if_match = "\"old\"";
    const auto failed = ask(request);
    EXPECT_EQ(failed.coding, "");
    EXPECT_EQ(failed.etag, "");
    EXPECT_EQ(failed.type, "application/problem+json");
    EXPECT_EQ(failed.json()["instance"], "/");
    request.if_match = {};
    request.if_none_match = "*";
    const auto same = ask(request);
    EXPECT_EQ(same.etag, "\"page\"");
    EXPECT_EQ(same.type, "");
    EXPECT_EQ(same.coding, "");
    EXPECT_EQ(same.body, "");
}

TEST_F(AssetsTest, WithoutAVersionOnlyTheAsteriskMatches) {
    auto request = get("/api/v1/info");
    request.if_match = "*";
    EXPECT_EQ(ask(request).status, 200);
    request.if_match = "\"\"";
    EXPECT_EQ(ask(request).status, 412);
    request.if_match = {};
    request.if_none_match = "\"\", \"a\"";
    EXPECT_EQ(ask(request).status, 200);
}

TEST_F(AssetsTest, AnAssetIsSentByReferenceWithoutHeap) {
    auto request = get("/");
    request.accept_encoding = "gzip";
    http::Response response;
    const AllocationCount allocations;
    ASSERT_TRUE(answer(request, response));
    EXPECT_EQ(allocations.count(), 0U);
    EXPECT_EQ(response.fixed.data(), table[0].gzip.data());
    EXPECT_TRUE(response.fixed_is_static);
    EXPECT_TRUE(response.vary_accept_encoding);
}

TEST_F(AssetsTest, ARangeCountsInWhatWouldBeSent) {
    struct Row {
        std::string_view range;
        std::uint16_t status;
        std::string_view body;
        std::uint64_t first;
    };
    for (const Row& row :
         {Row{"bytes=0-3", 206, "0123", 0}, Row{"bytes=4-", 206, "456789", 4}, Row{"bytes=-3", 206, "789", 7},
          Row{"bytes=-99", 206, "0123456789", 0}, Row{"bytes=9-99", 206, "9", 9},
          Row{"Bytes=5-5", 206, "5", 5}, Row{"bytes=0-18446744073709551615", 206, "0123456789", 0},
          // Beyond what a number holds is the highest number (RFC 9110 §14.1.1).
          Row{"bytes=8-18446744073709551616", 206, "89", 8},
          Row{"bytes=-99999999999999999999999", 206, "0123456789", 0},
          Row{"bytes=000000000000000000000000008-9", 206, "89", 8}, Row{"bytes=,8-9 ,", 206, "89", 8},
          // What is no single range is as if it was not there (RFC 9110 §14.2).
          Row{"bytes=0-1,3-4", 200, "0123456789", 0}, Row{"bytes=3-1", 200, "0123456789", 0},
          Row{"lines=0-3", 200, "0123456789", 0}, Row{"bytes=a-3", 200, "0123456789", 0},
          Row{"bytes=-", 200, "0123456789", 0}, Row{"bytes=", 200, "0123456789", 0},
          Row{"bytes", 200, "0123456789", 0}, Row{"=0-3", 200, "0123456789", 0},
          Row{"bytes=--3", 200, "0123456789", 0}, Row{"bytes=-3-", 200, "0123456789", 0},
          Row{"bytes=+1-3", 200, "0123456789", 0}, Row{"bytes=0x1-3", 200, "0123456789", 0},
          Row{"bytes=1 -3", 200, "0123456789", 0}, Row{"bytes =1-3", 200, "0123456789", 0},
          Row{"bytes=1-+3", 200, "0123456789", 0}}) {
        const auto answer = ask_range(row.range);
        EXPECT_EQ(answer.status, row.status) << row.range;
        EXPECT_EQ(answer.body, row.body) << row.range;
        EXPECT_EQ(answer.range_first, row.first) << row.range;
        EXPECT_EQ(answer.range_total, row.status == 206 ? 10U : 0U);
    }
}

TEST_F(AssetsTest, ARangeBehindTheEndIs416WithTheLength) {
    for (const auto* range :
         {"bytes=10-", "bytes=99-100", "bytes=-0", "bytes=18446744073709551615-",
          "bytes=18446744073709551616-", "bytes=99999999999999999999999-99999999999999999999999"}) {
        const auto answer = ask_range(range);
        EXPECT_EQ(answer.status, 416) << range;
        EXPECT_EQ(answer.range_total, 10U);
    }
}

TEST_F(AssetsTest, IfRangeOfAnotherRepresentationGetsTheWhole) {
    EXPECT_EQ(ask_range("bytes=0-3", "\"app-gzip\"").status, 206);
    EXPECT_EQ(ask_range("bytes=0-3", "\"old\"").status, 200);
    EXPECT_EQ(ask_range("bytes=0-3", "W/\"app-gzip\"").status, 200);
    EXPECT_EQ(ask_range("bytes=0-3", "Sat, 21 Nov 2026 04:49:38 GMT").status, 200);
}

TEST_F(AssetsTest, RangesAreForGetOnly) {
    auto request = get("/assets/app-1a2b.js");
    request.method = http::Method::head;
    request.range = "bytes=0-3";
    EXPECT_EQ(ask(request).status, 200);
}

TEST_F(AssetsTest, OtherMethodsOnAnAssetAre405) {
    auto request = get("/");
    request.method = http::Method::post;
    EXPECT_EQ(ask(request).status, 405);
}

}  // namespace boardwalk::test
