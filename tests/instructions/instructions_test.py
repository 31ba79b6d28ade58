"""Requests take as many instructions on the bare board as counts.json says, and the asset fewer than with lwIP's httpd."""

import os
import unittest
from pathlib import Path

import count

BIN = Path(os.environ["BOARDWALK_IMAGES"])
PLUGIN = Path(os.environ["BOARDWALK_COUNTER"])


class Instructions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.measured = count.measure(BIN, PLUGIN)
        print(count.table(cls.measured))

    def test_each_part_takes_what_the_file_says(self):
        if (here := count.made_with(BIN)) != count.MADE_WITH:
            self.skipTest(f"the file is for {count.MADE_WITH}, and this is {here}")
        expected = count.expected()
        self.assertEqual(set(self.measured), set(expected))
        for name, (part, _) in self.measured.items():
            with self.subTest(name):
                change = part.each() / expected[name] - 1
                said = f"{part.each()} instructions, the file says {expected[name]} ({change:+.1%})"
                self.assertLessEqual(change, count.TOLERANCE, f"{said}: if that is meant, {count.RENEW}")
                self.assertGreaterEqual(change, -count.TOLERANCE, f"{said}: better; {count.RENEW} keeps it so")

    def test_the_asset_takes_fewer_than_with_lwips_httpd(self):
        ours, httpd = (self.measured[name][0].each() for name in ("asset of 4 KB", "asset of 4 KB, lwIP's httpd"))
        self.assertLess(ours, httpd)

    def test_each_run_takes_the_same_instructions(self):
        again = count.run(BIN / "instructions-board.elf", PLUGIN)
        for part in again:
            self.assertEqual(part, self.measured[part.name][0])

    def test_the_table_says_what_the_file_says(self):
        table = count.TABLE.read_text().splitlines()
        missing = [row for row in map(count.row, *zip(*count.expected().items())) if row not in table]
        self.assertEqual(missing, [], f"not in docs/MEASURED.md: {count.RENEW}")


if __name__ == "__main__":
    unittest.main()
