#include "desktop/core/sign_in/token_text.hpp"

#include <algorithm>

namespace boardwalk::desktop {

namespace {
constexpr qsizetype token_characters_min = 32;
constexpr qsizetype token_characters_max = 64;
}  // namespace

bool isToken(const QByteArray& text) {
    return text.size() >= token_characters_min && text.size() <= token_characters_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_';
           });
}

}  // namespace boardwalk::desktop
