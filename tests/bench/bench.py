"""Runs the named scenarios: each is a file scenario_NAME.py beside this one with run(bin_folder) -> all answered."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main():
    bin_folder = Path(sys.argv[1])
    names = sys.argv[2:] or ["http"]
    known = sorted(path.stem.removeprefix("scenario_") for path in HERE.glob("scenario_*.py"))
    for name in names:
        if name not in known:
            print(f"bench: no scenario {name}; there are: {', '.join(known)}", file=sys.stderr)
            return 2
    good = True
    for name in names:
        try:
            good = importlib.import_module("scenario_" + name).run(bin_folder) and good
        except (RuntimeError, OSError) as problem:
            print(f"bench: {name}: {problem}", file=sys.stderr)
            good = False
        except KeyboardInterrupt:
            return 130
    return 0 if good else 1


sys.exit(main())
