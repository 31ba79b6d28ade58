"""What no compiler sees of the ESP-IDF project: its files agree with one another.

usage: project_test.py ROOT_OF_THE_TREE
"""

import json
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1))
PORT = ROOT / "firmware/ports/esp32s3"


def text_of(path):
    return (ROOT / path).read_text()


def unexplained(sdkconfig):
    """Options without a sentence right above, and options said twice."""
    faults, seen, above = [], set(), ""
    for line in sdkconfig.splitlines():
        option = re.match(r"(CONFIG_\w+)=", line)
        if option:
            if not above.startswith("# ") or above.startswith("# ---"):
                faults.append(f"{option[1]} is not explained")
            if option[1] in seen:
                faults.append(f"{option[1]} stands twice")
            seen.add(option[1])
        elif line and not line.startswith("#"):
            faults.append(f"{line} is no option")
        above = line
    return faults


def globbed(cmake, names):
    """The source patterns of a CMake file, from the root of the tree."""
    found = set()
    for name, folder in names.items():
        found |= {f"{folder}{path}" for path in re.findall(re.escape(f"${{{name}}}/") + r"([\w/*]+\.cpp)", cmake)}
    return found


class Options(unittest.TestCase):
    def test_each_option_says_why(self):
        for path in [PORT / "sdkconfig.defaults", PORT / "sdkconfig.16mb", *PORT.glob("examples/*/sdkconfig.defaults")]:
            with self.subTest(path.relative_to(ROOT)):
                self.assertEqual(unexplained(path.read_text()), [])

    def test_each_fault_is_seen(self):
        self.assertEqual(unexplained("# Why.\nCONFIG_A=y\n"), [])
        self.assertEqual(unexplained("# Why.\n\nCONFIG_A=y\n"), ["CONFIG_A is not explained"])
        self.assertEqual(unexplained("# --- a part\nCONFIG_A=y\n"), ["CONFIG_A is not explained"])
        self.assertEqual(unexplained("# Why.\nCONFIG_A=y\nCONFIG_B=y\n"), ["CONFIG_B is not explained"])
        self.assertEqual(unexplained("# Why.\nCONFIG_A=y\n# Why.\nCONFIG_A=n\n"), ["CONFIG_A stands twice"])


class Versions(unittest.TestCase):
    def test_all_files_tell_the_project_s(self):
        version = re.search(r"^project\(boardwalk VERSION ([\d.]+)", text_of("CMakeLists.txt"), re.M)[1]
        self.assertEqual(json.loads((PORT / "web-flasher/manifest.json").read_text())["version"], version)
        self.assertIn(f'version: "{version}"\n', (PORT / "boardwalk/idf_component.yml").read_text())


class WebFlasher(unittest.TestCase):
    def test_each_part_goes_where_the_boot_loader_looks(self):
        manifest = json.loads((PORT / "web-flasher/manifest.json").read_text())
        (build,) = manifest["builds"]
        parts = {part["path"]: part["offset"] for part in build["parts"]}
        table = {row[0].strip(): int(row[3].strip(), 0) for row in
                 (line.split(",") for line in (PORT / "partitions_8mb.csv").read_text().splitlines() if line[:1] != "#")}
        image = re.search(r"^project\(([\w-]+)\)", (PORT / "CMakeLists.txt").read_text(), re.M)[1] + ".bin"
        # The ESP32-S3's boot loader begins the flash; the table is where CONFIG_PARTITION_TABLE_OFFSET has it.
        self.assertEqual(parts, {"bootloader.bin": 0, "partition-table.bin": 0x8000,
                                 "ota_data_initial.bin": table["otadata"], image: table["ota_0"]})
        self.assertEqual(build["chipFamily"], "ESP32-S3")
        self.assertNotIn("PARTITION_TABLE_OFFSET", (PORT / "sdkconfig.defaults").read_text())

    def test_the_workflow_brings_each_part(self):
        workflow = text_of(".github/workflows/esp32s3.yml")
        for part in json.loads((PORT / "web-flasher/manifest.json").read_text())["builds"][0]["parts"]:
            self.assertRegex(workflow, rf"[ /]{re.escape(part['path'])}\s")


class Workflows(unittest.TestCase):
    def test_what_others_wrote_is_pinned(self):
        """To a commit: a tag can be moved to what was never looked at."""
        for path in (ROOT / ".github/workflows").glob("*.yml"):
            for used in re.findall(r"uses: (.*)", path.read_text()):
                self.assertRegex(used, r"^[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+$", path.name)

    def test_each_project_is_built(self):
        projects = {"."} | {f"examples/{path.parent.name}" for path in PORT.glob("examples/*/CMakeLists.txt")}
        named = re.search(r"project: \[(.*)\]", text_of(".github/workflows/esp32s3.yml"))[1]
        self.assertEqual(set(named.split(", ")), projects)


class Sources(unittest.TestCase):
    def test_debian_s_compiler_sees_what_espressif_s_does(self):
        component = globbed((PORT / "boardwalk/CMakeLists.txt").read_text(), {"root": ""})
        component = {path for path in component if not path.startswith("build/")}  # the page, which embed.mjs writes
        here = globbed(text_of("tests/esp32s3/CMakeLists.txt"), {"PROJECT_SOURCE_DIR": "", "firmware": "firmware/"})
        self.assertGreater(len(component), 8)
        self.assertEqual(component - here, set(), "not compiled in the tests")
        self.assertEqual({path for path in here - component if not re.search(r"esp32s3/(main|examples)/", path)}, set())


if __name__ == "__main__":
    unittest.main()
