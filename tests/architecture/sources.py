"""The files that are ours: everything under the root but what tools make."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE_FOLDERS = ("shared/", "firmware/", "desktop/", "tests/")
MADE_BY_TOOLS = {".git", "build", "node_modules", "dist", "__pycache__", ".vite", "coverage"}


def all_files():
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = sorted(set(subfolders) - MADE_BY_TOOLS)
        for name in sorted(set(names) - MADE_BY_TOOLS):  # a work tree's .git is a file
            yield str((Path(folder) / name).relative_to(ROOT))


def cpp_files():
    return [path for path in all_files() if path.startswith(CODE_FOLDERS) and path.endswith((".cpp", ".hpp"))]


def generated_headers():
    """{path: text} of the headers that are made from shared/schemas, as if they stood in shared/."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-B", ROOT / "shared/generate", "cpp", ROOT / "shared/schemas", folder], check=True)
        return {f"shared/{path.name}": path.read_text() for path in Path(folder).glob("shared/*.hpp")}
