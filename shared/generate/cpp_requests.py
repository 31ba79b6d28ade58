"""shared/request_types.hpp and shared/request_members.hpp: what clients send, and how the board takes it member by
member, without a heap."""

from dataclasses import dataclass, replace

import cpp

TYPES = """#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "shared/request_values.hpp"
#include "shared/words.hpp"
"""
MEMBERS = """#include "shared/request_rules.hpp"
"""
KINDS = {"boolean": "boolean", "number": "number", "integer": "number", "text": "string", "enum": "string",
         "object": "object", "array": "array_of_strings"}


@dataclass
class Row:
    """One member of a request, at any depth."""
    path: tuple
    member: object
    required: bool  # with all that holds it
    inner: str = ""  # the request whose member it is, where another one stands within this
    inner_path: tuple = ()

    @property
    def index(self):
        return cpp.identifier("_".join(self.path))

    @property
    def shape(self):
        """The type as the schema gives it."""
        made = self.member.type
        return made.of if made.kind == "hand_made" else made

    @property
    def is_leaf(self):
        return self.shape.kind not in ("object", "nothing")


def kinds(shape):
    shape = shape.of if shape.kind == "alias" else shape
    shape = shape.of if shape.kind == "hand_made" else shape
    if shape.kind == "nothing":
        return "0"
    if shape.kind == "several":
        return " | ".join(f"Kinds::{kind}" for kind in shape.words)
    if shape.kind == "constant":
        return "Kinds::string" if isinstance(shape.schema["const"], str) else "Kinds::number"
    return f"Kinds::{KINDS[shape.kind]}"


def rows_of(members, path=(), required=True, inner="", start=0):
    for member in members:
        here, needed = (*path, member.name), required and member.required
        row = Row(here, member, needed, inner, here[start:] if inner else ())
        yield row
        if row.shape.kind == "object":
            within = member.type.name if member.type.kind == "hand_made" else inner
            yield from rows_of(row.shape.members, here, needed, within, start if inner else len(here) if within else 0)


def value_type(member):
    made = member.type
    return made.name if made.kind in ("hand_made", "alias") else cpp.cpp_type(made)


def field(row, name):
    """The member of the struct that a row becomes."""
    said = cpp.comment(row.member.schema.get("description", ""), "    ")
    if row.shape.kind == "constant":
        constant = row.shape.schema["const"]
        kind = "std::string_view" if isinstance(constant, str) else "std::uint64_t"
        return f"{said}    static constexpr {kind} {name} = {cpp.literal(constant)};\n"
    default = row.member.schema.get("x-default")
    if default is not None:
        return f"{said}    {value_type(row.member)} {name} = {cpp.literal(default)};\n"
    if row.required or row.shape.kind == "object":
        return f"{said}    {value_type(row.member)} {name}{{}};\n"
    return f"{said}    std::optional<{value_type(row.member)}> {name};\n"


def held(rows):
    """The rows that are members of the request's own struct."""
    return [row for row in rows if not row.inner and (row.is_leaf or row.member.type.kind == "hand_made")]


def struct(name, description, fields):
    return (f"{cpp.comment(description)}struct {name} {{\n{fields}"
            f"    friend bool operator==(const {name}&, const {name}&) = default;\n}};\n\n")


def space(name):
    return "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).strip("_")


def table(name, rows, open_at=None):
    indices = ", ".join(row.index for row in rows)
    lines = "".join(f'    Member{{"/{"/".join(row.path)}", {kinds(row.member.type)}{", true" if row.required else ""}}},\n'
                    for row in rows)
    opened = "" if open_at is None else \
        f'/// Members of this object that are unknown are another version\'s.\nconstexpr std::string_view open = "{open_at}";\n'
    return (f"namespace {space(name)} {{\nenum : std::size_t {{ {indices} }};\nconstexpr std::array members{{\n{lines}}};\n"
            f"{opened}}}  // namespace {space(name)}\n\n")


def taken(row, place, name):
    """How the value of a row is checked and kept."""
    made, schema = row.shape, row.member.schema
    if row.inner:
        inner = cpp.identifier("_".join(row.inner_path))
        return f"take_member({space(row.inner)}::{inner}, value, {place}.{row.path[0]}, rules)"
    if made.kind == "constant":
        return f'take_constant(value, {cpp.literal(made.schema["const"])}, "{schema["x-otherwise"]}")'
    if made.kind == "integer":
        low, high = schema["minimum"], schema["maximum"]
        return f'take_integer(value, {low}, {high}, "must be an integer from {low} to {high}", {place}.{name})'
    if row.member.type.kind == "boolean":
        return f"take_boolean(value, {place}.{name})"
    rule = space(row.member.type.name)
    return f"take_into({place}.{name}, [&](auto& out) {{ return rules.take_{rule}(value, out); }})"


def take_member(argument, cases):
    return (f"inline std::string_view take_member(std::size_t member, const Scalar& value, {argument},\n"
            f"                                    [[maybe_unused]] RequestRules& rules) {{\n    switch (member) {{\n{cases}"
            "        default: return {};\n    }\n}\n\n")


def put(json, row, place, name):
    steps = "".join(f'["{step}"]' for step in row.path)
    if row.shape.kind == "constant":
        return f"    {json}{steps} = {place}{name};\n"
    value = place + name
    if row.required or row.shape.kind == "object" or "x-default" in row.member.schema:
        return f"    {json}{steps} = json_of({value});\n"
    return f"    if ({value}) {json}{steps} = json_of(*{value});\n"


class ObjectRequest:
    """A request that is one object."""

    def __init__(self, made):
        self.name, self.description = made.name, made.description
        self.rows = list(rows_of(made.members))
        closed = made.schema.get("additionalProperties") is False
        opened = [row for row in self.rows if row.shape.kind == "object" and
                  row.shape.schema.get("additionalProperties") is not False and not row.inner]
        self.open_at = None if closed and not opened else "/" + "/".join(opened[0].path)

    def types(self):
        return struct(self.name, self.description, "".join(field(row, row.index) for row in held(self.rows)))

    def members(self):
        cases = "".join(f"        case {space(self.name)}::{row.index}: return {taken(row, 'request', row.index)};\n"
                        for row in self.rows if row.is_leaf)
        empty = "".join(self.empty_list(row) for row in self.rows if row.shape.kind == "array" and not row.required)
        puts = "".join(put("json", row, "request.", row.index) for row in held(self.rows))
        return (table(self.name, self.rows, self.open_at) + take_member(f"{self.name}& request", cases) +
                f"/// A list comes as its elements: of an empty one only its name was seen.\n"
                f"inline void finish([[maybe_unused]] const RequestReader& reader, [[maybe_unused]] {self.name}& request) {{\n"
                f"{empty}}}\n\n"
                f"inline Json json_of(const {self.name}& request) {{\n    Json json = Json::object();\n{puts}"
                "    return json;\n}\n\n")

    def empty_list(self, row):
        place = f"request.{row.path[0]}.{cpp.identifier('_'.join(row.inner_path))}" if row.inner else f"request.{row.index}"
        return f"    if (reader.saw({space(self.name)}::{row.index}) && !{place}) {place}.emplace();\n"


class UnionRequest:
    """A request of several shapes: one member says which, another holds what belongs to it."""

    def __init__(self, made):
        self.made, self.name = made, made.name
        self.by, self.enum = made.schema["x-union"]["by"], made.schema["x-union"]["name"]
        self.shapes = [(one, list(rows_of(one.type.members))) for one in made.alternatives]
        self.rows = list({row.path: row for _, rows in self.shapes for row in rows}.values())
        always = set.intersection(*({row.path for row in rows if row.required} for _, rows in self.shapes))
        self.rows = [replace(row, required=row.path in always) for row in self.rows]

    def own(self, rows):
        return [row for row in rows if len(row.path) > 1 and row.is_leaf]

    def common(self):
        return [row for row in self.rows if len(row.path) == 1 and row.is_leaf and row.path[0] != self.by]

    def types(self):
        body = ""
        for one, rows in self.shapes:
            body += struct(one.type.name, one.type.description, "".join(field(row, row.path[-1]) for row in self.own(rows)))
        shapes = ", ".join(one.type.name for one, _ in self.shapes)
        fields = "".join(field(row, row.index) for row in self.common())
        return body + struct(self.name, self.made.description, f"{fields}    std::variant<{shapes}> call;\n")

    def members(self):
        return table(self.name, self.rows) + self.params() + self.parts() + self.take() + self.whole() + self.json()

    def params(self):
        lines = "".join(f"    Param{{{space(self.name)}::{row.index}, {self.enum}::{cpp.identifier(one.word)}, "
                        f"{'true' if row.member.required else 'false'}}},\n"
                        for one, rows in self.shapes for row in rows)
        return (f"/// Which member goes with which {self.by}.\n"
                f"struct Param {{\n    std::size_t member;\n    {self.enum} {self.by};\n    bool required;\n}};\n"
                f"constexpr std::array {space(self.name)}_params{{\n{lines}}};\n\n")

    def parts(self):
        fields = "".join(f"    std::optional<{value_type(row.member)}> {row.index};\n" for row in self.common())
        fields += f"    std::optional<{self.enum}> {self.by};\n    bool {self.by}_is_unknown = false;\n"
        fields += "".join(f"    {one.type.name} {cpp.identifier(one.word)};\n" for one, _ in self.shapes)
        return (f"/// What was read of a {self.name}: `{self.by}` may stand behind what belongs to it.\n"
                f"struct {self.name}Parts {{\n{fields}}};\n\n")

    def take(self):
        cases = "".join(f"        case {space(self.name)}::{row.index}: return {taken(row, 'parts', row.index)};\n"
                        for row in self.common())
        cases += (f"        case {space(self.name)}::{self.by}:\n            parts.{self.by} = from_string<{self.enum}>(value.string);\n"
                  f"            parts.{self.by}_is_unknown = !parts.{self.by};\n            return {{}};\n")
        for one, rows in self.shapes:
            cases += "".join(
                f"        case {space(self.name)}::{row.index}: "
                f"return {taken(row, 'parts.' + cpp.identifier(one.word), row.path[-1])};\n" for row in self.own(rows))
        return take_member(f"{self.name}Parts& parts", cases)

    def whole(self):
        fields = "".join(f".{row.index} = *parts.{row.index}, " for row in self.common())
        cases = "".join(f"        case {self.enum}::{cpp.identifier(one.word)}: request.call = parts.{cpp.identifier(one.word)}; break;\n"
                        for one, _ in self.shapes)
        return (f"/// Once all that is required was read.\ninline {self.name} whole(const {self.name}Parts& parts) {{\n"
                f"    {self.name} request{{{fields}.call = {{}}}};\n    switch (*parts.{self.by}) {{\n{cases}    }}\n"
                "    return request;\n}\n\n")

    def json(self):
        body = "".join(put("json", row, "request.", row.index) for row in self.common())
        for one, rows in self.shapes:
            puts = "".join("    " + put("json", row, "shape->", row.path[-1]) for row in self.own(rows))
            body += (f"    if ([[maybe_unused]] const auto* shape = std::get_if<{one.type.name}>(&request.call)) {{\n"
                     f'        json["{self.by}"] = "{one.word}";\n{puts}    }}\n')
        return f"inline Json json_of(const {self.name}& request) {{\n    Json json = Json::object();\n{body}    return json;\n}}\n\n"


def requests(schemas):
    for made in schemas.types.values():
        if made.schema.get("x-request"):
            yield UnionRequest(made) if made.kind == "union" else ObjectRequest(made)


def in_order(schemas):
    """Those that stand within others first."""
    return sorted(requests(schemas), key=lambda one: any(row.inner for row in one.rows))


def write_types(schemas):
    return cpp.file_of("What clients send to the board. No heap.", TYPES, "".join(one.types() for one in in_order(schemas)))


def write_members(schemas):
    return cpp.file_of("What the board takes of a request, and how clients write it.", MEMBERS,
                       "".join(one.members() for one in in_order(schemas)))
