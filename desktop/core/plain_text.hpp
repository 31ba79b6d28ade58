#pragma once

#include <QString>
#include <string>

/// Words of a board or of the network, made harmless. What cannot be seen is decided in shared/name_rule.
namespace boardwalk::desktop {

/// One line: what ends a line or steers a terminal becomes a space, what turns the direction of text or has
/// no width goes, but for the joiners that some scripts and emoji need. No markup is looked for: nothing here
/// is ever HTML.
QString printable(const QString& foreign);

/// The same for a tooltip, which Qt would take for HTML where it looks like it: looks the same, and does not.
QString plainTip(const QString& text);

/// At most so many characters, whole ones.
std::string clipped(const std::string& utf8, std::size_t characters_max);
/// Longer than any name that a board of ours can have.
inline constexpr std::size_t name_characters_max = 64;

}  // namespace boardwalk::desktop
