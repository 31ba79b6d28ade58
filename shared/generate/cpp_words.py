"""shared/words.hpp: the enumerations of all messages, and words that a text may hold. No heap: the board uses them."""

import cpp

INCLUDES = '#include "shared/worded.hpp"\n'


def enumeration(made):
    names = ", ".join(cpp.identifier(word) for word in made.words)
    words = ", ".join(f'"{word}"' for word in made.words)
    return (f"{cpp.comment(made.description)}enum class {made.name} : std::uint8_t {{ {names} }};\n"
            f"template <>\ninline constexpr std::array<std::string_view, {len(made.words)}> words<{made.name}>{{\n"
            f"    {words}}};\n\n")


def known_words(made):
    constants = "".join(f'inline constexpr std::string_view {cpp.identifier(word)} = "{word}";\n' for word in made.words)
    space = "".join("_" + letter.lower() if letter.isupper() else letter for letter in made.name).strip("_") + "s"
    return f"/// Words of a text that may hold others.\nnamespace {space} {{\n{constants}}}  // namespace {space}\n\n"


def write(schemas):
    body = "".join(enumeration(made) for made in schemas.named.values() if made.kind == "enum")
    body += "".join(known_words(made) for made in schemas.named.values() if made.kind == "text")
    return cpp.file_of("The words of the protocol.", INCLUDES, body)
