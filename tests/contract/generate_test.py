"""The types that are made from schemas say what the schemas say.

usage: generate_test.py SHARED_FOLDER
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SHARED = pathlib.Path(sys.argv.pop(1)).resolve()

LAMP = {
    "$id": "lamp.json", "title": "Lamp", "description": "A lamp.", "type": "object",
    "required": ["id", "watts", "state", "spots", "peak", "hue", "note"],
    "properties": {
        "id": {"type": "string", "description": "Its name."},
        "watts": {"type": "integer", "x-bits": 32},
        "lit_ms": {"type": "integer"},
        "state": {"x-name": "LampState", "enum": ["on", "switch", "burnt.out"]},
        "spots": {"type": "array", "items": {"type": "object", "x-name": "Spot", "required": ["x"],
                                             "properties": {"x": {"type": ["number", "null"]}}}},
        "peak": {"type": "number", "x-since": "the third lamp"},
        "hue": {"type": "integer", "x-may-be-absent": "some are white"},
        "note": {},
    },
}
DIM = {
    "$id": "dim.json", "title": "Dim", "description": "Makes a lamp darker.", "type": "object", "x-request": True,
    "required": ["level"],
    "properties": {"level": {"type": "number", "x-type": "Level"},
                   "fade": {"type": "object", "properties": {"ms": {"type": "integer", "minimum": 1, "maximum": 9}},
                            "additionalProperties": False}},
    "additionalProperties": False,
}


def generate(what, *schemas):
    """What the tool says, its exit code, and the files that it wrote, by name."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "schemas").mkdir()
        for schema in schemas:
            (folder / "schemas" / schema["$id"]).write_text(json.dumps(schema))
        target = folder / "out" if what == "cpp" else folder / "out" / "types"
        run = subprocess.run([sys.executable, "-B", SHARED / "generate", what, folder / "schemas", target],
                             capture_output=True, text=True)
        return run, {path.name: path.read_text() for path in folder.glob("out/**/*") if path.is_file()}


class Cpp(unittest.TestCase):
    def setUp(self):
        run, self.files = generate("cpp", LAMP, DIM)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_a_member_is_typed_and_described_as_its_schema_says(self):
        for line in ("/// A lamp.\nstruct Lamp {", "    /// Its name.\n    std::string id;", "std::uint32_t watts = 0;",
                     "std::optional<std::uint64_t> lit_ms;", "LampState state = LampState::on;",
                     "std::vector<Spot> spots;", 'std::string note_json = "null";',
                     "    /// Boards send it since the third lamp.\n    std::optional<double> peak;",
                     "    /// May be absent: some are white.\n    std::optional<std::uint64_t> hue;"):
            self.assertIn(line, self.files["messages.hpp"])

    def test_what_a_type_is_made_of_stands_before_it(self):
        text = self.files["messages.hpp"]
        self.assertLess(text.index("struct Spot {"), text.index("struct Lamp {"))

    def test_a_member_that_may_be_absent_is_asked_for_gently(self):
        for line in ('archive("watts", lamp.watts);', 'archive.maybe("lit_ms", lamp.lit_ms);',
                     'archive.maybe("peak", lamp.peak);', 'archive.maybe("hue", lamp.hue);', 'archive.raw("note", lamp.note_json);'):
            self.assertIn(line, self.files["json_members.hpp"])

    def test_words_that_are_no_names_in_cpp_get_one(self):
        self.assertIn("enum class LampState : std::uint8_t { on, switch_, burnt_out };", self.files["words.hpp"])
        self.assertIn('"on", "switch", "burnt.out"', self.files["words.hpp"])

    def test_a_request_is_flat_and_bounded(self):
        self.assertIn("std::optional<std::uint64_t> fade_ms;", self.files["request_types.hpp"])
        self.assertIn("Level level{};", self.files["request_types.hpp"])
        for line in ('Member{"/level", Kinds::number, true},', 'Member{"/fade", Kinds::object},',
                     'Member{"/fade/ms", Kinds::number},',
                     'take_integer(value, 1, 9, "must be an integer from 1 to 9", request.fade_ms)',
                     "rules.take_level(value, out)"):
            self.assertIn(line, self.files["request_members.hpp"])
        self.assertNotIn("Dim", self.files["messages.hpp"])

    def test_nothing_is_written_again_that_did_not_change(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-B", SHARED / "generate", "cpp", SHARED / "schemas", folder]
            subprocess.run(command, check=True)
            before = {path: path.stat().st_mtime_ns for path in pathlib.Path(folder).glob("shared/*")}
            subprocess.run(command, check=True)
            self.assertEqual(before, {path: path.stat().st_mtime_ns for path in before})
            self.assertGreater(len(before), 3)


class TypeScript(unittest.TestCase):
    def setUp(self):
        run, files = generate("typescript", LAMP, DIM)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.text = files["types"]

    def test_a_member_is_typed_as_the_board_sends_it(self):
        for line in ("/** A lamp. */\nexport interface Lamp {", "    /** Its name. */\n    id: string;",
                     "    lit_ms?: number;", "    state: LampState;", "    spots: Spot[];", "    peak: number;",
                     "    hue?: number;", "    note: unknown;", "    x: number | null;",
                     'export type LampState = "on" | "switch" | "burnt.out";', "    fade?: { ms?: number };"):
            self.assertIn(line, self.text)


class OpenApi(unittest.TestCase):
    def test_a_component_is_its_schema_without_what_is_said_for_the_types(self):
        house = {"$id": "house.json", "title": "House", "type": "object", "x-request": True, "$defs": {"n": {"x-bits": 32}},
                 "properties": {"lamp": {"$ref": "lamp.json"}, "n": {"$ref": "#/$defs/n"}}}
        run, files = generate("openapi", LAMP, house)
        self.assertEqual(run.returncode, 0, run.stderr)
        document = json.loads(files["types"])
        self.assertEqual(document["titles"], {"lamp.json": "Lamp", "house.json": "House"})
        self.assertEqual(document["schemas"]["House"],
                         {"title": "House", "type": "object", "$defs": {"n": {}},
                          "properties": {"lamp": {"$ref": "#/components/schemas/Lamp"},
                                         "n": {"$ref": "#/components/schemas/House/$defs/n"}}})
        self.assertEqual(document["schemas"]["Lamp"]["properties"]["state"], {"enum": ["on", "switch", "burnt.out"]})


class Refusals(unittest.TestCase):
    def refused(self, said, *schemas):
        run, files = generate("cpp", *schemas)
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn(said, run.stderr)
        self.assertEqual(files, {})

    def test_an_enumeration_without_a_name(self):
        self.refused("has no x-name", {**LAMP, "properties": {"state": {"enum": ["a"]}}})

    def test_an_object_without_a_name(self):
        self.refused("has no x-name", {**LAMP, "properties": {"spot": {"type": "object", "properties": {}}}})

    def test_two_things_of_one_name(self):
        self.refused("two things are called LampState", LAMP,
                     {**LAMP, "$id": "other.json", "title": "Other",
                      "properties": {"state": {"x-name": "LampState", "enum": ["a"]}}})

    def test_a_type_that_is_not_known(self):
        self.refused("no type is made for date", {**LAMP, "properties": {"at": {"type": "date"}}})

    def test_a_reference_that_leads_nowhere(self):
        self.refused("nowhere.json", {**LAMP, "properties": {"at": {"$ref": "nowhere.json"}}})

    def test_a_command_that_is_none(self):
        run = subprocess.run([sys.executable, "-B", SHARED / "generate", "java"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("usage:", run.stderr)


if __name__ == "__main__":
    unittest.main()
