"""Instructions that requests take on the bare board, beside lwIP's httpd; renews the file that the test goes by."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/instructions"))

import count  # noqa: E402


def run(bin_folder):
    measured = count.measure(ROOT / "build/mps2/bin", bin_folder / "instruction-counter.so")
    print(count.table(measured))
    if (here := count.made_with(ROOT / "build/mps2/bin")) != count.MADE_WITH:
        print(f"{count.COUNTS.name} holds what {count.MADE_WITH} take; this is {here}, and nothing is written")
        return True
    count.renew({name: part.each() for name, (part, _) in measured.items()})
    print(f"written to {count.COUNTS.relative_to(ROOT)} and docs/MEASURED.md")
    return True
