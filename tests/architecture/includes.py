"""Which room may include which, and a reader of the includes that says where that is not so.

Standard library only. `check(files)` takes {path from the root: text} and returns lines to print; it never touches
the disk, so that include_direction_test.py can hand it wrong arrows.
"""

import re

# A room sees itself, and what stands here. Everything in firmware/ may also include firmware/limits.hpp.
BELOW = {
    "firmware/core": [],
    "firmware/transport": ["firmware/core"],
    "firmware/http": ["firmware/core"],
    "firmware/websocket": ["firmware/core", "firmware/http"],  # no I/O, so no transport
    "firmware/connection": ["firmware/core", "firmware/transport", "firmware/http", "firmware/websocket"],
    "firmware/router": ["firmware/core", "firmware/http"],
    "firmware/server": ["firmware/core", "firmware/transport", "firmware/http", "firmware/websocket",
                        "firmware/connection", "firmware/router"],
    "firmware/dashboard": ["firmware/core", "firmware/http"],
    "firmware/app": ["firmware/core", "firmware/transport", "firmware/http", "firmware/websocket",
                     "firmware/connection", "firmware/router", "firmware/server", "firmware/dashboard", "shared"],
    "firmware/tools": ["firmware/core", "firmware/http", "firmware/router", "firmware/app", "shared"],
    "shared": [],
    "desktop/core": ["shared"],
    "desktop/ui": ["desktop/core", "shared"],
    "desktop": ["desktop/core", "desktop/ui", "shared"],
}

# A port implements the transport, the server's worker seam and the application's device interface.
PORT_BELOW = ["firmware/core", "firmware/transport", "firmware/server/work", "firmware/app", "shared"]
# Its main.cpp wires everything together; where a port is a component of another project's main.cpp,
# start_board.cpp does.
WIRING = ("/main.cpp", "/start_board.cpp")
PORT_MAIN_BELOW = [room for room in BELOW if not room.startswith("desktop")]
# One TCP/IP stack, and one way to be found, serve several ports.
STACKS = ["firmware/stacks/lwip/", "firmware/stacks/mdns/"]
# What is compiled for one machine, and may know its system's headers.
MACHINES = ("firmware/ports/", "firmware/stacks/")

# Text of a fixed capacity: all rooms of both sides have the same.
EVERYWHERE = "shared/fixed_string.hpp"

# The limits that both sides must know, and the header that hands them to the firmware.
LIMITS = "firmware/limits.hpp"
SHARED_LIMITS = "shared/limits.hpp"

# Headers of an operating system, a chip or a network stack; on a board's side they belong to ports.
SYSTEM_HEADER = re.compile(r"(sys|netinet|arpa|net|linux|lwip|freertos|driver)/|esp_|nvs|mdns\.h|"
                           r"(unistd|fcntl|pthread|signal|netdb|poll|ifaddrs|windows|winsock2|dirent)\.h$")
QT_HEADER = re.compile(r"Q[A-Z]|Qt[A-Z]")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.M)
CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b[ \t]*(.*)$", re.M)
BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.S)


def room_of(path):
    """The room that a file stands in, or None where no rule applies (tests may include anything)."""
    parts = path.split("/")
    if parts[0] == "firmware" and len(parts) > 3 and parts[1] in ("ports", "stacks"):
        return "/".join(parts[:3])
    if parts[0] in ("firmware", "desktop") and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if parts[0] in ("shared", "desktop") else None


def may_include(path, target):
    room = room_of(path)
    if path == LIMITS:
        return target == SHARED_LIMITS
    if room is None or target == EVERYWHERE:
        return True
    if room_of(target) == room:
        return True
    if room.startswith("firmware/") and target == LIMITS:
        return True
    if room.startswith(MACHINES):
        allowed = PORT_MAIN_BELOW if path.endswith(WIRING) else PORT_BELOW
        allowed = [*allowed, *STACKS]
    else:
        allowed = BELOW.get(room, [])
    return any(target.startswith(one) if one in PORT_BELOW[2:3] or one.endswith("/")
               else room_of(target) == one for one in allowed)


def check_one(path, text):
    room = room_of(path)
    in_port = path.startswith(MACHINES)
    boards_side = path.startswith(("firmware/", "shared/"))
    text = BLOCK_COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)

    def at(found):
        return f"{path}:{text.count(chr(10), 0, found.start()) + 1}"

    if room and room not in BELOW and not in_port and path != LIMITS:
        yield f"{path}: {room} is a room that tests/architecture/includes.py does not know"
    for found in INCLUDE.finditer(text):
        kind, target = found.groups()
        if boards_side and QT_HEADER.match(target):
            yield f"{at(found)}: <{target}>: Qt belongs to desktop/"
        elif boards_side and not in_port and SYSTEM_HEADER.match(target):
            yield f"{at(found)}: <{target}>: the system's headers belong to firmware/ports/"
        elif kind == '"':
            if target.endswith(".moc") or target.startswith("ui_"):  # what Qt's tools generate
                continue
            if not target.startswith(("firmware/", "shared/", "desktop/", "tests/")):
                yield f'{at(found)}: "{target}": an include is written from the project\'s root'
            elif room is not None or path == LIMITS:
                if not may_include(path, target):
                    yield f'{at(found)}: "{target}": {room or path} must not include {room_of(target) or target}'
    for found in CONDITION.finditer(text):
        if boards_side and not in_port and "NDEBUG" not in found[1]:
            yield f"{at(found)}: #if {found[1]}: choose by file; conditions belong to firmware/ports/"
        elif path.startswith("desktop/") and not re.search(r"\b(QT?_|BOARDWALK_)", found[1]):
            yield f"{at(found)}: #if {found[1]}: only Qt's versions and platforms are asked for here"


def find_cycle(files):
    """The first circle of includes, as a list of paths, or None. `#pragma once` would hide it from the compiler."""
    below = {path: [target for kind, target in INCLUDE.findall(text) if kind == '"' and target in files]
             for path, text in files.items()}
    done = set()
    for start in sorted(below):
        way, trail = [iter([start])], []
        while way:
            step = next(way[-1], None)
            if step is None:
                way.pop()
                if trail:
                    done.add(trail.pop())
            elif step in trail:
                return [*trail[trail.index(step):], step]
            elif step not in done:
                trail.append(step)
                way.append(iter(below[step]))
    return None


def check(files):
    problems = [line for path in sorted(files) for line in check_one(path, files[path])]
    cycle = find_cycle(files)
    if cycle:
        problems.append("a circle of includes: " + " -> ".join(cycle))
    return problems
