#include "desktop/core/sign_in/token_text.hpp"

#include <algorithm>

#include "shared/limits.hpp"

namespace boardwalk::desktop {

namespace {
constexpr auto token_characters_min = qsizetype(limits::token_bytes_min);
constexpr auto token_characters_max = qsizetype(limits::token_bytes_max);
}  // namespace

bool isToken(const QByteArray& text) {
    return text.size() >= token_characters_min && text.size() <= token_characters_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

}  // namespace boardwalk::desktop
