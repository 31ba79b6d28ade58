#pragma once

#include <string>
#include <vector>

#include "firmware/http/parse_error.hpp"
#include "firmware/limits.hpp"

/// What must be refused, each with its error. Every ParseError has an example here; the tests that go through
/// the table fail when one has none.
namespace boardwalk::test {

struct RefusedRequest {
    std::string name;
    std::string text;
    http::ParseError error;
    bool in_body = false;  ///< its head is in order
};

inline std::string get_with_fields(const std::string& fields) {
    return "GET / HTTP/1.1\r\nHost: board\r\n" + fields + "\r\n";
}
inline std::string chunked_with_body(const std::string& body) {
    return "PUT / HTTP/1.1\r\nHost: board\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}
inline std::string get_target(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\nHost: board\r\n\r\n";
}

inline const std::vector<RefusedRequest>& refused_requests() {
    using namespace std::string_literals;
    using enum http::ParseError;
    static const std::vector<RefusedRequest> rows = {
        // RFC 9112 §3: the first line
        {"TlsHello", "\x16\x03\x01\x02\x01\x01", bad_request_line},
        {"LeadingSpace", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"LeadingCr", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"Http09", "GET /\r\n\r\n", bad_request_line},
        {"NoTarget", "GET HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"TwoSpaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"TabForSpace", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"MethodNoToken", "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", bad_request_line},
        {"BareLf", "GET / HTTP/1.1\nHost: a\n\n", bad_line_ending},
        {"BareLfOfHead", "HEAD / HTTP/1.1\nHost: a\r\n\r\n", bad_line_ending},
        {"BareLfAfterField", "GET / HTTP/1.1\r\nHost: a\n\r\n", bad_line_ending},
        {"BareLfFirst", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", bad_line_ending},
        {"Version", "GET / HTTP/1.x\r\nHost: a\r\n\r\n", bad_version},
        {"LowerCaseVersion", "GET / http/1.1\r\nHost: a\r\n\r\n", bad_version},
        {"LongVersion", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", bad_version},
        {"TrailingSpace", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", bad_request_line},
        {"TwoCrs", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", bad_version},
        {"VersionTwo", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", version_not_supported},
        {"VersionZero", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", version_not_supported},
        {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", version_not_supported},
        {"UnknownMethod", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", method_not_implemented},
        {"LowerCaseMethod", "get / HTTP/1.1\r\nHost: a\r\n\r\n", method_not_implemented},
        {"LongMethod", std::string(600, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n", method_not_implemented},
        {"EndlessMethod", std::string(limits::head_bytes_max, 'A'), method_not_implemented},
        {"Trace", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", method_not_implemented},
        {"Connect", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", method_not_implemented},
        // RFC 9112 §3.2, RFC 3986: the target
        {"FragmentInTarget", get_target("/a#b"), bad_target},
        {"RelativeTarget", get_target("a"), bad_target},
        {"OtherScheme", get_target("ftp://a/b"), bad_target},
        {"BackslashInTarget", get_target("/a\\b"), bad_target},
        {"NulInTarget", get_target("/a\0b"s), bad_target},
        {"BareCrInTarget", get_target("/a\rb"), bad_target},
        {"ObsTextInTarget", get_target("/\xc3\xa4"), bad_target},
        {"QuoteInTarget", get_target("/a\"b"), bad_target},
        {"BracketInQuery", get_target("/?a[]=1"), bad_target},
        {"HalfAnEncoding", get_target("/a%4"), bad_target},
        {"NoEncoding", get_target("/%zz"), bad_target},
        {"NoEncodingInQuery", get_target("/?a=%"), bad_target},
        {"AsteriskOfGet", get_target("*"), bad_target},
        {"AbsoluteWithFragment", get_target("http://a/b#c"), bad_target},
        {"HttpsTarget", get_target("https://board/"), misdirected},
        {"LongTarget", get_target("/" + std::string(limits::target_bytes_max, 'a')), target_too_long},
        {"EndlessTarget", "GET /" + std::string(limits::head_bytes_max, 'a'), target_too_long},
        // RFC 9112 §3.2, RFC 3986 §3.2.2: the host
        {"NoHost", "GET / HTTP/1.1\r\n\r\n", missing_host},
        {"NoHostBesideAbsolute", "GET http://a/ HTTP/1.1\r\n\r\n", missing_host},
        {"TwoHosts", get_with_fields("Host: b\r\n"), missing_host},
        {"SameHostTwice", get_with_fields("Host: board\r\n"), missing_host},
        {"EmptyHost", "GET / HTTP/1.1\r\nHost:\r\n\r\n", bad_host},
        {"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", bad_host},
        {"HostOfBrackets", "GET / HTTP/1.1\r\nHost: ][:::\r\n\r\n", bad_host},
        {"HostWithHugePort", "GET / HTTP/1.1\r\nHost: x:99999999\r\n\r\n", bad_host},
        {"HostWithComma", "GET / HTTP/1.1\r\nHost: a, b c\r\n\r\n", bad_host},
        {"HostWithUser", "GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", bad_host},
        {"BadHostBesideAbsolute", "GET http://a/ HTTP/1.1\r\nHost: a b\r\n\r\n", bad_host},
        {"AbsoluteWithoutHost", get_target("http:///a"), bad_host},
        {"AbsoluteWithUser", get_target("http://me@a/b"), bad_host},
        // RFC 9112 §5: the fields
        {"SpaceBeforeColon", get_with_fields("A : b\r\n"), bad_field},
        {"NoColon", get_with_fields("A\r\n"), bad_field},
        {"EmptyName", get_with_fields(": b\r\n"), bad_field},
        {"NameNoToken", get_with_fields("A(b): c\r\n"), bad_field},
        {"ObsTextInName", get_with_fields("\xe4: c\r\n"), bad_field},
        {"NulInField", get_with_fields("A: b\0c\r\n"s), bad_field},
        {"NulInName", get_with_fields("A\0: c\r\n"s), bad_field},
        {"DelInField", get_with_fields("A: b\x7f\r\n"), bad_field},
        {"BareCrInField", get_with_fields("A: b\rc\r\n"), bad_field},
        {"BareCrAtEnd", get_with_fields("A: b\r\r\n"), bad_field},
        {"FoldedField", get_with_fields("A: b\r\n c\r\n"), folded_field},
        {"FoldedByTab", get_with_fields("A: b\r\n\tc\r\n"), folded_field},
        {"SpaceBeforeFirstField", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", folded_field},
        {"TwoOrigins", get_with_fields("Origin: http://a\r\nOrigin: http://b\r\n"), repeated_field},
        {"TwoContentTypes", get_with_fields("Content-Type: a/b\r\ncontent-type: a/b\r\n"), repeated_field},
        {"TwoRanges", get_with_fields("Range: bytes=0-1\r\nRange: bytes=2-3\r\n"), repeated_field},
        {"TwoIfRanges", get_with_fields("If-Range: \"a\"\r\nIf-Range: \"b\"\r\n"), repeated_field},
        {"TwoWebSocketKeys", get_with_fields("Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: a\r\n"),
         repeated_field},
        {"TwoWebSocketVersions", get_with_fields("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8\r\n"),
         repeated_field},
        {"EmptyOrigin", get_with_fields("Origin:  \r\n"), repeated_field},
        {"LargeHead", get_with_fields("If-Match: " + std::string(limits::head_bytes_max, 'x')),
         head_too_large},
        {"EndlessEmptyLines",
         [] {
             std::string lines;
             for (std::size_t i = 0; i < limits::head_bytes_max; i += 2)
                 lines += "\r\n";
             return lines;
         }(),
         head_too_large},
        {"ManyFields",
         [] {
             std::string fields;
             for (std::size_t i = 0; i < limits::fields_max; ++i)
                 fields += "A: b\r\n";
             return get_with_fields(fields);
         }(),
         too_many_fields},
        // RFC 9112 §6: the framing
        {"LengthTwice", get_with_fields("Content-Length: 1\r\nContent-Length: 1\r\n"), conflicting_framing},
        {"TwoLengths", get_with_fields("Content-Length: 0\r\nContent-Length: 7\r\n"), conflicting_framing},
        {"LengthAndChunked", get_with_fields("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
         conflicting_framing},
        {"ChunkedAndLength", get_with_fields("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"),
         conflicting_framing},
        {"ChunkedIn10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", conflicting_framing},
        {"NegativeLength", get_with_fields("Content-Length: -1\r\n"), bad_content_length},
        {"SignedLength", get_with_fields("Content-Length: +1\r\n"), bad_content_length},
        {"HexadecimalLength", get_with_fields("Content-Length: 0x1\r\n"), bad_content_length},
        {"FractionalLength", get_with_fields("Content-Length: 1.0\r\n"), bad_content_length},
        {"SpacedLength", get_with_fields("Content-Length: 1 1\r\n"), bad_content_length},
        {"ListedLength", get_with_fields("Content-Length: 1, 1\r\n"), bad_content_length},
        {"EmptyLength", get_with_fields("Content-Length:\r\n"), bad_content_length},
        {"WrappingLength", get_with_fields("Content-Length: 18446744073709551617\r\n"), body_too_large},
        {"HugeLength", get_with_fields("Content-Length: " + std::string(300, '9') + "\r\n"), body_too_large},
        {"ChunkedTwice", get_with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
         bad_transfer_coding},
        {"ChunkedListedTwice", get_with_fields("Transfer-Encoding: chunked, chunked\r\n"),
         bad_transfer_coding},
        {"ChunkedNotLast", get_with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n"),
         bad_transfer_coding},
        {"ChunkedWithParameter", get_with_fields("Transfer-Encoding: chunked;a=b\r\n"), bad_transfer_coding},
        {"IdentityCoding", get_with_fields("Transfer-Encoding: identity\r\n"), bad_transfer_coding},
        {"QuotedCoding", get_with_fields("Transfer-Encoding: \"chunked\"\r\n"), bad_transfer_coding},
        {"EmptyCoding", get_with_fields("Transfer-Encoding:\r\n"), bad_transfer_coding},
        {"GzipCoding", get_with_fields("Transfer-Encoding: gzip, chunked\r\n"),
         transfer_coding_not_implemented},
        {"GzipCodingOverLines", get_with_fields("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
         transfer_coding_not_implemented},
        {"OtherExpectation", get_with_fields("Expect: tea\r\n"), expectation_failed},
        {"OtherExpectationBehind", get_with_fields("Expect: 100-continue\r\nExpect: tea\r\n"),
         expectation_failed},
        // RFC 9112 §7.1: chunks
        {"NoChunkSize", chunked_with_body("\r\n"), bad_chunk, true},
        {"ChunkSizeNoNumber", chunked_with_body("x\r\n"), bad_chunk, true},
        {"NegativeChunkSize", chunked_with_body("-1\r\n"), bad_chunk, true},
        {"ChunkSizeWithPrefix", chunked_with_body("0x5\r\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"WrappingChunkSize", chunked_with_body("10000000000000000\r\n"), bad_chunk, true},
        {"SpaceBehindChunkSize", chunked_with_body("5 \r\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"SpaceInChunkSize", chunked_with_body("5 5\r\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"BareLfBehindChunkSize", chunked_with_body("5\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"BareLfInExtension", chunked_with_body("5;a\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"BareCrInExtension", chunked_with_body("5;a\rb\r\nhello\r\n0\r\n\r\n"), bad_chunk, true},
        {"NulInExtension", chunked_with_body("5;a=\0\r\nhello\r\n0\r\n\r\n"s), bad_chunk, true},
        {"ChunkLongerThanItsSize", chunked_with_body("5\r\nhello!\r\n0\r\n\r\n"), bad_chunk, true},
        {"ChunkWithoutLf", chunked_with_body("5\r\nhello\r0\r\n\r\n"), bad_chunk, true},
        {"FoldedTrailer", chunked_with_body("0\r\nA: b\r\n c\r\n\r\n"), bad_chunk, true},
        {"TrailerWithoutColon", chunked_with_body("0\r\nGET / HTTP/1.1\r\n\r\n"), bad_chunk, true},
        {"SpaceBeforeColonOfTrailer", chunked_with_body("0\r\nA : b\r\n\r\n"), bad_chunk, true},
        {"BareLfInTrailer", chunked_with_body("0\r\nA: b\n\r\n"), bad_chunk, true},
        {"NulInTrailer", chunked_with_body("0\r\nA: \0\r\n\r\n"s), bad_chunk, true},
        {"LargeChunk",
         chunked_with_body("fffffffffffffff\r\n" + std::string(limits::json_body_bytes_max + 1, 'x')),
         body_too_large, true},
        {"ManyChunks",
         [] {
             std::string chunks;
             for (std::size_t i = 0; i <= limits::json_body_bytes_max; i += 16)
                 chunks += "10\r\n0123456789abcdef\r\n";
             return chunked_with_body(chunks);
         }(),
         body_too_large, true},
    };
    return rows;
}

}  // namespace boardwalk::test
