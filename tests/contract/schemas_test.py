"""The JSON Schemas are sound, refer only to one another, and agree with the vectors.

usage: schemas_test.py SHARED_FOLDER
"""

import copy
import json
import pathlib
import sys
import unittest
import urllib.parse

import jsonschema

SHARED = pathlib.Path(sys.argv.pop(1))
SCHEMAS = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(SHARED.glob("schemas/*.json"))}
VECTORS = {path.name: json.loads(path.read_text("utf-8")) for path in sorted(SHARED.glob("vectors/*.json"))}


def said(part):
    """The vector with the first valid message of another file in place of each {"$vector": FILE}."""
    if isinstance(part, list):
        return [said(one) for one in part]
    if not isinstance(part, dict):
        return part
    return VECTORS[part["$vector"] + ".json"]["valid"][0] if "$vector" in part else \
        {key: said(value) for key, value in part.items()}


VECTORS = {name: said(vectors) for name, vectors in VECTORS.items()}


def whole(schema):
    """The schema with what it refers to in other files put in place: none of them refers back."""
    if isinstance(schema, list):
        return [whole(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref", "#")
    if not reference.startswith("#"):
        return whole(SCHEMAS[reference])
    return {key: whole(value) for key, value in schema.items() if key != "$id"}


def validator(name):
    return jsonschema.Draft202012Validator(whole(SCHEMAS[name]))


def spoiled(message, vector):
    """A copy of the message without the member at the pointer, or with another value there."""
    if "message" in vector:
        return vector["message"]
    message = copy.deepcopy(message)
    *parents, last = vector["pointer"].split("/")[1:]
    place = message
    for step in parents:
        place = place[int(step) if isinstance(place, list) else step]
    last = int(last) if isinstance(place, list) else last
    if "to" in vector:
        place[last] = vector["to"]
    else:
        del place[last]
    return message


def references(schema):
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref":
                yield value
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


class Schemas(unittest.TestCase):
    def test_each_is_a_schema_named_like_its_file(self):
        self.assertTrue(SCHEMAS)
        for name, schema in SCHEMAS.items():
            with self.subTest(name):
                self.assertEqual(schema["$id"], name)
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                self.assertIn("description", schema)
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_each_refers_only_to_what_is_here(self):
        for name, schema in SCHEMAS.items():
            for reference in references(schema):
                file, _, place = reference.partition("#/$defs/")
                with self.subTest(name, reference=reference):
                    target = SCHEMAS[file or name]
                    if place:
                        self.assertIn(place, target["$defs"])

    def test_titles_differ(self):
        titles = [schema["title"] for schema in SCHEMAS.values()]
        self.assertEqual(len(titles), len(set(titles)))


class Vectors(unittest.TestCase):
    def test_valid_requests_are_valid(self):
        for file, vectors in VECTORS.items():
            for vector in vectors["valid"]:
                if "json" in vector:
                    with self.subTest(file, vector=vector["name"]):
                        validator(vectors["schema"]).validate(json.loads(vector["json"]))

    def test_requests_that_get_422_are_invalid(self):
        for file, vectors in VECTORS.items():
            for vector in vectors["invalid"]:
                if vector.get("status") != 422 or "schema_blind" in vector:
                    continue
                with self.subTest(file, vector=vector["name"]):
                    text = vector["json"]
                    if vector.get("percent_encoded"):
                        text = urllib.parse.unquote_to_bytes(text)
                    self.assertFalse(validator(vectors["schema"]).is_valid(json.loads(text)))

    def test_valid_messages_are_valid(self):
        for file, vectors in VECTORS.items():
            for number, message in enumerate(vectors["valid"]):
                if "json" not in message:
                    with self.subTest(file, number=number):
                        validator(vectors["schema"]).validate(message)

    def test_invalid_messages_are_invalid(self):
        for file, vectors in VECTORS.items():
            for vector in vectors["invalid"]:
                if "status" not in vector:
                    with self.subTest(file, vector=vector):
                        message = spoiled(vectors["valid"][0], vector)
                        self.assertFalse(validator(vectors["schema"]).is_valid(message))


if __name__ == "__main__":
    unittest.main()
