"""tests/README.md lists classes of bugs with their tests: each of them must be there, and each class must have one."""

import re
import unittest

from sources import ROOT, all_files

SECTION = "## What broke others"


def tests_there():
    """Names of all tests, as they stand in the sources."""
    names = set()
    for path in all_files():
        if path.startswith("tests/") and path.endswith((".cpp", ".py")):
            text = (ROOT / path).read_text()
            names.update(f"{suite}.{name}" for suite, name in re.findall(r"^TEST(?:_[FP])?\((\w+), (\w+)\)", text, re.M))
            names.update(re.findall(r"^    def (test_\w+)\(", text, re.M))
    return names


def classes(text):
    """Each class with the names in its row."""
    section = text.split(SECTION + "\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| ")][1:]
    return {name.strip(): re.findall(r"`([\w.]+)`", tests) for name, tests in rows}


class BugClasses(unittest.TestCase):
    def test_each_class_has_tests_and_each_is_there(self):
        there = tests_there()
        listed = classes((ROOT / "tests/README.md").read_text())
        self.assertGreaterEqual(len(listed), 10)
        self.assertEqual([name for name, tests in listed.items() if not tests], [], "classes without a test")
        self.assertEqual([test for tests in listed.values() for test in tests if test not in there], [])

    def test_a_name_that_is_not_there_is_seen(self):
        text = SECTION + "\n\n| class | tests |\n|---|---|\n| wraps | `PeerBugs.NoSuchTest` `test_none` |\n"
        self.assertEqual(classes(text), {"wraps": ["PeerBugs.NoSuchTest", "test_none"]})
        self.assertFalse({"PeerBugs.NoSuchTest", "test_none"} & tests_there())


if __name__ == "__main__":
    unittest.main()
