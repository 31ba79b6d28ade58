#include <cstdio>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "firmware/app/api/routes.hpp"
#include "firmware/http/problem.hpp"
#include "firmware/http/request.hpp"

/// boardwalk-openapi COMPONENTS OUTPUT: writes the OpenAPI 3.1 document of the board's route table. Runs on
/// the computer that builds, never on a board.
namespace {

using boardwalk::app::Handler;
using boardwalk::router::Access;
using boardwalk::router::Body;
using Json = nlohmann::ordered_json;
using Route = boardwalk::router::Route<Handler>;

/// The schemas that the document uses, out of those that shared/generate wrote.
class Schemas {
public:
    explicit Schemas(const std::string& path) {
        std::ifstream stream(path);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        all_ = Json::parse(text, nullptr, false);
        if (all_.is_object() && all_.contains("titles")) return;
        error_ = path + " holds no schemas";
        all_ = {{"titles", Json::object()}};
    }

    /// A reference to the schema of a file, which becomes a component together with all that it refers to.
    Json reference(const std::string& file) {
        const std::string title = all_["titles"].value(file, "");
        if (title.empty() && error_.empty()) error_ = "there is no schema " + file;
        if (error_.empty()) add(title);
        return {{"$ref", prefix + title}};
    }

    [[nodiscard]] const Json& components() const { return components_; }
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    static constexpr const char* prefix = "#/components/schemas/";

    void add(const std::string& title) {
        if (!added_.insert(title).second) return;  // before its references: they may come back to it
        add_references(all_["schemas"][title]);
        components_[title] = all_["schemas"][title];
    }

    void add_references(const Json& part) {
        if (part.is_object() && part.contains("$ref")) {
            const auto target = part["$ref"].get<std::string>().substr(std::string_view(prefix).size());
            add(target.substr(0, target.find('/')));
        }
        if (!part.is_structured()) return;
        for (const Json& child : part)
            add_references(child);
    }

    Json all_;
    std::string error_;
    std::set<std::string> added_;
    Json components_ = Json::object();
};

/// Takes the next piece up to `separator` off a text.
std::string take(std::string_view& text, char separator) {
    const auto end = text.find(separator);
    std::string piece(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return piece;
}

Json parameters_of(const Route& route) {
    Json parameters = Json::array();
    for (std::string_view rest = route.pattern; !rest.empty();) {
        take(rest, '{');
        if (rest.empty()) break;
        parameters.push_back({{"name", take(rest, '}')},
                              {"in", "path"},
                              {"required", true},
                              {"schema", {{"type", "string"}}}});
    }
    for (std::string_view rest = route.documentation.parameters; !rest.empty();) {
        const std::string entry = take(rest, ',');
        std::string_view words = entry;
        const std::string name = take(words, ':');
        const std::string type = take(words, ':');
        Json schema = {{"type", type}};
        if (type == "integer") schema["minimum"] = 0;
        parameters.push_back({{"name", name},
                              {"in", words == "header" ? "header" : "query"},
                              {"required", words == "required"},
                              {"schema", std::move(schema)}});
    }
    return parameters;
}

std::string reason(unsigned status) {
    return std::string(boardwalk::http::reason_phrase(static_cast<std::uint16_t>(status)));
}

Json responses_of(const Route& route, Schemas& schemas) {
    const auto& documentation = route.documentation;
    Json answer = {{"description", reason(documentation.response_status)}};
    if (!documentation.response_schema.empty()) {
        const std::string file = std::string(documentation.response_schema) + ".json";
        answer["content"][std::string(documentation.response_type)]["schema"] = schemas.reference(file);
    } else if (!documentation.response_type.empty()) {
        const bool json = documentation.response_type == "application/json";
        answer["content"][std::string(documentation.response_type)]["schema"]["type"] =
            json ? "object" : "string";
    }
    Json responses = {{std::to_string(documentation.response_status), std::move(answer)}};
    for (std::string_view rest = documentation.errors; !rest.empty();) {
        const std::string status = take(rest, ',');
        if (status == "304") {
            responses[status] = {{"description", reason(304)}};
        } else {
            responses[status] = {{"$ref", "#/components/responses/Problem"}};
        }
    }
    responses["default"] = {{"$ref", "#/components/responses/Problem"}};
    return responses;
}

/// The role that a route takes; empty: none.
std::string role_of(const Route& route) {
    switch (route.access) {
        case Access::anyone: break;
        case Access::metrics:
        case Access::viewer:
        case Access::signed_in: return "viewer";
        case Access::operator_: return "operator";
        case Access::owner: return "owner";
    }
    return {};
}

/// OpenAPI 3.1 §4.8.30: any of them is enough; an empty one: no sign-in is needed.
Json security_of(const Route& route) {
    if (route.access == Access::anyone) return Json::array();
    Json ways = {{{"token", Json::array()}}, {{"session", Json::array()}}};
    const bool may_be_open = route.access == Access::metrics || route.access == Access::viewer;
    if (may_be_open) ways.push_back(Json::object());
    return ways;
}

void add_role(const Route& route, Json& operation) {
    operation["security"] = security_of(route);
    const auto role = role_of(route);
    if (role.empty()) return;
    const bool may_be_open = operation["security"].size() > 2;
    operation["description"] =
        "Takes the role " + role +
        (may_be_open
             ? "; open to all while the board has no owner, or where settings.security.public says so."
             : ".");
    for (const auto* status : {"401", "403"})
        operation["responses"][status] = {{"$ref", "#/components/responses/Problem"}};
}

Json operation_of(const Route& route, Schemas& schemas) {
    Json operation = {{"operationId", route.documentation.id}, {"summary", route.documentation.summary}};
    if (Json parameters = parameters_of(route); !parameters.empty())
        operation["parameters"] = std::move(parameters);
    if (route.body == Body::json) {
        const Json schema = schemas.reference(std::string(route.documentation.request_schema) + ".json");
        operation["requestBody"] = {{"required", true},
                                    {"content",
                                     {{"application/json", {{"schema", schema}}},
                                      {"application/merge-patch+json", {{"schema", schema}}}}}};
    }
    if (route.body == Body::raw) {
        operation["requestBody"] = {{"required", true},
                                    {"content", {{"application/octet-stream", Json::object()}}}};
    }
    operation["responses"] = responses_of(route, schemas);
    add_role(route, operation);
    return operation;
}

std::string lower(std::string text) {
    for (char& c : text)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    return text;
}

Json document_of(Schemas& schemas) {
    Json document = {{"openapi", "3.1.0"},
                     {"info",
                      {{"title", "Boardwalk"},
                       {"version", BOARDWALK_VERSION},
                       {"summary", "The board's own API"},
                       {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
                     {"servers", {{{"url", "/"}, {"description", "The board that serves this document"}}}},
                     {"paths", Json::object()}};
    for (const Route& route : boardwalk::app::routes()) {
        const std::string method = lower(std::string(boardwalk::http::to_string(route.method)));
        document["paths"][std::string(route.pattern)][method] = operation_of(route, schemas);
    }
    // Not in a path: what goes over the WebSocket.
    schemas.reference("stream-request.json");
    schemas.reference("stream-message.json");
    const Json problem = schemas.reference("problem.json");
    document["components"]["responses"]["Problem"] = {
        {"description", "An error (RFC 9457)"},
        {"content", {{"application/problem+json", {{"schema", problem}}}}}};
    document["components"]["schemas"] = schemas.components();
    document["components"]["securitySchemes"] = {
        {"token",
         {{"type", "http"}, {"scheme", "bearer"}, {"description", "A token of POST /api/v1/tokens"}}},
        {"session",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", "bw-ID"},
          {"description", "Set by PUT /api/v1/session; ID is the board's own, of GET /api/v1/info"}}}};
    return document;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: boardwalk-openapi COMPONENTS OUTPUT\n");
        return 2;
    }
    Schemas schemas(argv[1]);
    const Json document = document_of(schemas);
    if (!schemas.error().empty()) {
        std::fprintf(stderr, "boardwalk-openapi: %s\n", schemas.error().c_str());
        return 1;
    }
    std::ofstream output(argv[2]);
    output << document.dump() << '\n';
    output.flush();
    if (!output) std::fprintf(stderr, "boardwalk-openapi: cannot write %s\n", argv[2]);
    return output ? 0 : 1;
}
