"""Every code by which the board refuses something is named by a test."""

import re
import unittest

from sources import ROOT, all_files

TABLES = ("firmware/app/problems.cpp", "firmware/http/parse_error.cpp")
ROW = re.compile(r'Row\{(\w+), \d{3}, "(\w+)"')
TESTS = ("tests/", "firmware/dashboard/tests/")


def unnamed(tables, tests):
    """Rows of which no test says the reason's name or the code."""
    for table in tables:
        for reason, code in ROW.findall(table):
            if not re.search(rf'\b{reason}\}}|::{reason}\b|"{code}"', tests):
                yield f"{reason} ({code})"


class Problems(unittest.TestCase):
    def test_each_is_named_by_a_test(self):
        tests = "\n".join((ROOT / path).read_text("utf-8", "replace") for path in all_files()
                          if path.startswith(TESTS) and path.endswith((".cpp", ".hpp", ".py", ".mjs", ".ts")))
        tables = [(ROOT / path).read_text() for path in TABLES]
        self.assertGreater(sum(len(ROW.findall(table)) for table in tables), 70)
        self.assertEqual(list(unnamed(tables, tests)), [])

    def test_one_that_is_not_is_seen(self):
        self.assertEqual(list(unnamed(['Row{lost, 404, "gone"}', 'Row{kept, 404, "kept"}'], 'x == "kept"')),
                         ["lost (gone)"])


if __name__ == "__main__":
    unittest.main()
