"""shared/messages.hpp and shared/json_members.hpp: what the board sends, and how a client reads and writes it."""

import cpp

STRUCTS = """#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "shared/names.hpp"
#include "shared/output_value.hpp"
"""
MEMBERS = """#include "shared/messages.hpp"

/// The members of every message, once for both directions: an archive that reads fills them in, one that writes puts
/// them out, in this order. `Archive::Ref<T>` is `T&` for the first, `const T&` for the second.
"""
REF = """template <class Archive, class T>
using Ref = typename Archive::template Ref<T>;

"""
ENTRY = """/// Whether it is one member of an object whose members are named by ids.
template <class T>
inline constexpr bool is_entry = false;

"""


def is_told(member):
    """False for what only tells one shape from another."""
    return not (member.type.kind == "constant" and isinstance(member.schema["const"], str))


def own_members(made):
    """The members of the C++ struct: flattened, and without what only tells shapes apart."""
    for member in made.members:
        if member.schema.get("x-flatten"):
            yield from own_members(member.type)
        elif is_told(member):
            yield member


def is_optional(member):
    """The companion knows boards of every release."""
    return member.optional or member.absent_in_old_boards


def field_name(member):
    return member.name + "_json" if member.type.kind == "any" else cpp.identifier(member.name)


def field_type(member):
    made = member.type
    empty = made.kind in ("text", "array", "constant") or "x-default" in member.schema or made.nullable
    name = cpp.cpp_type(made)
    return name if not is_optional(member) or empty else f"std::optional<{name}>"


def initial_value(member):
    made, default = member.type, member.schema.get("x-default")
    if field_type(member).startswith("std::optional") or made.kind in ("array", "entry", "object"):
        return ""
    if made.kind == "enum":
        return f" = {made.name}::{cpp.identifier(default or made.words[0])}"
    if made.kind == "any":
        return ' = "null"'
    if made.kind == "constant":
        constant = made.schema["const"]
        return " = false" if constant is True else f" = {constant}"
    if default is not None:
        return f" = {cpp.literal(default)}"
    return {"integer": " = 0", "number": " = 0", "boolean": " = false", "hand_made": " = false"}.get(made.kind, "")


def declared(member):
    absent, since = member.schema.get("x-may-be-absent"), member.schema.get("x-since")
    said = " ".join(part for part in (member.schema.get("description"), absent and f"May be absent: {absent}.",
                                      since and f"Boards send it since {since}.") if part)
    return (cpp.comment(said, "    ") +
            f"    {field_type(member)} {field_name(member)}{initial_value(member)};\n")


def struct(name, description, fields):
    return (f"{cpp.comment(description)}struct {name} {{\n{fields}"
            f"    friend bool operator==(const {name}&, const {name}&) = default;\n}};\n\n")


def declaration(made):
    if made.kind == "alias" and made.of.kind != "hand_made":
        return f"{cpp.comment(made.description)}using {made.name} = {cpp.cpp_type(made.of)};\n\n"
    if made.kind in ("object", "pair"):
        return struct(made.name, made.description, "".join(map(declared, own_members(made))))
    if made.kind == "entry":
        return struct(made.name, made.description, f"    std::string id;\n    {cpp.cpp_type(made.of)} value{{}};\n")
    if made.kind == "reply":
        shapes = ", ".join(one.type.name for one in reversed_shapes(made))
        return struct(made.name, "", "".join(map(declared, made.members)) + f"    std::variant<{shapes}> outcome;\n")
    if made.kind == "union":
        shapes = ", ".join(one.type.name for one in made.alternatives)
        return f"{cpp.comment(made.description)}using {made.name} = std::variant<{shapes}>;\n\n"
    return ""


def reversed_shapes(reply):
    """An empty shape first: a reply is that until it is read."""
    return sorted(reply.alternatives, key=lambda one: bool(one.type.members))


def visits(members, variable, indent="    ", archive="archive"):
    lines = ""
    for member in members:
        if member.schema.get("x-flatten"):
            lines += (f'{indent}{archive}.nested("{member.name}", [&](Archive& within) {{\n' +
                      visits(member.type.members, variable, indent + "    ", "within") + f"{indent}}});\n")
        elif is_told(member):
            call = ".raw" if member.type.kind == "any" else ".maybe" if is_optional(member) else ""
            lines += f'{indent}{archive}{call}("{member.name}", {variable}.{field_name(member)});\n'
    return lines


def members_of(made):
    variable = cpp.identifier("".join(
        "_" + letter.lower() if letter.isupper() else letter for letter in made.name).strip("_"))
    head = "template <class Archive>\nvoid {0}(Archive& archive, Ref<Archive, {1}> {2}) {{\n"
    if made.kind == "pair":
        elements = "".join(f"    archive.element({index}, {variable}.{member.name});\n"
                           for index, member in enumerate(made.members))
        return head.format("elements", made.name, variable) + elements + "}\n\n"
    if made.kind == "entry":
        return f"template <>\ninline constexpr bool is_entry<{made.name}> = true;\n\n"
    if made.kind != "object" or not any(map(is_told, made.members)):
        return ""
    return head.format("members", made.name, variable) + visits(made.members, variable) + "}\n\n"


def reply_of(made):
    """An error, else a result: that with members where the first of them is there."""
    name, shared = made.name, visits(made.members, "reply")
    *results, error = made.alternatives
    full = next(one for one in results if one.type.members)
    first = full.type.members[0].name
    writes = "".join(
        f'    if (const auto* shape = std::get_if<{one.type.name}>(&reply.outcome)) return archive("{one.member}", *shape);\n'
        for one in (error, full))
    return f"""template <class Archive>
void read_members(Archive& archive, {name}& reply) {{
{shared}    if (archive.has("{error.member}")) return archive("{error.member}", reply.outcome.template emplace<{error.type.name}>());
    archive.nested("{full.member}", [&](Archive& within) {{
        if (within.has("{first}")) members(within, reply.outcome.template emplace<{full.type.name}>());
    }});
}}

template <class Archive>
void write_members(Archive& archive, const {name}& reply) {{
{shared}{writes}    archive.empty("{full.member}");
}}

"""


def read_one(one):
    emplaced = f"message.template emplace<{one.type.name}>()"
    return f'archive("{one.member}", {emplaced})' if one.member else f"members(archive, {emplaced})"


def telling_member(one):
    return one.member or next(member.name for member in one.type.members if is_told(member))


def union_of(made):
    by, enum = made.schema["x-union"]["by"], made.schema["x-union"]["name"]
    reply = next(one.type for one in made.alternatives if one.word is None)
    cases, writes = "", ""
    for word in dict.fromkeys(one.word for one in made.alternatives if one.word):
        shapes = [one for one in made.alternatives if one.word == word]
        # The largest says what is missing where the message is none of them.
        largest = max(shapes, key=lambda one: 1 if one.member else sum(map(is_told, one.type.members)))
        cases += f"        case {enum}::{cpp.identifier(word)}:\n"
        for one in shapes:
            told = "" if one is largest else f'if (archive.has("{telling_member(one)}")) '
            if told:
                cases += f"            {told}return {read_one(one)};\n"
        cases += f"            return {read_one(largest)};\n"
        for one in shapes:
            put = f'archive("{one.member}", *shape)' if one.member else "members(archive, *shape)"
            writes += (f"    if (const auto* shape = std::get_if<{one.type.name}>(&message)) {{\n"
                       f'        archive("{by}", {enum}::{cpp.identifier(word)});\n        return {put};\n    }}\n')
    return f"""template <class Archive>
void read_members(Archive& archive, {made.name}& message) {{
    if (!archive.has("{by}")) return read_members(archive, message.template emplace<{reply.name}>());
    {enum} {by}{{}};
    archive("{by}", {by});
    if (!archive.good()) return;
    switch ({by}) {{
{cases}    }}
}}

template <class Archive>
void write_members(Archive& archive, const {made.name}& message) {{
    if (const auto* shape = std::get_if<{reply.name}>(&message)) return write_members(archive, *shape);
{writes}}}

"""


def told(schemas):
    """All named types of messages, in the order of their need."""
    return [made for made in schemas.named.values()
            if made.name not in schemas.of_requests and not (made.kind == "object" and made.schema.get("x-flatten"))]


def write_structs(schemas):
    return cpp.file_of("What the board sends, as its clients hold it.", STRUCTS, "".join(map(declaration, told(schemas))))


def write_members(schemas):
    body = REF + ENTRY
    for made in told(schemas):
        body += {"reply": reply_of, "union": union_of}.get(made.kind, members_of)(made)
    return cpp.file_of("How messages stand in JSON.", MEMBERS, body)
