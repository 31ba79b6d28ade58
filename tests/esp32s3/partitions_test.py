"""The tables of partitions fit their flash, and the boot loader and OTA will take them.

usage: partitions_test.py FOLDER_OF_THE_PORT
"""

import pathlib
import re
import sys
import unittest

PORT = pathlib.Path(sys.argv.pop(1))
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20}
SECTOR, PAGE = 0x1000, 0x10000
FIRST = 0x9000  # behind boot loader and table


def number(text):
    found = re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)([KM]?)", text)
    return int(found[1], 0) * UNITS[found[2]]


def read(text):
    rows = [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [(name, kind, sub, number(offset), number(size)) for name, kind, sub, offset, size, *_ in rows]


def faults(table, flash):
    found = []
    end = FIRST
    for name, kind, sub, offset, size in sorted(table, key=lambda row: row[3]):
        align = PAGE if kind == "app" else SECTOR
        if offset < end:
            found.append(f"{name} overlaps what is before it")
        if offset % align or size % SECTOR:
            found.append(f"{name} is not aligned")
        if len(name) > 15:
            found.append(f"{name} is too long a name")
        end = offset + size
    if end > flash:
        found.append("larger than the flash")
    kinds = {sub: size for _, _, sub, _, size in table}
    if kinds.get("ota_0") is None or kinds.get("ota_0") != kinds.get("ota_1"):
        found.append("needs two slots of one size")
    if kinds.get("ota") != 2 * SECTOR:
        found.append("otadata has two sectors")
    if kinds.get("nvs", 0) < 3 * SECTOR:
        found.append("nvs needs three sectors")
    return found


class Partitions(unittest.TestCase):
    def test_each_table_fits_its_flash(self):
        for megabytes in (8, 16):
            with self.subTest(megabytes):
                table = read((PORT / f"partitions_{megabytes}mb.csv").read_text())
                self.assertEqual(faults(table, megabytes << 20), [])
                last = max(offset + size for *_, offset, size in table)
                self.assertEqual(last, megabytes << 20, "nothing is left over")

    def test_the_configurations_name_them(self):
        for defaults, megabytes in (("sdkconfig.defaults", 8), ("sdkconfig.16mb", 16)):
            text = (PORT / defaults).read_text()
            self.assertIn(f'CONFIG_PARTITION_TABLE_CUSTOM_FILENAME="partitions_{megabytes}mb.csv"\n', text)
            self.assertIn(f"CONFIG_ESPTOOLPY_FLASHSIZE_{megabytes}MB=y\n", text)
        self.assertIn("CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE=y\n", (PORT / "sdkconfig.defaults").read_text())

    def test_each_fault_is_seen(self):
        good = read((PORT / "partitions_8mb.csv").read_text())
        by_name = {row[0]: row for row in good}

        def spoiled(name, offset=None, size=None):
            row = by_name[name]
            changed = (*row[:3], row[3] if offset is None else offset, row[4] if size is None else size)
            return faults([changed if one is row else one for one in good], 8 << 20)

        self.assertEqual(spoiled("ota_0", offset=0x21000), ["ota_0 is not aligned", "ota_1 overlaps what is before it"])
        self.assertEqual(spoiled("nvs", offset=0x8000), ["nvs overlaps what is before it"])
        self.assertEqual(spoiled("coredump", size=0x11000), ["larger than the flash"])
        self.assertEqual(spoiled("ota_1", size=0x2f0000), ["needs two slots of one size"])
        self.assertEqual(spoiled("otadata", size=0x1000), ["otadata has two sectors"])
        self.assertEqual(faults([row for row in good if row[0] != "nvs"], 8 << 20), ["nvs needs three sectors"])


if __name__ == "__main__":
    unittest.main()
