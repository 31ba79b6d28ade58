#include "firmware/http/problem.hpp"

#include "firmware/limits.hpp"

namespace boardwalk::http {

std::string_view status_line(std::uint16_t status) {
    switch (status) {
        case 100: return "HTTP/1.1 100 Continue";
        case 101: return "HTTP/1.1 101 Switching Protocols";
        case 200: return "HTTP/1.1 200 OK";
        case 201: return "HTTP/1.1 201 Created";
        case 202: return "HTTP/1.1 202 Accepted";
        case 204: return "HTTP/1.1 204 No Content";
        case 206: return "HTTP/1.1 206 Partial Content";
        case 302: return "HTTP/1.1 302 Found";
        case 304: return "HTTP/1.1 304 Not Modified";
        case 400: return "HTTP/1.1 400 Bad Request";
        case 401: return "HTTP/1.1 401 Unauthorized";
        case 403: return "HTTP/1.1 403 Forbidden";
        case 404: return "HTTP/1.1 404 Not Found";
        case 405: return "HTTP/1.1 405 Method Not Allowed";
        case 406: return "HTTP/1.1 406 Not Acceptable";
        case 408: return "HTTP/1.1 408 Request Timeout";
        case 409: return "HTTP/1.1 409 Conflict";
        case 411: return "HTTP/1.1 411 Length Required";
        case 412: return "HTTP/1.1 412 Precondition Failed";
        case 413: return "HTTP/1.1 413 Content Too Large";
        case 414: return "HTTP/1.1 414 URI Too Long";
        case 415: return "HTTP/1.1 415 Unsupported Media Type";
        case 416: return "HTTP/1.1 416 Range Not Satisfiable";
        case 417: return "HTTP/1.1 417 Expectation Failed";
        case 421: return "HTTP/1.1 421 Misdirected Request";
        case 422: return "HTTP/1.1 422 Unprocessable Content";
        case 426: return "HTTP/1.1 426 Upgrade Required";
        case 428: return "HTTP/1.1 428 Precondition Required";
        case 429: return "HTTP/1.1 429 Too Many Requests";
        case 431: return "HTTP/1.1 431 Request Header Fields Too Large";
        case 500: return "HTTP/1.1 500 Internal Server Error";
        case 501: return "HTTP/1.1 501 Not Implemented";
        case 503: return "HTTP/1.1 503 Service Unavailable";
        case 505: return "HTTP/1.1 505 HTTP Version Not Supported";
        default: return {};
    }
}

std::string_view reason_phrase(std::uint16_t status) {
    constexpr std::size_t front_bytes = std::string_view("HTTP/1.1 200 ").size();
    const auto line = status_line(status);
    return line.empty() ? "Unknown" : line.substr(front_bytes);
}

void write(JsonWriter& json, const Problem& problem) {
    json.begin_object();
    json.member("type", std::string_view("about:blank"));
    json.member("title", reason_phrase(problem.status));
    json.member("status", problem.status);
    json.member("detail", problem.detail);
    if (!problem.instance.empty()) json.member("instance", problem.instance);
    json.member("code", problem.code);
    if (!problem.figure_name.empty()) json.member(problem.figure_name, problem.figure);
    if (problem.status == 422) {  // an empty pointer is the whole document (RFC 6901 §5)
        json.key("errors").begin_array().begin_object();
        json.member("pointer", problem.pointer);
        json.member("detail", problem.detail);
        json.end_object().end_array();
    }
    json.end_object();
}

void answer(Response& response, const Problem& problem) {
    auto shown = problem;
    if (shown.instance.size() > limits::instance_bytes_max) shown.instance = {};
    response.fixed = {};
    response.producer = {};
    response.etag.clear();
    response.content_encoding = {};
    response.accept_ranges = false;
    auto json = response.json(problem.status);
    response.content_type = "application/problem+json";
    response.cache_control = "no-store";
    write(json, shown);
    if (response.text
            .overflowed()) {  // cannot happen within inline_body_bytes_min; say less rather than nothing
        shown.detail = shown.code;
        shown.instance = {};
        auto shorter = response.json(problem.status);
        response.content_type = "application/problem+json";
        write(shorter, shown);
    }
}

}  // namespace boardwalk::http
