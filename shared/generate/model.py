"""The schemas of a folder, as types that C++ and TypeScript can be written from.

Beside JSON Schema (draft 2020-12) a schema here may say, for the types alone; the API's description leaves it out:

  x-name           the name of a nested object, enumeration, pair or map's entry ("title" names a whole schema)
  x-bits           32: what an integer fits in; without it 64
  x-type           a type that shared/ has by hand, in place of the one that the schema would give. In a request its
                   rule (`take_output_id` for `OutputId`, in shared/request_rules.hpp) checks the value
  x-default        what a member holds before it was read, or where it is absent
  x-may-be-absent  why a reader takes a message without this member, though the board always sends it
  x-since          the release whose boards send it first: a companion takes a message without it
  x-flatten        the members of this object become members of the object that holds it
  x-known          words that this version knows, of a text that may hold others
  x-otherwise      what a client is told whose member is not the constant
  x-request        true: clients send it, and the board decodes it without a heap
  x-union          {"by", "name"}: the member that tells the alternatives apart, and the enumeration of its words
"""

import json
import pathlib
from dataclasses import dataclass, field, replace
from typing import Any, Optional


class SchemaError(Exception):
    """A schema that no type can be made of."""


@dataclass
class Type:
    # boolean number integer text several any constant nothing enum object pair entry array hand_made alias union reply
    kind: str
    name: str = ""
    description: str = ""
    nullable: bool = False
    of: Optional["Type"] = None  # an array's element, an entry's value, what an alias or a hand-made type stands for
    members: list = field(default_factory=list)
    words: list = field(default_factory=list)  # of an enumeration; those that are known of a text; kinds of several
    alternatives: list = field(default_factory=list)  # of a union or a reply
    schema: Any = field(default_factory=dict)


@dataclass
class Member:
    name: str  # in JSON
    type: Type
    required: bool
    schema: dict

    @property
    def optional(self):
        """Whether a reader takes the object without it."""
        return not self.required or "x-may-be-absent" in self.schema

    @property
    def absent_in_old_boards(self):
        return "x-since" in self.schema


@dataclass
class Alternative:
    """One shape of a union or a reply."""
    word: Optional[str]  # what the telling member holds; None where it has none
    type: Type
    member: str = ""  # what holds the type, where the shape has no name of its own


class Schemas:
    def __init__(self, folder):
        self.files = {path.name: json.loads(path.read_text("utf-8"))
                      for path in sorted(pathlib.Path(folder).glob("*.json"))}
        self.types = {}  # of whole schemas, by file
        self.named = {}  # all that have a name, by name: each behind those that it is made of
        self.of_requests = set()  # the names among them that only requests have
        self.file = ""  # that is being read
        for file in self.files:
            self.whole(file)

    def whole(self, file):
        if file not in self.types:
            outer, self.file = self.file, file
            schema = self.files[file]
            made = self.union(schema, file) if "x-union" in schema else self.type_of(schema, file, schema["title"])
            if made.kind not in ("object", "union"):
                made = Type("alias", schema["title"], schema.get("description", ""), of=made, schema=schema)
            self.types[file] = self.register(made)
            self.file = outer
        return self.types[file]

    def register(self, made):
        if made.name and self.named.setdefault(made.name, made).schema != made.schema:
            raise SchemaError(f"two things are called {made.name}")
        if made.kind != "enum" and self.files[self.file].get("x-request"):
            self.of_requests.add(made.name)
        return made

    def resolve(self, schema, file):
        """The schema that is meant where one of the same file is referred to."""
        reference = schema.get("$ref", "")
        if not reference.startswith("#/$defs/"):
            return schema
        return {**self.files[file]["$defs"][reference.removeprefix("#/$defs/")],
                **{key: value for key, value in schema.items() if key != "$ref"}}

    def type_of(self, schema, file, name=""):
        schema = self.resolve(schema, file)
        if "$ref" in schema:
            return self.whole(schema["$ref"])
        if "oneOf" in schema:  # a type, or null
            (one,) = (part for part in schema["oneOf"] if part.get("type") != "null")
            return replace(self.type_of(one, file), nullable=True)
        if "x-type" in schema:
            plain = {key: value for key, value in schema.items() if key != "x-type"}
            return Type("hand_made", schema["x-type"], of=self.type_of(plain, file), schema=schema)
        name = schema.get("x-name", name)
        kinds = schema.get("type", "any")
        if isinstance(kinds, list):
            rest = [kind for kind in kinds if kind != "null"]
            made = self.one_type({**schema, "type": rest[0]}, file, name) if len(rest) == 1 else \
                Type("several", words=rest, schema=schema)
            return replace(made, nullable="null" in kinds)
        return self.one_type(schema, file, name)

    def one_type(self, schema, file, name):
        kind = {"string": "text"}.get(schema.get("type", "any"), schema.get("type", "any"))
        if "const" in schema:
            return Type("constant", schema=schema)
        if "enum" in schema:
            if not name:
                raise SchemaError(f"{file}: an enumeration has no x-name: {schema['enum']}")
            return self.register(Type("enum", name, schema.get("description", ""), words=schema["enum"],
                                      schema=schema["enum"]))
        if kind == "object":
            return self.object(schema, file, name)
        if kind == "array":
            return self.array(schema, file, name)
        if kind == "text" and "x-known" in schema:
            return self.register(Type(kind, name, words=schema["x-known"], schema=schema))
        if kind not in ("boolean", "number", "integer", "text", "any"):
            raise SchemaError(f"{file}: no type is made for {kind}")
        return Type(kind, schema=schema)

    def object(self, schema, file, name):
        described = {"name": name, "description": schema.get("description", ""), "schema": schema}
        if isinstance(schema.get("additionalProperties"), dict):
            return self.register(Type("entry", of=self.type_of(schema["additionalProperties"], file), **described))
        return self.register(Type("object", members=self.members(schema, file), **described))

    def array(self, schema, file, name):
        if "prefixItems" not in schema:
            return Type("array", of=self.type_of(schema["items"], file, name), schema=schema)
        elements = {part["x-name"]: part for part in schema["prefixItems"]}
        members = self.members({"properties": elements, "required": list(elements)}, file)
        return self.register(Type("pair", name, schema.get("description", ""), members=members, schema=schema))

    def members(self, schema, file):
        required = schema.get("required", [])
        return [self.member(name, part, name in required, file)
                for name, part in schema.get("properties", {}).items()]

    def member(self, name, schema, required, file):
        if schema is False:
            return Member(name, Type("nothing"), False, {})
        schema = self.resolve(schema, file)
        return Member(name, self.type_of(schema, file), required, schema)

    def union(self, schema, file):
        by = schema["x-union"]["by"]
        made = Type("union", schema["title"], schema.get("description", ""), schema=schema)
        parts = [self.resolve(part, file) for part in schema["oneOf"]]
        parts = [self.files[part["$ref"]] if "$ref" in part else part for part in parts]
        replies = [part for part in parts if by not in part["properties"]]
        if replies:
            made.alternatives.append(Alternative(None, self.reply(replies, file)))
        made.alternatives += [self.alternative(part, by, file) for part in parts if by in part["properties"]]
        words = list(dict.fromkeys(one.word for one in made.alternatives if one.word))
        self.register(Type("enum", schema["x-union"]["name"], words=words, schema=words))
        return made

    def alternative(self, part, by, file):
        payload = [name for name in part["properties"] if name != by]
        name = part.get("title", part.get("x-name", ""))
        word = part["properties"][by]["const"]
        if not name and len(payload) == 1:
            return Alternative(word, self.type_of(part["properties"][payload[0]], file), payload[0])
        return Alternative(word, self.type_of(part, file, name))

    def reply(self, parts, file):
        """Several shapes of one name: what they share, and the one member that each has for itself."""
        shared = set.intersection(*(set(part["properties"]) for part in parts))
        made = Type("reply", parts[0]["x-name"], schema=parts)
        made.members = [member for member in self.members(parts[0], file) if member.name in shared]
        for part in parts:
            (own,) = set(part["properties"]) - shared
            shapes = part["properties"][own].get("anyOf", [part["properties"][own]])
            made.alternatives += [Alternative(None, self.type_of(shape, file), own) for shape in shapes]
        return self.register(made)
