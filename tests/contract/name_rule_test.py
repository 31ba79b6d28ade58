"""The rule of names, held against Python's own Unicode data.

usage: name_rule_test.py JUDGE_NAMES
"""

import random
import subprocess
import sys
import unicodedata
import unittest

JUDGE = sys.argv.pop(1)
# Later versions of Unicode may compose more, beyond the basic plane.
BASIC_PLANE = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
# Marks that came with Unicode 15, 16 and 17.
LATER_MARKS = {chr(code) for code in (0x897, 0xECE, *range(0x1ACF, 0x1B00))}
STRIKE_OUT = "\u0338"  # left out of the table: it strikes out mathematical signs


def judge(names):
    """What the rule says about each of them."""
    lines = "".join(name.encode().hex() + "\n" for name in names)
    answer = subprocess.run([JUDGE], input=lines, capture_output=True, text=True, check=True, timeout=120)
    verdicts = answer.stdout.split("\n")[:-1]
    assert len(verdicts) == len(names)
    return verdicts


def is_composed(name):
    return unicodedata.is_normalized("NFC", name)


def belongs_within(name):
    """Whether a mark would stand before one that its letter has already, as U+0327 before the accent of É.

    That is not judged: it takes a table of what each letter consists of.
    """
    within = max(unicodedata.combining(part) for part in unicodedata.normalize("NFD", name[0]))
    return any(0 < unicodedata.combining(mark) < within for mark in name[1:])


class Composition(unittest.TestCase):
    def check(self, names):
        for name, verdict in zip(names, judge(names)):
            told = "(NFC)" in verdict
            if "cannot be seen" not in verdict and "blank" not in verdict:
                self.assertEqual(told, not is_composed(name), f"{name.encode('unicode_escape')} {verdict}")

    def test_each_character_by_itself(self):
        self.check(["x" + character + "x" for character in BASIC_PLANE])

    def test_each_pair_that_is_one_character_of_its_own(self):
        names = [unicodedata.normalize("NFD", character) for character in BASIC_PLANE]
        names = [name for name in names if len(name) > 1 and STRIKE_OUT not in name]
        self.assertGreater(len(names), 12_000)  # most of them Hangul
        self.check(names)
        # With a mark apart from a letter that has others already.
        self.check([unicodedata.normalize("NFC", name[:-1]) + name[-1] for name in names])

    def test_each_letter_with_each_mark(self):
        letters = [chr(code) for code in (*range(0x41, 0x250), *range(0x391, 0x530), *range(0x1E00, 0x2000))]
        marks = [chr(code) for code in range(0x300, 0x346) if not unicodedata.normalize("NFC", chr(code)) != chr(code)]
        names = [letter + mark for letter in letters if letter.isalpha() and is_composed(letter) for mark in marks]
        self.check([name for name in names if not belongs_within(name)])

    def test_marks_stand_in_their_order_and_none_beside_a_letter_that_it_is_one_with(self):
        chance = random.Random(9)
        marks = [mark for mark in BASIC_PLANE if unicodedata.combining(mark) and mark not in LATER_MARKS]
        self.assertGreater(len(marks), 600)
        often = [chr(code) for code in range(0x300, 0x34F)]
        letters = [*"aeioukqsxAEÉộ가ガक", "\u05d1", "\u0628", "\U0001d158"]
        names = [name for mark in marks for name in (f"x\u0323{mark}", f"x\u0301{mark}", f"x{mark}\u0323")]
        for pool in (marks, often):
            names += [chance.choice(letters) + "".join(chance.choices(pool, k=chance.randrange(2, 5))) for _ in range(10_000)]
        names = [name for name in names if STRIKE_OUT not in name and not belongs_within(name)]
        refused = sum(not is_composed(name) for name in names)
        self.assertGreater(refused, 10_000)
        self.assertGreater(len(names) - refused, 4_000)
        self.check(names)


class WhatIsUnseen(unittest.TestCase):
    def test_no_control_separator_or_format_character_of_the_basic_plane_is_taken_within_a_name(self):
        for character, verdict in zip(BASIC_PLANE, judge(["a" + character + "b" for character in BASIC_PLANE])):
            kind = unicodedata.category(character)
            # Arabic and Kaithi number signs are of the kind Cf, and are seen.
            is_number_sign = 0x600 <= ord(character) <= 0x605 or ord(character) in (0x6DD, 0x70F, 0x890, 0x891, 0x8E2)
            joins = character in "\u200c\u200d"  # between two letters
            if kind in ("Cc", "Zl", "Zp", "Cf") and not is_number_sign and not joins:
                self.assertIn(f"U+{ord(character):04X}", verdict)

    def test_no_blank_stands_at_an_end(self):
        blanks = [character for character in BASIC_PLANE if character.isspace()]
        self.assertGreater(len(blanks), 20)
        for name in [blank + "a" for blank in blanks] + ["a" + blank for blank in blanks]:
            self.assertNotEqual(judge([name]), [""], name.encode("unicode_escape"))

    def test_a_name_of_letters_of_any_script_is_taken(self):
        names = ["Garden shed", "Küche", "台所 🌱", "мастерская", "חדר 5", "غرفة", "कमरा", "ห้อง", "Ẹ̀kọ́", "👩‍🌾", "❤️", "🇩🇪", "a"]
        self.assertEqual(judge([unicodedata.normalize("NFC", name) for name in names]), [""] * len(names))


class Cleaning(unittest.TestCase):
    def test_whatever_is_cleaned_is_a_name_or_nothing(self):
        chance = random.Random(7)
        parts = ["a", " ", "\u0301", "\u200d", "\u202e", "\u1112", "\u1161", "\u11ab", "e", "\u00a0", "\U0001f469", "\u212a"]
        names = ["".join(chance.choices(parts, k=chance.randrange(40))) for _ in range(20_000)]
        raw = [name.encode() for name in names[:2_000]]
        lines = "".join(name[: chance.randrange(len(name) + 1)].hex() + "\n" for name in raw)
        answer = subprocess.run([JUDGE], input=lines, capture_output=True, text=True, check=True, timeout=120)
        self.assertNotIn("is not cleaned", answer.stdout)
        self.assertNotIn("is not cleaned", judge(names))


if __name__ == "__main__":
    unittest.main()
