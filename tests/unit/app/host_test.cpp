#include "firmware/app/api/gate/host_policy.hpp"
#include "firmware/http/request_parser.hpp"
#include "tests/unit/app/app_fixture.hpp"

namespace boardwalk::test {

/// Which requests are accepted: every rule for names that lead to the board, with every kind of request.
class HostTest : public AppTest {
protected:
    void SetUp() override {
        assets = table;
        platform.computer = "Kitchen-PC.home.example";
        restart_with_hosts(chosen);
        auto trust =
            patch(R"({"security":{"hosts":["Proxy.Example."],"origins":["https://Proxy.example:443"]}})");
        trust.host = "localhost";
        EXPECT_TRUE(ask(trust).later);
        workers.work();
    }
    void restart_with_hosts(std::span<const std::string_view> hosts) {
        auto with_hosts = seams();
        with_hosts.hosts = hosts;
        app = std::make_unique<app::App>(with_hosts, "Bench");
        ASSERT_EQ(app->start(), "");
        app->attach(outlet, statistics);
        mdns = "boardwalk-" + std::string(app->identity().id.view());
    }
    /// What a head is answered, as it came in. A body is not sent.
    Answer told(const std::string& head) {
        http::Request request;
        const auto lines_end = head.find("\r\n\r\n") + 2;
        text = head.substr(0, lines_end) + std::string(owner_fields) + head.substr(lines_end + 2);
        EXPECT_EQ(http::parse_head(text, request), http::ParseError::none) << head;
        return ask(request);
    }
    /// True when the request goes on, to whatever it leads to.
    bool passes(const std::string& head) {
        const auto answer = told(head);
        if (answer.status != 421) return true;
        EXPECT_EQ(answer.json()["code"], "unknown_host") << head;
        return false;
    }
    static std::string get_from(const std::string& host, const std::string& target = "/api/v1/state") {
        return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }
    static std::string with_method(const std::string& method, const std::string& target,
                                   const std::string& host) {
        return method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    }

    static constexpr std::array<app::Asset, 2> table = {{
        {"/", "text/html; charset=utf-8", "\"page-gzip\"", "GZIPPED", "<html>plain</html>", "\"page\"",
         false},
        {"/assets/app-1a2b.js", "text/javascript", "\"app-gzip\"", "0123456789", "", "", true},
    }};
    static constexpr std::array<std::string_view, 2> chosen = {"board.example", "Second.Example."};
    std::string mdns, text;
};

TEST_F(HostTest, ARequestGoesByANameThatLeadsHereOrIsToldThatItDoesNot) {
    struct Row {
        std::string host;
        bool passes;
    };
    const std::array rows = {
        // any IP literal
        Row{"127.0.0.1", true},
        Row{"192.168.1.7", true},
        Row{"203.0.113.9", true},
        Row{"[::1]", true},
        Row{"[fe80::1]", true},
        Row{"[::ffff:127.0.0.1]", true},
        Row{"[2001:DB8::7]", true},
        // what looks like one and is a name
        Row{"127.0.0.1.example", false},
        Row{"999.0.0.1", false},
        Row{"127.1", false},
        Row{"0x7f.0.0.1", false},
        Row{"127.0.0.01", false},
        Row{"1.2.3.4.5", false},
        Row{"%31%32%37.0.0.1", false},
        // this computer, by any name of it that browsers never look up
        Row{"localhost", true},
        Row{"LOCALHOST", true},
        Row{"kitchen.localhost", true},
        Row{"a.b.localhost", true},
        Row{".localhost", false},
        Row{"notlocalhost", false},
        Row{"localhost.evil.example", false},
        // the board's mDNS name, and that which it takes when another has it
        Row{mdns + ".local", true},
        Row{mdns + "-2.local", true},
        Row{mdns + "-31.local", true},
        Row{mdns + "-.local", false},
        Row{mdns + "-2a.local", false},
        Row{mdns + "2.local", false},
        Row{mdns + "--2.local", false},
        Row{mdns, false},
        Row{mdns + ".evil", false},
        Row{mdns + ".local.evil", false},
        Row{"boardwalk-000000000000.local", false},
        Row{"evil-" + mdns + ".local", false},
        Row{"boardwalk-.local", false},
        Row{"local", false},
        Row{"bench.local", false},
        // the computer's name, bare and in .local
        Row{"kitchen-pc", true},
        Row{"kitchen-pc.local", true},
        Row{"kitchen-pc.home.example", true},
        Row{"kitchen-pc.evil.example", false},
        Row{"kitchen-pcx", false},
        Row{"kitchen", false},
        Row{"kitchen-pc.home.example.local", false},
        Row{"home.example", false},
        // chosen at the start
        Row{"board.example", true},
        Row{"second.example", true},
        Row{"a.board.example", false},
        Row{"board", false},
        Row{"board.example.evil", false},
        // chosen by the owner
        Row{"proxy.example", true},
        Row{"a.proxy.example", false},
        Row{"proxy", false},
        // anything else
        Row{"evil.example", false},
        Row{"a", false},
        Row{"a,b", false},
    };
    for (const auto& [host, expected] : rows) {
        std::string upper = host;
        std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
        for (const auto& written : {host, upper}) {
            for (const std::string port : {"", ":", ":80", ":8080", ":443", ":1"}) {
                EXPECT_EQ(passes(get_from(written + port)), expected) << written << port;
                if (host.starts_with('[')) continue;
                EXPECT_EQ(passes(get_from(written + "." + port)), expected) << written << "." << port;
            }
        }
        const bool is_name = !host.starts_with('[');  // nothing comes behind a bracket but a port
        EXPECT_TRUE(!is_name || !passes(get_from(host + ".."))) << host;

        for (const std::string target :
             {"/api/v1/state", "/", "/assets/app-1a2b.js", "/nothing", "/metrics", "/api/v1/settings",
              "/api/v1/settings/backup", "/api/v1/openapi.json"}) {
            EXPECT_EQ(passes(get_from(host, target)), expected) << host << target;
            EXPECT_EQ(passes(with_method("HEAD", target, host)), expected) << host << target;
            EXPECT_EQ(passes(with_method("OPTIONS", target, host)), expected) << host << target;
        }
        EXPECT_EQ(passes(with_method("OPTIONS", "*", host)), expected) << host;
        EXPECT_EQ(passes(with_method("POST", "/api/v1/wifi/scan", host)), expected) << host;
        EXPECT_EQ(passes(with_method("DELETE", "/api/v1/state", host)), expected) << host;
        for (const std::string line :
             {"PUT /api/v1/outputs/lamp", "PATCH /api/v1/settings", "PUT /api/v1/firmware",
              "PUT /api/v1/settings/restore", "POST /nothing"}) {
            EXPECT_EQ(passes(line + " HTTP/1.1\r\nHost: " + host + "\r\nOrigin: http://" + host +
                             "\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"),
                      expected)
                << line << host;
        }
        EXPECT_EQ(passes("GET /api/v1/stream HTTP/1.1\r\nHost: " + host +
                         "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
                  expected)
            << host;

        // The authority of an absolute-form stands above the Host field.
        EXPECT_EQ(passes(get_from("127.0.0.1", "http://" + host + ":8080/api/v1/state")), expected) << host;
        EXPECT_EQ(passes(get_from("evil.example", "http://" + host + "/")), expected) << host;
        EXPECT_TRUE(passes(get_from(host, "http://127.0.0.1:8080/api/v1/state"))) << host;

        // Whether it lives may be asked by any name.
        for (const std::string target : {"/healthz", "/readyz", "/%68ealthz"})
            EXPECT_TRUE(passes(get_from(host, target))) << host << target;
        EXPECT_EQ(passes(get_from(host, "/healthz/")), expected) << host;
        EXPECT_EQ(passes(with_method("POST", "/healthz", host)), expected) << host;
    }
}

TEST_F(HostTest, WithoutAHostAnOldClientMayOnlyRead) {
    for (const std::string target : {"/api/v1/state", "/", "/nothing"}) {
        EXPECT_TRUE(passes("GET " + target + " HTTP/1.0\r\n\r\n")) << target;
        EXPECT_TRUE(passes("HEAD " + target + " HTTP/1.0\r\n\r\n")) << target;
    }
    for (const std::string line :
         {"POST /api/v1/wifi/scan", "PUT /api/v1/outputs/lamp", "PATCH /api/v1/settings",
          "DELETE /api/v1/state", "OPTIONS /api/v1/state", "OPTIONS *"}) {
        const auto answer = told(line + " HTTP/1.0\r\nContent-Type: application/json\r\n\r\n");
        EXPECT_EQ(answer.status, 421) << line;
        EXPECT_EQ(answer.json()["code"], "unknown_host");
    }
    EXPECT_FALSE(passes("GET / HTTP/1.0\r\nHost: evil.example\r\n\r\n"));
    EXPECT_TRUE(passes("GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"));
}

TEST_F(HostTest, ABoardThatIsNoComputersGuestHasItsOwnNamesAlone) {
    platform.computer = "";
    storage.files.clear();
    restart_with_hosts({});
    for (const std::string host : {"board.example", "proxy.example", "kitchen-pc", "evil.example", "local"})
        EXPECT_FALSE(passes(get_from(host))) << host;
    for (const auto& host : {mdns + ".local", std::string("10.0.0.2"), std::string("localhost")})
        EXPECT_TRUE(passes(get_from(host))) << host;
}

TEST_F(HostTest, TheRefusalNamesTheHostTheSettingAndTheOption) {
    const auto answer = told(get_from("evil.example:8080"));
    EXPECT_EQ(answer.status, 421);
    EXPECT_EQ(answer.type, "application/problem+json");
    EXPECT_EQ(answer.json()["instance"], "/api/v1/state");
    const auto detail = answer.json()["detail"].get<std::string>();
    for (const auto* word : {"evil.example:8080", "security.hosts", "--host"})
        EXPECT_NE(detail.find(word), std::string::npos) << word << " in " << detail;
}

TEST_F(HostTest, APersonIsToldByAPage) {
    constexpr std::string_view navigation =
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n";
    const auto ask_as = [&](std::string_view host, std::string_view accept) {
        return told("GET /x HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" + std::string(accept) + "\r\n");
    };
    const auto page = ask_as("Evil.example:8080", navigation);
    EXPECT_EQ(page.status, 421);
    EXPECT_EQ(page.type, "text/html; charset=utf-8");
    EXPECT_EQ(page.cache, "no-store");
    for (const auto* part :
         {"<!doctype html>", "Evil.example:8080", "security.hosts", "--host NAME", "light dark"})
        EXPECT_NE(page.body.find(part), std::string::npos) << part;
    EXPECT_NE(ask_as("a&b'c!$(x)", navigation).body.find("<code>a&amp;b&#39;c!$(x)</code>"),
              std::string::npos)
        << "what was sent is never markup";
    const auto longest = ask_as(std::string(1'000, '&'), navigation);
    EXPECT_EQ(longest.status, 421) << "the page where it fits, else the problem";
    for (const auto* accept :
         {"Accept: */*\r\n", "", "Accept:\r\n", "Accept: application/json\r\n",
          "Accept: application/json, text/html\r\n", "Accept: text/html;q=0\r\n",
          "Accept: text/html;q=0.8, application/problem+json\r\n", "Accept: text/*\r\n"}) {
        EXPECT_EQ(ask_as("evil.example", accept).type, "application/problem+json") << accept;
    }
    for (const auto* accept : {"Accept: TEXT/HTML\r\n", "Accept: application/json;q=0.5, text/html;q=0.9\r\n",
                               "Accept: image/png\r\nAccept: text/html;level=1\r\n"}) {
        EXPECT_EQ(ask_as("evil.example", accept).type, "text/html; charset=utf-8") << accept;
    }
}

TEST_F(HostTest, WhatHasAnEffectIsAskedByTheBoardsOwnPage) {
    struct Row {
        std::string host, origin;
        bool passes;
    };
    for (const auto& [host, origin, expected] : {
             Row{"127.0.0.1:8080", "http://127.0.0.1:8080", true},
             Row{"localhost", "http://LocalHost", true},
             Row{"localhost", "HTTP://localhost:80", true},
             Row{"localhost:80", "http://localhost", true},
             Row{"localhost:", "http://localhost.", true},
             Row{"localhost.:8080", "http://localhost:8080", true},
             Row{"[::1]:8080", "http://[::1]:8080", true},
             Row{"[FE80::a]", "http://[fe80::A]", true},
             Row{"board.example", "http://board.example", true},
             Row{"localhost", "https://localhost", false},
             Row{"localhost:443", "https://localhost", false},
             Row{"localhost:8080", "http://localhost", false},
             Row{"localhost", "http://localhost:8080", false},
             Row{"localhost:8080", "http://localhost:8081", false},
             Row{"127.0.0.1:8080", "http://localhost:8080", false},
             Row{"127.0.0.1:8080", "https://proxy.example", true},
             Row{"proxy.example", "HTTPS://PROXY.EXAMPLE:443", true},
             Row{"127.0.0.1:8080", "http://proxy.example", false},
             Row{"127.0.0.1:8080", "https://proxy.example:8443", false},
             Row{"proxy.example", "http://proxy.example", true},
             Row{"127.0.0.1", "http://evil.example", false},
             Row{"127.0.0.1", "http://127.0.0.1.evil.example", false},
             Row{"127.0.0.1", "http://evil.example@127.0.0.1", false},
             Row{"127.0.0.1", "http://127.0.0.1/", false},
             Row{"127.0.0.1", "http://127.0.0.1 http://evil.example", false},
             Row{"127.0.0.1", "ftp://127.0.0.1", false},
             Row{"127.0.0.1", "127.0.0.1", false},
             Row{"127.0.0.1", "//127.0.0.1", false},
             Row{"127.0.0.1", "http://", false},
             Row{"127.0.0.1", "null", false},
             Row{"localhost", "file://", false},
             Row{"127.0.0.1:8080", "chrome-extension://abc", false},
         }) {
        const auto ends = "\r\nHost: " + host + "\r\nOrigin: " + origin + "\r\n";
        const auto is_refused = [](const Answer& answer) {
            if (answer.status != 403) return false;
            EXPECT_EQ(answer.json()["code"], "foreign_origin");
            return true;
        };
        for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
            for (const std::string target :
                 {"/api/v1/outputs/lamp", "/api/v1/settings", "/api/v1/wifi/scan", "/nothing", "/healthz"}) {
                EXPECT_EQ(!is_refused(told(method + " " + target + " HTTP/1.1" + ends + "\r\n")), expected)
                    << method << target << ends;
            }
        }
        EXPECT_EQ(!is_refused(told("GET /api/v1/stream HTTP/1.1" + ends +
                                   "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")),
                  expected)
            << ends;
        for (const std::string method : {"GET", "HEAD", "OPTIONS"}) {
            for (const std::string target : {"/api/v1/state", "/", "/assets/app-1a2b.js", "/nothing"}) {
                EXPECT_FALSE(is_refused(told(method + " " + target + " HTTP/1.1" + ends + "\r\n")))
                    << "a read needs no origin: " << method << target << ends;
            }
        }
    }
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"})
        EXPECT_NE(told(with_method(method, "/api/v1/settings", "localhost")).status, 403)
            << "what is no browser sends no origin";
}

TEST_F(HostTest, ThePageOfAnotherOriginIsToldWhatWasSeen) {
    const auto answer =
        told("POST /api/v1/wifi/scan HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nOrigin: http://board.lan\r\n\r\n");
    EXPECT_EQ(answer.status, 403);
    const auto detail = answer.json()["detail"].get<std::string>();
    for (const auto* word : {"127.0.0.1:8080", "http://board.lan", "security.origins"})
        EXPECT_NE(detail.find(word), std::string::npos) << word << " in " << detail;
    const auto odd = told("POST /api/v1/wifi/scan HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nOrigin: \xff\"\\" +
                          std::string(500, 'x') + "\r\n\r\n");
    ASSERT_EQ(odd.status, 403);
    EXPECT_TRUE(odd.json()["detail"].is_string()) << odd.body;
}

TEST_F(HostTest, APathThatAPersonTypesLeadsHome) {
    const auto ask_as = [&](const std::string& path, const std::string& accept) {
        return told("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n");
    };
    for (const auto* path : {"/index.html", "/settings", "/log", "/diagnostics", "/favicon", "/api", "/api/",
                             "/api/v1", "/api/v1/", "/a%3Cb", "//"}) {
        const auto page = ask_as(path, "text/html,*/*;q=0.8");
        EXPECT_EQ(page.status, 404) << path;
        EXPECT_EQ(page.type, "text/html; charset=utf-8") << path;
        EXPECT_NE(page.body.find("<a href=\"/\">"), std::string::npos) << path;
        EXPECT_EQ(ask_as(path, "*/*").json()["code"], "not_found") << path;
    }
    EXPECT_EQ(ask_as("/api/v1/nothing", "text/html").json()["code"], "not_found") << "that is a program's";
}

TEST_F(HostTest, OriginsAreComparedWithoutTheirSchemesOwnPort) {
    EXPECT_TRUE(app::is_same_origin("https://board.example", "HTTPS://Board.Example:443"));
    EXPECT_TRUE(app::is_same_origin("http://board.example:8080", "http://board.example:8080"));
    EXPECT_FALSE(app::is_same_origin("https://board.example", "http://board.example:443"));
    EXPECT_FALSE(app::is_same_origin("https://board.example", "https://board.example:8443"));
    EXPECT_FALSE(app::is_same_origin("null", "null"));
    EXPECT_FALSE(app::is_same_origin("", ""));
}

}  // namespace boardwalk::test
