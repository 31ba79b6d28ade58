"""What all C++ writers share: the names of types, comments, and a file's frame."""

import re
import textwrap

from model import SchemaError

KEYWORDS = {"switch", "delete", "default", "new", "class", "public", "private", "register", "operator"}
PLAIN = {"boolean": "bool", "number": "double", "text": "std::string"}
WIDTH = 108


def identifier(word):
    """`output.set` is output_set, and `switch` switch_."""
    name = re.sub(r"\W", "_", word)
    return name + "_" if name in KEYWORDS else name


def literal(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def comment(text, indent=""):
    return "".join(f"{line}\n" for line in textwrap.wrap(
        text, WIDTH, initial_indent=indent + "/// ", subsequent_indent=indent + "/// ", break_long_words=False, break_on_hyphens=False))


def integer(schema):
    return f"std::uint{schema.get('x-bits', 64)}_t"


def bare_type(made):
    """The C++ type without what null adds to it."""
    if made.kind in PLAIN:
        return PLAIN[made.kind]
    if made.kind == "any":
        return "std::string"
    if made.kind in ("integer", "constant"):
        constant = made.schema.get("const")
        return "bool" if isinstance(constant, bool) else integer(made.schema)
    if made.kind in ("array", "entry"):
        return f"std::vector<{made.name or cpp_type(made.of)}>"
    if not made.name:
        raise SchemaError(f"an object has no x-name: {str(made.schema)[:120]}")
    return made.name


def cpp_type(made):
    return f"std::optional<{bare_type(made)}>" if made.nullable else bare_type(made)


def file_of(title, includes, body):
    return f"""// {title} Made from shared/schemas by shared/generate: change those.
#pragma once

{includes}
namespace boardwalk::protocol {{

{body.rstrip()}

}}  // namespace boardwalk::protocol
"""
