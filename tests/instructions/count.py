"""Counts what the images of tests/instructions execute, and where."""

import bisect
import importlib.machinery
import importlib.util
import json
import re
import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MEASURED = re.compile(r"measured (?P<name>[^:]+): (?P<times>\d+) times")


def load_script(name):
    loader = importlib.machinery.SourceFileLoader(name, str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    loader.exec_module(module)
    return module


@dataclass
class Part:
    """What was measured: a request, or a tick."""
    name: str = ""
    times: int = 1
    board: int = 0
    world: int = 0
    at: Counter = field(default_factory=Counter)  # the board's, by address

    def each(self):
        return round(self.board / self.times)


def run(elf, plugin):
    """[Part], in the order in which the image measured them."""
    with tempfile.TemporaryDirectory(prefix="boardwalk-") as folder:
        out = Path(folder) / "counts"
        done = subprocess.run(
            ["qemu-system-arm", "-M", "mps2-an386", "-kernel", str(elf), "-display", "none", "-monitor", "none",
             "-serial", "stdio", "-nic", "user,restrict=on", "-semihosting-config", "enable=on,target=native",
             "-plugin", f"{plugin},out={out}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=100, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{elf.name} ended with {done.returncode}: {done.stdout}")
        parts = []
        for words in map(str.split, out.read_text().splitlines()):
            if words[0] == "part":
                parts.append(Part(board=int(words[1]), world=int(words[2])))
            else:
                parts[-1].at[int(words[0], 16)] = int(words[1])
    for part, said in zip(parts, MEASURED.finditer(done.stdout), strict=True):
        part.name, part.times = said["name"], int(said["times"])
    return parts


def by_room(part, elf):
    """Counter of instructions, by the parts that scripts/memory tells."""
    memory = load_script("memory")
    text = elf.with_suffix(".map").read_text()
    text = re.sub(r"^( ?\.[^\s]+)\n\s+0x", r"\1 0x", text[text.index("Linker script and memory map"):], flags=re.M)
    pieces = ((int(found["address"], 16), int(found["size"], 16), found["file"])
              for found in map(memory.PIECE.match, text.splitlines())
              if found and (found["section"] or "").startswith(".text"))
    return add_up(part, sorted((address, "httpd" if "liblwip_httpd.a" in file else memory.part_of(file))
                               for address, size, file in pieces if size > 0))


def by_function(part, elf):
    listed = subprocess.run(["arm-none-eabi-nm", "-C", elf], capture_output=True, text=True, check=True).stdout
    symbols = [line.split(None, 2) for line in listed.splitlines()]
    return add_up(part, sorted((int(words[0], 16) & ~1, words[2]) for words in symbols
                               if len(words) == 3 and words[1] in "tTwW"))


def add_up(part, begins):
    addresses = [address for address, _ in begins]
    sums = Counter()
    for address, count in part.at.items():
        sums[begins[bisect.bisect_right(addresses, address) - 1][1]] += count
    return sums


def measure(bin_folder, plugin):
    """{what: (Part, its image)}, as the file has them; lwIP's httpd under its own name."""
    board, httpd = (bin_folder / f"instructions-{name}.elf" for name in ("board", "httpd"))
    measured = {part.name: (part, board) for part in run(board, plugin)}
    return measured | {f"{part.name}, lwIP's httpd": (part, httpd) for part in run(httpd, plugin)}


# --- the file of what they may take, and the table in docs/MEASURED.md that says the same ------------------------------------

COUNTS = Path(__file__).with_name("counts.json")
TABLE = ROOT / "docs/MEASURED.md"
# What the file was counted with: Debian 12's. Other compilers and other lwIPs take a few percent more or fewer.
MADE_WITH = "GCC 12.2.1, lwIP 2.1.3"
TOLERANCE = 0.01  # the page's names, a compiler's patch; a renewed file tells what was meant
RENEW = "./scripts/bench instructions"


def row(name, counted):
    return f"| {name} | {counted:,} |"


def made_with(bin_folder):
    return (bin_folder / "made_with.txt").read_text().strip()


def expected():
    return json.loads(COUNTS.read_text())


def renew(counted):
    COUNTS.write_text(json.dumps(counted, indent=2) + "\n")
    lines = [next((row(name, count) for name, count in counted.items() if line.startswith(f"| {name} | ")), line)
             for line in TABLE.read_text().splitlines()]
    TABLE.write_text("\n".join(lines) + "\n")


def table(measured):
    """Printed: in all, and by room."""
    rooms = {name: by_room(part, elf) for name, (part, elf) in measured.items()}
    columns = [name for name, _ in sum(rooms.values(), Counter()).most_common(6)]
    lines = [f"{'instructions':32}{'in all':>9}" + "".join(f"{column:>12}" for column in columns)]
    for name, (part, _) in measured.items():
        each = [rooms[name][column] / part.times for column in columns]
        lines.append(f"{name:32}{part.each():>9}" + "".join(f"{count:>12.0f}" for count in each))
    return "\n".join(lines)
