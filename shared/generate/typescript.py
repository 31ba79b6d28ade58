"""The page's types: every message as JSON.parse gives it. The page is of the same release as its board."""

import json
import textwrap

HEAD = "/** The messages of the API and of the stream. Made from shared/schemas by shared/generate: change those. */\n\n"
SIMPLE = {"boolean": "boolean", "number": "number", "integer": "number", "text": "string", "any": "unknown"}
WIDTH = 116


def comment(text, indent=""):
    one_line = f"{indent}/** {text} */\n"
    if not text or len(one_line) <= WIDTH:
        return one_line if text else ""
    lines = textwrap.wrap(text, WIDTH - len(indent) - 3, break_long_words=False, break_on_hyphens=False)
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def union(words):
    return " | ".join(json.dumps(word) for word in words)


def expression(made):
    text = bare(made)
    return f"{text} | null" if made.nullable else text


def bare(made):
    if made.kind == "hand_made":
        return expression(made.of)
    if made.kind == "constant":
        return json.dumps(made.schema["const"])
    if made.kind == "several":
        return " | ".join({"string": "string"}.get(kind, kind) for kind in made.words)
    if made.kind == "entry":
        return f"Record<string, {expression(made.of)}>"
    if made.kind == "array":
        element = expression(made.of)
        return f"({element})[]" if " " in element and "{" not in element else f"{element}[]"
    if made.kind in SIMPLE and not made.name:
        return SIMPLE[made.kind]
    return made.name or anonymous(made)


def anonymous(made):
    if not made.members:
        return "Record<string, never>"
    return "{ " + "; ".join(property_of(member) for member in told(made)) + " }"


def told(made):
    return [member for member in made.members if member.type.kind != "nothing"]


def property_of(member):
    return f"{member.name}{'?' if member.optional else ''}: {expression(member.type)}"


def interface(made):
    lines = "".join(comment(member.schema.get("description", ""), "    ") + f"    {property_of(member)};\n"
                    for member in told(made))
    return f"{comment(made.description)}export interface {made.name} {{\n{lines}}}\n\n"


def reply(made):
    shared = "; ".join(property_of(member) for member in made.members)
    shapes = {}
    for one in made.alternatives:
        shapes.setdefault(one.member, []).append(expression(one.type))
    lines = "".join(f"\n    | {{ {shared}; {member}: {' | '.join(types)} }}" for member, types in shapes.items())
    return f"export type {made.name} ={lines};\n\n"


def stream_message(made):
    """What comes by itself; what answers a request is a type of its own."""
    by, lines = made.schema["x-union"]["by"], ""
    for one in made.alternatives:
        if one.word is not None:
            shape = f"{{ {by}: {json.dumps(one.word)}; {one.member}: {expression(one.type)} }}"
            lines += f"\n    | {shape if one.member else one.type.name}"
    return f"{comment(made.description)}export type {made.name} ={lines};\n\n"


def declaration(made):
    if made.kind == "enum" or made.kind == "text":
        return f"{comment(made.description)}export type {made.name} = {union(made.words)};\n\n"
    if made.kind == "alias":
        return f"{comment(made.description)}export type {made.name} = {expression(made.of)};\n\n"
    if made.kind == "object":
        if not made.members:
            return f"{comment(made.description)}export type {made.name} = Record<string, never>;\n\n"
        return interface(made)
    if made.kind == "pair":
        elements = ", ".join(f"{member.name}: {expression(member.type)}" for member in made.members)
        return f"{comment(made.description)}export type {made.name} = [{elements}];\n\n"
    if made.kind in ("reply", "union"):
        return {"reply": reply, "union": stream_message}[made.kind](made)
    return ""


def write(schemas):
    return HEAD + "".join(declaration(made) for made in schemas.named.values()).rstrip() + "\n"
