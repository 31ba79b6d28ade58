"""A file names the standard headers that its types come from, itself or by a header of ours that it includes: what one
library's headers bring along by the way, the next release's do not (GCC 14's <array> brings no std::uint32_t)."""

import re
import unittest

from includes import BLOCK_COMMENT
from sources import ROOT, cpp_files, generated_headers

OURS = re.compile(r'^#include "([^"]+)"', re.M)
STD = re.compile(r"^#include <([^>]+)>", re.M)
COMMENT = re.compile(r"//.*")
NEEDED = {
    "algorithm": r"std::(ranges::(sort|find|copy|max|min|any_of|all_of)\w*|sort|find_if|max_element|clamp)\b",
    "array": r"std::array\b",
    "cmath": r"std::(floor|round|isfinite|lround|pow)\b",
    "cstdint": r"std::u?int\d+_t\b",
    "cstring": r"std::mem(cpy|set|cmp|move)\b",
    "limits": r"std::numeric_limits\b",
    "memory": r"std::(unique|shared)_ptr\b",
    "optional": r"std::optional\b",
    "string": r"std::string\b",
}


def missing(files):
    """Lines to print for {path: text}."""
    def named(path, seen):
        if path in seen or path not in files:
            return set()
        seen.add(path)
        return set(STD.findall(files[path])).union(*(named(one, seen) for one in OURS.findall(files[path])))

    for path, text in sorted(files.items()):
        there = named(path, set())
        code = COMMENT.sub("", BLOCK_COMMENT.sub("", text))
        for header, pattern in NEEDED.items():
            found = re.search(pattern, code)
            if found and header not in there:
                yield f"{path}: {found[0]} without #include <{header}>"


class StandardHeaders(unittest.TestCase):
    def test_each_file_names_what_its_types_come_from(self):
        problems = list(missing({path: (ROOT / path).read_text() for path in cpp_files()} | generated_headers()))
        self.assertEqual(problems, [], "\n" + "\n".join(problems))

    def test_a_header_that_is_missing_is_seen(self):
        self.assertEqual(list(missing({"a.cpp": "#include <array>\nstd::uint32_t x;\n"})),
                         ["a.cpp: std::uint32_t without #include <cstdint>"])

    def test_a_header_of_ours_may_name_it(self):
        self.assertEqual(list(missing({"a.cpp": '#include "a.hpp"\nstd::uint32_t x;  // std::array\n',
                                       "a.hpp": "#include <cstdint>\n"})), [])


if __name__ == "__main__":
    unittest.main()
