"""Every problem that the board sends stands in one of four tables, and a test provokes each of them by its name."""

import re
import unittest

from sources import ROOT, all_files

# A table, and the tests in which a request is refused for each of its reasons.
TABLES = {
    "firmware/app/problems.cpp": "tests/unit/app/",
    "firmware/http/parse_error.cpp": "tests/support/refused_requests.hpp",
    "firmware/server/problems.hpp": "tests/unit/server/",
    "firmware/websocket/handshake_error.cpp": "tests/unit/server/",
}
ROW = re.compile(r'Row\{(\w+),\s*\d{3},\s*"\w+"|constexpr auto (\w+) =\s*problem\(\d{3},\s*"\w+"')
# A problem that is written down, wherever that is: with a status of its own, or a code.
WRITTEN = re.compile(r'\bproblem\(\s*\d{3}|Row\{\w+,\s*[45]\d\d|\.status = [45]\d\d|\.code = "|"code":"')
# Answers that are sent by reference, so that they need no memory: their text is a row's, and a test compares both.
TEXTS = ("firmware/server/problems.cpp", "firmware/app/update/update.cpp")


def reasons(table):
    return [one or other for one, other in ROW.findall(table) if one != "none"]


def not_asked(table, tests):
    """Reasons of which no test says the name."""
    return [reason for reason in reasons(table) if not re.search(rf"(::|,\s+){reason}\b", tests)]


def elsewhere(files):
    return [f"{path}: {found[0]}" for path, text in sorted(files.items()) if path not in TABLES and path not in TEXTS
            for found in WRITTEN.finditer(text)]


def texts_below(folder, ends):
    return {path: (ROOT / path).read_text("utf-8", "replace") for path in all_files()
            if path.startswith(folder) and path.endswith(ends)}


class Problems(unittest.TestCase):
    def test_a_request_of_a_test_is_refused_for_each_reason(self):
        count = 0
        for table, folder in TABLES.items():
            text = (ROOT / table).read_text()
            count += len(reasons(text))
            tests = "\n".join(texts_below(folder, (".cpp", ".hpp")).values())
            self.assertEqual(not_asked(text, tests), [], table)
        self.assertGreater(count, 90)

    def test_no_problem_is_written_outside_of_the_tables(self):
        self.assertEqual(elsewhere(texts_below("firmware/", (".cpp", ".hpp"))), [])

    def test_what_is_not_asked_for_is_seen(self):
        table = 'Row{lost, 404, "gone", ""}, Row{kept, 404,\n "kept"}, constexpr auto odd = problem(503, "odd"'
        self.assertEqual(not_asked(table, "is_refusal(answer, Refusal::kept)"), ["lost", "odd"])

    def test_one_that_is_written_elsewhere_is_seen(self):
        self.assertEqual(elsewhere({"firmware/app/a.cpp": 'Problem{.status = 404, .code = "x"}',
                                    "firmware/server/b.cpp": 'return problem(503, "x", "");',
                                    "firmware/app/c.cpp": "Problem{.status = 204}; response.json(202)"}),
                         ["firmware/app/a.cpp: .status = 404", 'firmware/app/a.cpp: .code = "',
                          "firmware/server/b.cpp: problem(503"])


if __name__ == "__main__":
    unittest.main()
