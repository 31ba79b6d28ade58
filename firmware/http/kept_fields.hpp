#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <string_view>

#include "firmware/core/text_writer.hpp"
#include "firmware/http/response_head.hpp"

namespace boardwalk::http {

/// The fields of an answer that many clients get until it changes: they are made once, and then copied. (They
/// took a tenth of a small request's instructions.)
class KeptFields {
public:
    /// The fields of a 200 with the whole of `response.fixed`, for `Response::fields`. `version` is not 0,
    /// and another one whenever `response` has other fields. Valid until then.
    std::string_view of(std::uint64_t version, const Response& response) {
        if (version != version_) {
            TextWriter out(memory_);
            write_fields(out, response, {.content_length = response.fixed.size()});
            assert(!out.overflowed());
            version_ = version;
            size_ = out.size();
        }
        return {memory_.data(), size_};
    }

private:
    std::uint64_t version_ = 0;
    std::size_t size_ = 0;
    std::array<char, 192> memory_{};  ///< JSON with an ETag of any length takes 188
};

}  // namespace boardwalk::http
