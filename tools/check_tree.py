#!/usr/bin/env python3
"""Looks at the tree itself: file names, tests that sleep, headers that do not guard themselves.

Prints one line a breach and ends with status 1 if there is one. Files longer than the sizes to aim at are named, which
is a report and no breach.

    tools/check_tree.py [ROOT]
"""

import re
import sys
from pathlib import Path

SLEEP = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(")
LEFT_BEHIND = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
SNAKE_CASE = re.compile(r"^[a-z][a-z0-9_]*\.(cpp|hpp)$")
AIMS = {"header": 250, "source": 350, "test": 500}


def kind_of(path):
    if path.suffix == ".hpp":
        return "header"
    return "test" if path.stem.endswith("_test") else "source"


def without_comment(line):
    return line.split("//", 1)[0]


def check_file(path, name):
    lines = path.read_text(encoding="utf-8").splitlines()
    if not SNAKE_CASE.match(path.name):
        yield f"{name}:1: file names are snake_case.hpp or snake_case.cpp"
    if path.suffix == ".hpp" and "#pragma once" not in lines:
        yield f"{name}:1: a header begins with #pragma once"
    for number, line in enumerate(lines, 1):
        if LEFT_BEHIND.search(line):
            yield f"{name}:{number}: left behind: {line.strip()}"
        if kind_of(path) == "test" and SLEEP.search(without_comment(line)):
            yield f"{name}:{number}: a test does not sleep; use testing/fake_clock.hpp"


def long_file(path, name):
    aim = AIMS[kind_of(path)]
    length = len(path.read_text(encoding="utf-8").splitlines())
    return f"  {name}: {length} lines (aim: {aim})" if length > aim else None


def main(arguments):
    root = (Path(arguments[1]) if len(arguments) > 1 else Path(__file__).resolve().parent.parent).resolve()
    files = [path for folder in ("src", "apps") for path in sorted((root / folder).rglob("*")) if path.suffix in (".cpp", ".hpp")]
    breaches, long_files = [], []
    for path in files:
        name = str(path.relative_to(root))
        breaches += check_file(path, name)
        long_files.append(long_file(path, name))
    if not files:
        breaches.append(f"{root}: no source file was found")
    for breach in breaches:
        print(breach)
    long_files = [line for line in long_files if line]
    if long_files:
        print("Longer than the size to aim at:", *long_files, sep="\n")
    print(f"{len(files)} files, {len(breaches)} breaches.")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
