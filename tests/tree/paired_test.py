#!/usr/bin/env python3
"""The statistics of bench/paired.py against values from tables."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from paired import holm, wilcoxon  # noqa: E402


class Wilcoxon(unittest.TestCase):
    def test_all_of_five_on_one_side(self):
        self.assertAlmostEqual(wilcoxon([-1, -2, -3, -4, -5]), 2 / 32)

    def test_the_tables_critical_value_for_ten_pairs(self):
        # Ranks 3 and 5 positive: T = 8, the largest that is significant at 5 %; T = 9 is not.
        self.assertAlmostEqual(wilcoxon([-1, -2, 3, -4, 5, -6, -7, -8, -9, -10]), 50 / 1024)
        self.assertGreater(wilcoxon([-1, -2, -3, 4, 5, -6, -7, -8, -9, -10]), 0.05)

    def test_sign_does_not_matter(self):
        differences = [0.3, -1.2, 2.5, 0.7, 3.1, -0.1]
        self.assertEqual(wilcoxon(differences), wilcoxon([-d for d in differences]))

    def test_equal_results_say_nothing(self):
        self.assertEqual(wilcoxon([0.0] * 20), 1.0)
        self.assertEqual(wilcoxon([]), 1.0)

    def test_ties_use_the_normal_approximation(self):
        self.assertLess(wilcoxon([1.0] * 15), 0.001)
        self.assertGreater(wilcoxon([1.0, -1.0] * 8), 0.9)


class Holm(unittest.TestCase):
    def test_textbook_example(self):
        adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
        for key, expected in {"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06}.items():
            self.assertAlmostEqual(adjusted[key], expected)

    def test_never_above_one(self):
        self.assertEqual(holm({"a": 0.9, "b": 0.8}), {"b": 1.0, "a": 1.0})


if __name__ == "__main__":
    unittest.main()
