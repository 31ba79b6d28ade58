#include "firmware/app/negotiation.hpp"

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
        request.has_accept_encoding = true;
        return ask(request);
    }
    Answer ask_range(std::string_view range, std::string_view if_range = {}) {
        auto request = get("/assets/app-1a2b.js");
        request.range = range;
        request.if_range = if_range;
        return ask(request);
    }

    static constexpr std::array<app::Asset, 2> table = {{
        {"/", "text/html; charset=utf-8", "\"page-gzip\"", "GZIPPED", "<html>plain</html>", "\"page\"",
         false},
        {"/assets/app-1a2b.js", "text/javascript", "\"app-gzip\"", "0123456789", "", "", true},
    }};
};

TEST_F(AssetsTest, WithoutAWishAssetsComeAsTheyAreStored) {
    const auto page = ask("/");
    EXPECT_EQ(page.body, "GZIPPED");
    EXPECT_EQ(page.coding, "gzip");
    EXPECT_EQ(page.etag, "\"page-gzip\"");
    EXPECT_EQ(page.cache, "no-cache");
    EXPECT_EQ(ask("/assets/app-1a2b.js").cache, "public, max-age=31536000, immutable");
}

TEST_F(AssetsTest, ThePageAlsoComesPlain) {
    for (const auto* codings :
         {"", "identity", "br", "gzip;q=0", "*;q=0.1, gzip;q=0", "gzip;q=0.5, identity"}) {
        const auto page = ask_accepting("/", codings);
        EXPECT_EQ(page.body, "<html>plain</html>") << codings;
        EXPECT_EQ(page.coding, "");
        EXPECT_EQ(page.etag, "\"page\"");
    }
    for (const auto* codings :
         {"gzip", "br, GZIP", "x-gzip", "*", "identity;q=0.5, gzip;q=0.9", "gzip;q=0.001"}) {
        EXPECT_EQ(ask_accepting("/", codings).coding, "gzip") << codings;
    }
    EXPECT_EQ(ask_accepting("/", "gzip;q=0, identity;q=0").status, 406);
    EXPECT_EQ(ask_accepting("/", "br, *;q=0").status, 406);
}

TEST_F(AssetsTest, AnotherAssetIs406ForWhoRefusesGzip) {
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "br").status, 406);
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "").status, 406);
    EXPECT_EQ(ask_accepting("/assets/app-1a2b.js", "br, *;q=0.1").status, 200);
}

TEST_F(AssetsTest, AnAssetThatTheClientHasIs304) {
    auto request = get("/");
    request.if_none_match = "\"other\", \"page-gzip\"";
    EXPECT_EQ(ask(request).status, 304);
    EXPECT_EQ(ask(request).body, "");
    request.if_none_match = "*";
    EXPECT_EQ(ask(request).status, 304);
    request.if_none_match = "\"page\"";
    EXPECT_EQ(ask(request).status, 200) << "that is the other representation";
}

TEST_F(AssetsTest, AnAssetIsSentByReferenceWithoutHeap) {
    const auto request = get("/");
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
          // What is no single range is as if it was not there (RFC 9110 §14.2).
          Row{"bytes=0-1,3-4", 200, "0123456789", 0}, Row{"bytes=3-1", 200, "0123456789", 0},
          Row{"lines=0-3", 200, "0123456789", 0}, Row{"bytes=a-3", 200, "0123456789", 0},
          Row{"bytes=-", 200, "0123456789", 0}}) {
        const auto answer = ask_range(row.range);
        EXPECT_EQ(answer.status, row.status) << row.range;
        EXPECT_EQ(answer.body, row.body) << row.range;
        EXPECT_EQ(answer.range_first, row.first) << row.range;
        EXPECT_EQ(answer.range_total, row.status == 206 ? 10U : 0U);
    }
}

TEST_F(AssetsTest, ARangeBehindTheEndIs416WithTheLength) {
    for (const auto* range : {"bytes=10-", "bytes=99-100", "bytes=-0"}) {
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
