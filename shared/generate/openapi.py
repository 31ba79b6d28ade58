"""The components of the API's description: each schema by its title, and the title of each file."""

import json


def plain(part, title, titles):
    """The schema as others read it: without what is said for the types, and with references between components."""
    if isinstance(part, list):
        return [plain(one, title, titles) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: plain(value, title, titles) for key, value in part.items()
            if not key.startswith("x-") and key not in ("$schema", "$id")}
    reference = part.get("$ref", "")
    if reference.startswith("#/"):
        kept["$ref"] = f"#/components/schemas/{title}{reference[1:]}"
    elif reference:
        kept["$ref"] = f"#/components/schemas/{titles[reference]}"
    return kept


def write(schemas):
    titles = {file: schema["title"] for file, schema in schemas.files.items()}
    components = {schema["title"]: plain(schema, schema["title"], titles) for schema in schemas.files.values()}
    return json.dumps({"titles": titles, "schemas": components}, ensure_ascii=False, indent=1) + "\n"
