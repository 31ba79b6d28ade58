"""What nobody wants to find in a project: other people's machines, files that tools trip over, C++ that no tool sees."""

import re
import subprocess
import sys
import unittest

from sources import ROOT, all_files

# Put together here, so that this file does not report itself.
REGISTRY_HOSTS = re.compile("|".join(re.escape(host + end) for host, end in (
    ("registry.npm", "js.org"), ("registry.npm", "mirror.com"), ("registry.yarn", "pkg.com"),
    ("deb.debian", ".org"), ("security.debian", ".org"), ("snapshot.debian", ".org"), ("files.python", "hosted.org"),
    ("proxy.golang", ".org"), ("static.crates", ".io"))))
# Inputs of fuzz targets: every byte counts.
CORPUS = "tests/fuzz/corpus/"
WORK_PATH = re.compile(r"(?<![\w.:/])/" + r"(work|root|home/\w+)/")
OTHER_CPP = re.compile(r"\.(cc|cxx|c\+\+|hh|hxx|h|ipp|tpp|inl)$")
# C headers that a network stack or a C++ build demands by name.
DEMANDED_NAMES = re.compile(r"(^|/)(lwipopts|arch/\w+|mbedtls/\w+)\.h$|^tests/esp32s3/declarations/")


def report(content):
    """The faults of one file's bytes, as words."""
    if b"\0" in content:
        return []
    text = content.decode("utf-8", "replace")
    faults = []
    if REGISTRY_HOSTS.search(text):
        faults.append("names a package registry: the user's own settings choose it")
    if WORK_PATH.search(text):
        faults.append("holds a path of somebody's machine")
    if text and not text.endswith("\n"):
        faults.append("does not end with a newline")
    if re.search(r"^(<{7}|>{7}) ", text, re.M):
        faults.append("holds a merge conflict")
    return faults


class Hygiene(unittest.TestCase):
    def test_every_file_is_clean(self):
        problems = [f"{path}: {fault}" for path in all_files() if not path.startswith(CORPUS)
                    for fault in report((ROOT / path).read_bytes())]
        self.assertEqual(problems, [], "\n" + "\n".join(problems))

    def test_all_of_our_cpp_is_seen_by_clang_format(self):
        seen = set(subprocess.run([sys.executable, ROOT / "scripts/lint", "--list"], check=True,
                                  capture_output=True, text=True).stdout.split())
        unseen = [path for path in all_files() if path.endswith((".cpp", ".hpp")) and path not in seen]
        odd = [path for path in all_files() if OTHER_CPP.search(path) and not DEMANDED_NAMES.search(path)]
        self.assertGreater(len(seen), 2)
        self.assertEqual(unseen, [], "not looked at by scripts/lint")
        self.assertEqual(odd, [], "C++ files here end in .cpp and .hpp")

    def test_each_fault_is_seen(self):
        self.assertEqual(len(report(("https://registry.npm" + "js.org/x\n").encode())), 1)
        self.assertEqual(len(report(("at /" + "work/main/x\n").encode())), 1)
        self.assertEqual(len(report(b"no newline")), 1)
        self.assertEqual(report(("fine, firmware/" + "work/x\n").encode()), [])
        self.assertEqual(report(b"\x89PNG\0 no newline"), [])


if __name__ == "__main__":
    sys.exit(unittest.main())
