#pragma once

#include <algorithm>
#include <memory>
#include <string_view>

#include "firmware/http/head_reader.hpp"
#include "firmware/limits.hpp"

namespace boardwalk::test {

/// Feeds a HeadReader as a connection does, which has room for `limits::input_bytes_max`. Its memory is
/// always of exactly the size that is in use, so that the address sanitizer sees one byte too many.
class HeadFeeder {
public:
    /// Feeds more of the head. Returns true once its end, or an error, was found.
    bool feed(std::string_view text) {
        while (!text.empty() && head_bytes == 0 && error == http::ParseError::none) {
            const auto bytes = std::min(text.size(), limits::input_bytes_max - size_);
            if (bytes == 0) return false;  // a connection would stand still
            auto memory = std::make_unique<char[]>(size_ + bytes);
            std::copy_n(memory_.get(), size_, memory.get());
            std::copy_n(text.data(), bytes, memory.get() + size_);
            memory_ = std::move(memory);
            size_ += bytes;
            fed_ += bytes;
            text.remove_prefix(bytes);
            kept_bytes = reader_.read({memory_.get(), size_}, size_, request, error);
            if (kept_bytes > 0) head_bytes = fed_ - (size_ - kept_bytes);
        }
        return head_bytes > 0 || error != http::ParseError::none;
    }

    http::ParseError error = http::ParseError::none;
    http::Request request;       ///< views into this object
    std::size_t head_bytes = 0;  ///< bytes of what was fed; 0 when no end has come yet, or on an error
    std::size_t kept_bytes = 0;  ///< of it, what was not dropped
    /// Everything that has come in and was not dropped.
    [[nodiscard]] std::string_view memory() const { return {memory_.get(), size_}; }

private:
    http::HeadReader reader_;
    std::unique_ptr<char[]> memory_;
    std::size_t size_ = 0, fed_ = 0;
};

}  // namespace boardwalk::test
