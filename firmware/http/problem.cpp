#include "firmware/http/problem.hpp"

#include "firmware/limits.hpp"

namespace boardwalk::http {

std::string_view reason_phrase(std::uint16_t status) {
    switch (status) {
        case 100: return "Continue";
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 302: return "Found";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 416: return "Range Not Satisfiable";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "Unknown";
    }
}

void write(JsonWriter& json, const Problem& problem) {
    json.begin_object();
    json.member("type", std::string_view("about:blank"));
    json.member("title", reason_phrase(problem.status));
    json.member("status", problem.status);
    json.member("detail", problem.detail);
    if (!problem.instance.empty()) json.member("instance", problem.instance);
    json.member("code", problem.code);
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
