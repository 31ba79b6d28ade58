#pragma once

#include <QString>

namespace boardwalk::desktop {

/// What is wrong with a password that a person chooses. `shared/sign_in` has the rule and its vectors.
enum class PasswordFault { None, Short, Long, Common };

inline constexpr qsizetype password_characters_min = 8;
inline constexpr qsizetype password_characters_max = 64;

/// Unicode's form NFC, in which a password is counted, hashed and compared. Nothing is trimmed.
QString normalizedPassword(const QString& typed);

/// The board never sees a password, so each client checks its length and the list of the worst 100.
PasswordFault checkPassword(const QString& typed);

/// One sentence for the field; empty for a password that is taken.
QString passwordFaultText(PasswordFault fault);

/// 100 bits by the system's generator, in groups that can be read aloud and typed.
QString makePassword();

}  // namespace boardwalk::desktop
