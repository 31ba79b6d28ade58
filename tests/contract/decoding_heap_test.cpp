#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include "shared/requests.hpp"

namespace {

std::size_t live_bytes = 0;
std::size_t peak_bytes = 0;

}  // namespace

// This program's own heap, counted. The tests run in one thread.
void* operator new(std::size_t size) {
    void* block = std::malloc(size);
    if (block == nullptr) std::abort();
    live_bytes += malloc_usable_size(block);
    peak_bytes = std::max(peak_bytes, live_bytes);
    return block;
}
// The nothrow form too: the sanitizer's own would not match the `delete` below.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void operator delete(void* block) noexcept {
    live_bytes -= malloc_usable_size(block);
    std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace boardwalk::protocol {
namespace {

/// The heap that a board must have free for one request of the largest size. Valid requests stay below half
/// of it: most goes into the parser's own error text, which quotes the input a few times over.
constexpr std::size_t decoding_heap_bytes_max = 12 * limits::websocket_message_bytes_max;
constexpr std::size_t ordinary_heap_bytes_max = 512;

/// The worst that we could think of, each as long as a message may be.
std::vector<std::string> worst_requests() {
    constexpr std::size_t size = limits::websocket_message_bytes_max;
    const auto filled = [](const std::string& head, const std::string& piece, const std::string& tail) {
        std::string text = head;
        while (text.size() + piece.size() + tail.size() <= size)
            text += piece;
        return text + tail;
    };
    return {
        filled("", "[", ""),
        filled("{\"value\":\"", "x", "\"}"),
        filled("{\"value\":\"", "x", ""),
        filled("{\"value\":\"", "x", "\x01"),
        filled("{\"value\":\"", "\\u20ac", "\"}"),
        filled("{\"value\":", "9", "}"),
        filled("{\"value\":", "9", "x"),
        filled("{\"", "x", "\":1}"),
        filled("{\"value\":true", ",\"a\":1", "}"),
        filled("{\"id\":1,\"method\":\"subscribe\",\"params\":{\"topics\":[\"log\"", ",\"log\"", "]}}"),
        filled("{\"id\":1,\"params\":{\"topics\":[true", ",true", " x]}}"),
        filled("{\"value\":1", " ", "x"),
        filled("{\"value\":\"\"", "\x1f", ""),
        filled("", "\xc3\xa9", ""),
    };
}

template <class Decode>
std::size_t peak_of(Decode decode) {
    const std::size_t before = live_bytes;
    peak_bytes = live_bytes;
    decode();
    EXPECT_EQ(live_bytes, before) << "decoding kept memory";
    return peak_bytes - before;
}

TEST(DecodingHeap, StaysBelowItsBoundAndComesBack) {
    std::size_t worst = 0;
    for (const std::string& text : worst_requests()) {
        ASSERT_LE(text.size(), limits::websocket_message_bytes_max);
        const std::size_t peak = std::max({peak_of([&] { (void)decode_set_output(text); }),
                                           peak_of([&] { (void)decode_settings_patch(text); }),
                                           peak_of([&] { (void)decode_stream_request(text); })});
        EXPECT_LE(peak, decoding_heap_bytes_max) << text.substr(0, 40);
        worst = std::max(worst, peak);
    }
    RecordProperty("worst_bytes", std::to_string(worst));
}

TEST(DecodingHeap, AnOrdinaryRequestNeedsLittle) {
    const std::string text = R"({"id":9,"method":"output.set","params":{"id":"lamp","value":true}})";
    EXPECT_LE(peak_of([&] { (void)decode_stream_request(text); }), ordinary_heap_bytes_max);
}

}  // namespace
}  // namespace boardwalk::protocol
