#!/usr/bin/env python3
"""Holds every #include of the tree against the layer table in src/boa/CMakeLists.txt.

A module may include its own headers and those of the modules that its boa_module(... DEPENDS ...) line names. A
third-party library is included by the module that owns it, and where it is heavy, by source files only. Prints one line
a breach, `file:line: what is wrong`, and ends with status 1 if there is one.

    tools/check_layers.py [ROOT]
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".cpp", ".hpp", ".h", ".cc"}


class Library(NamedTuple):
    """A third-party library: which include paths are its own, who may include them, and whether headers may."""

    name: str
    pattern: re.Pattern
    owners: frozenset  # module names; empty: every module
    in_headers: bool
    one_file: bool = False


def library(name, pattern, owners=(), in_headers=False, one_file=False):
    return Library(name, re.compile(pattern), frozenset(owners), in_headers, one_file)


# First match wins.
LIBRARIES = [
    library("SOCI", r"^(soci/|soci\.h)", ["storage"]),
    library("SQLite", r"^sqlite3", ["storage"]),
    library("yaml-cpp", r"^yaml-cpp/", ["util"], one_file=True),
    library("RapidJSON", r"^rapidjson/", ["util"]),
    library("spdlog", r"^spdlog/", ["util"]),
    library("CLI11", r"^CLI/", ["cli"]),
    library("NLopt", r"^nlopt", ["optim"]),
    library("Clp", r"^(coin/|Clp|Coin|Osi)", ["optim"]),
    library("LAPACK", r"^(lapacke|cblas)", ["math"]),
    library("Boost", r"^boost/", ["math"]),
    library("Eigen's core", r"^Eigen/Core$", [], in_headers=True),
    library("Eigen's decompositions", r"^(Eigen|unsupported/Eigen)/", ["math"]),
    library("fmt's core", r"^fmt/core\.h$", [], in_headers=True),
    library("fmt", r"^fmt/", []),
]
TEST_ONLY = re.compile(r"^(gtest|gmock)/")
BENCH_ONLY = re.compile(r"^benchmark/")


class Breach(NamedTuple):
    file: str
    line: int
    message: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.message}"


def read_table(cmake_file):
    """Module name -> (names in DEPENDS, line), from the boa_module(...) calls."""
    text = re.sub(r"#[^\n]*", "", cmake_file.read_text(encoding="utf-8"))
    table = {}
    for call in re.finditer(r"\bboa_module\(([^)]*)\)", text):
        words = call.group(1).split()
        line = text.count("\n", 0, call.start()) + 1
        depends, collecting = [], False
        for word in words[1:]:
            if word in ("DEPENDS", "LIBRARIES"):
                collecting = word == "DEPENDS"
            elif collecting:
                depends.append(word)
        table[words[0]] = (depends, line)
    return table


def check_table(table, file):
    """The table itself: known names, no cycle, lowest first."""
    seen = set()
    for module, (depends, line) in table.items():
        for other in depends:
            if other not in table:
                yield Breach(file, line, f"module '{module}' depends on '{other}', which is no module")
            elif other not in seen:
                yield Breach(file, line, f"module '{module}' depends on '{other}', which is not below it (a cycle, or the order is wrong)")
        seen.add(module)


def includes_of(path):
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def is_test(path):
    return path.stem.endswith("_test")


class Checker:
    def __init__(self, root):
        self.root = root
        self.source = root / "src" / "boa"
        self.table_file = self.source / "CMakeLists.txt"
        self.table = read_table(self.table_file)
        self.breaches = list(check_table(self.table, self.relative(self.table_file)))
        self.users = {}  # library name -> files that include it
        self.edges = {}  # our file -> our files that it includes

    def relative(self, path):
        return str(path.relative_to(self.root))

    def add(self, path, line, message):
        self.breaches.append(Breach(self.relative(path), line, message))

    def run(self):
        if not self.table:
            self.add(self.table_file, 1, "no boa_module(...) call was found")
        for path in sorted(self.source.rglob("*")):
            if path.is_file() and path.suffix in SOURCE_SUFFIXES:
                parts = path.relative_to(self.source).parts
                self.check_file(path, parts[0] if len(parts) > 1 else None)
        apps = self.root / "apps"
        for path in sorted(apps.rglob("*")) if apps.is_dir() else []:
            if path.is_file() and path.suffix in SOURCE_SUFFIXES:
                self.check_file(path, None)
        self.check_one_file_libraries()
        self.check_include_cycles()
        return self.breaches

    def check_file(self, path, module):
        if module is None and self.source in path.parents:
            self.add(path, 1, "a source file belongs into the folder of a module")
            return
        if module is not None and module not in self.table:
            self.add(path, 1, f"folder '{module}' is not in the layer table, {self.relative(self.table_file)}")
            return
        for line, quote, name in includes_of(path):
            if name.startswith("boa/"):
                self.check_own(path, line, module, name)
            elif quote == '"' and module is None and (path.parent / name).is_file():
                continue  # a program's own header beside it
            elif quote == '"':
                self.add(path, line, f'"{name}": our headers are included as "boa/MODULE/file.hpp"')
            else:
                self.check_library(path, line, module, name)

    def check_own(self, path, line, module, name):
        target = self.root / "src" / name
        if not target.is_file():
            self.add(path, line, f'"{name}" does not exist')
            return
        self.edges.setdefault(path, []).append((line, target))
        other = Path(name).parts[1]
        if module is None or other == module:
            return
        allowed = set(self.table[module][0])
        if is_test(path):
            allowed.add("testing")
        if other not in allowed:
            may = ", ".join(self.table[module][0]) or "nothing"
            self.add(path, line, f"module '{module}' may not include '{other}' (allowed: {may})")

    def check_library(self, path, line, module, name):
        if TEST_ONLY.match(name):
            if not is_test(path) and module != "testing":
                self.add(path, line, f"<{name}> belongs into *_test.cpp files and into testing")
            return
        if BENCH_ONLY.match(name):
            if not path.stem.endswith("_bench"):
                self.add(path, line, f"<{name}> belongs into *_bench.cpp files")
            return
        for lib in LIBRARIES:
            if lib.pattern.match(name):
                self.check_owner(path, line, module, name, lib)
                return

    def check_owner(self, path, line, module, name, lib):
        if lib.one_file:
            self.users.setdefault(lib.name, []).append((path, line))
        if lib.owners and module not in lib.owners:
            self.add(path, line, f"<{name}>: {lib.name} is included by {', '.join(sorted(lib.owners))} alone")
        elif path.suffix in (".hpp", ".h") and not lib.in_headers:
            self.add(path, line, f"<{name}>: {lib.name} is too heavy for a header; include it in a source file")
        elif lib.name.startswith("Eigen") and module is not None and not self.sees_matrices(module):
            self.add(path, line, f"<{name}>: module '{module}' stands beside the mathematics and uses no Eigen")

    def sees_matrices(self, module):
        return module in ("math", "testing") or "math" in self.table[module][0]

    def check_one_file_libraries(self):
        for lib in LIBRARIES:
            files = sorted({path for path, _ in self.users.get(lib.name, [])})
            for path in files[1:]:
                self.add(path, 1, f"{lib.name} is included by one file alone, {self.relative(files[0])}")

    def check_include_cycles(self):
        """Depth first over the files; an edge back to a file that is still open closes a cycle."""
        state = {}

        def visit(path):
            state[path] = "open"
            for line, target in self.edges.get(path, []):
                if state.get(target) == "open":
                    self.add(path, line, f"including {self.relative(target)} closes a cycle")
                elif target not in state:
                    visit(target)
            state[path] = "done"

        sys.setrecursionlimit(10000)
        for path in sorted(self.edges):
            if path not in state:
                visit(path)


def main(arguments):
    root = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).resolve().parent.parent
    checker = Checker(root.resolve())
    breaches = checker.run()
    for breach in breaches:
        print(breach)
    if breaches:
        print(f"{len(breaches)} breaches of the layers; ARCHITECTURE.md says what they are for.", file=sys.stderr)
        return 1
    print(f"{len(checker.table)} modules keep their layers.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
