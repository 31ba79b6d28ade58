#include "tests/unit/app/app_fixture.hpp"

template class nlohmann::basic_json<>;

void testing::internal::UniversalPrinter<nlohmann::json>::Print(const nlohmann::json& json,
                                                                std::ostream* out) {
    *out << json.dump();
}

namespace boardwalk::test {

nlohmann::json Answer::json() const { return nlohmann::json::parse(body, nullptr, false); }

testing::AssertionResult is_refusal(const nlohmann::json& problem, Refusal reason) {
    const auto row = app::problem_of(reason);
    const auto says = [&problem](const char* member, const auto& value) {
        return problem.is_object() && problem.contains(member) && problem[member] == value;
    };
    if (says("status", row.status) && says("code", std::string(row.code)) &&
        (row.detail.empty() || says("detail", std::string(row.detail))))
        return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << problem.dump() << " is not " << row.status << ' ' << row.code << ": " << row.detail;
}

bool AppTest::answer(const http::Request& request, http::Response& response) {
    server::Admission admission;
    if (app->on_head(request, response, admission) != server::Verdict::proceed) return true;
    EXPECT_LE(request.body.size(), admission.body_bytes_max);
    return app->on_request(client, admission.route, request, response);
}

Answer AppTest::ask(const http::Request& request) {
    std::array<char, limits::inline_body_bytes_min> memory;
    http::Response response;
    response.text = TextWriter(memory);
    const bool now = answer(request, response);
    EXPECT_FALSE(response.text.overflowed());
    Answer answer{.status = response.status,
                  .type = std::string(response.content_type),
                  .etag = std::string(response.etag.view()),
                  .coding = std::string(response.content_encoding),
                  .cache = std::string(response.cache_control),
                  .cookie = std::string(response.set_cookie),
                  .retry_after_s = response.retry_after_s,
                  .allow = response.allow,
                  .range_first = response.range_first,
                  .range_total = response.range_total,
                  .later = !now};
    answer.body = body_of(response);
    return answer;
}

void AppTest::open_stream(server::SlotId slot, std::string_view fields) {
    auto request = get("/api/v1/stream");
    request.fields = fields;
    std::array<char, limits::inline_body_bytes_min> memory;
    http::Response response;
    response.text = TextWriter(memory);
    server::Admission admission;
    ASSERT_EQ(app->on_head(request, response, admission), server::Verdict::accept_websocket)
        << response.text.view();
    app->on_websocket_open(slot);
}

std::string AppTest::body_of(http::Response& response) {
    if (response.producer.next == nullptr) {
        return std::string(response.fixed.empty() ? response.text.view() : response.fixed);
    }
    std::string body;
    std::array<char, limits::inline_body_bytes_min> memory;
    for (int i = 0; i < 1'000; ++i) {
        TextWriter out(memory);
        const bool complete =
            response.producer.next(response.producer.context, response.producer.cursor, out);
        body += out.view();
        if (complete) return body;
        if (out.size() == 0) break;
    }
    ADD_FAILURE() << "a piece of the answer never fits";
    return body;
}

std::vector<nlohmann::json> AppTest::received(server::SlotId slot) {
    std::vector<nlohmann::json> messages;
    for (const auto& frame : std::exchange(outlet.frames[slot.slot], {})) {
        EXPECT_LE(frame.size(), limits::websocket_frame_bytes_max);
        messages.push_back(nlohmann::json::parse(frame, nullptr, false));
    }
    return messages;
}

}  // namespace boardwalk::test
