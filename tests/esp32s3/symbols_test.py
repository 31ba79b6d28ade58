"""What the chip's objects need of our own is in one of them: nothing here links them, and ESP-IDF's linker would say so to
the first who builds the project."""

import subprocess
import sys
import unittest
from pathlib import Path

NM, OBJECTS = sys.argv[1], sorted(Path(sys.argv[2]).glob("*-*.o"))
# Made by the dashboard's build: firmware/dashboard/embed.mjs.
GENERATED = {"boardwalk::app::dashboard_assets()"}


def symbols(which):
    answer = subprocess.run([NM, "--demangle", "--format=just-symbols", which, *OBJECTS], capture_output=True, text=True,
                            check=True)
    return {line for line in answer.stdout.splitlines() if "boardwalk" in line and not line.endswith(".o:")}


class Symbols(unittest.TestCase):
    def test_all_that_is_needed_of_ours_is_there(self):
        defined = symbols("--defined-only")
        self.assertIn("boardwalk::server::Server::turn()", defined)
        missing = symbols("--undefined-only") - defined - GENERATED
        self.assertEqual(missing, set(), "which sources does boardwalk/CMakeLists.txt not list?")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
