"""Writes what is made of shared/schemas, each file only when it changes.

usage: python3 shared/generate cpp SCHEMAS FOLDER        the headers, as FOLDER/shared/NAME.hpp
       python3 shared/generate typescript SCHEMAS FILE   the page's types
       python3 shared/generate openapi SCHEMAS FILE      what the API's description refers to
"""

import pathlib
import sys

import cpp_messages
import cpp_requests
import cpp_words
import openapi
import typescript
from model import SchemaError, Schemas

HEADERS = {
    "words": cpp_words.write,
    "messages": cpp_messages.write_structs,
    "json_members": cpp_messages.write_members,
    "request_types": cpp_requests.write_types,
    "request_members": cpp_requests.write_members,
}


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def main(arguments):
    if len(arguments) != 3 or arguments[0] not in ("cpp", "typescript", "openapi"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    what, folder, target = arguments[0], arguments[1], pathlib.Path(arguments[2])
    try:
        schemas = Schemas(folder)
        if what == "cpp":
            headers = {name: write(schemas) for name, write in HEADERS.items()}
            for name, text in headers.items():
                put(target / "shared" / f"{name}.hpp", text)
        else:
            put(target, (typescript if what == "typescript" else openapi).write(schemas))
    except (SchemaError, KeyError, ValueError) as error:
        print(f"{folder}: {error!r}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
