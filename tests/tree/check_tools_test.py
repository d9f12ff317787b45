#!/usr/bin/env python3
"""The checks of the tree must be able to fail: each breach is made in a small tree of its own."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = """
boa_module(util LIBRARIES yaml_cpp)
boa_module(testing DEPENDS util)
boa_module(math DEPENDS util LIBRARIES Eigen3::Eigen)
boa_module(core DEPENDS util)
boa_module(storage DEPENDS core
                           util)
boa_module(cli DEPENDS storage core util)
"""
GOOD = {
    "src/boa/CMakeLists.txt": TABLE,
    "src/boa/util/text.hpp": "#pragma once\n#include <fmt/core.h>\n",
    "src/boa/util/yaml.cpp": "#include <yaml-cpp/yaml.h>\n",
    "src/boa/math/cholesky.cpp": "#include <Eigen/Cholesky>\n#include \"boa/util/text.hpp\"\n",
    "src/boa/math/cholesky.hpp": "#pragma once\n#include <Eigen/Core>\n",
    "src/boa/core/trial.hpp": "#pragma once\n#include \"boa/util/text.hpp\"\n",
    "src/boa/core/trial_test.cpp": "#include <gtest/gtest.h>\n#include \"boa/testing/clock.hpp\"\n",
    "src/boa/testing/clock.hpp": "#pragma once\n",
    "src/boa/storage/store.cpp": "#include <soci/soci.h>\n#include \"boa/core/trial.hpp\"\n",
    "apps/boa.cpp": "#include \"boa/core/trial.hpp\"\n",
}


class ToolTest(unittest.TestCase):
    def run_tool(self, tool, changes):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**GOOD, **changes}.items():
                path = Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            done = subprocess.run([sys.executable, ROOT / "tools" / tool, folder], capture_output=True, text=True, check=False)
            return done.returncode, done.stdout

    def assert_breach(self, tool, changes, words):
        status, output = self.run_tool(tool, changes)
        self.assertEqual(status, 1, output)
        self.assertIn(words, output)


class Layers(ToolTest):
    def breach(self, changes, words):
        self.assert_breach("check_layers.py", changes, words)

    def test_a_good_tree_passes(self):
        status, output = self.run_tool("check_layers.py", {})
        self.assertEqual(status, 0, output)

    def test_including_a_module_above_is_a_breach(self):
        self.breach({"src/boa/util/up.cpp": '#include "boa/core/trial.hpp"\n'}, "src/boa/util/up.cpp:1: module 'util' may not include 'core'")

    def test_including_a_module_beside_is_a_breach(self):
        self.breach({"src/boa/core/side.hpp": '#pragma once\n\n#include "boa/math/cholesky.hpp"\n'}, "side.hpp:3: module 'core' may not include 'math'")

    def test_a_module_that_the_table_does_not_know_is_a_breach(self):
        self.breach({"src/boa/extra/x.cpp": "\n"}, "folder 'extra' is not in the layer table")

    def test_a_cycle_in_the_table_is_a_breach(self):
        self.breach({"src/boa/CMakeLists.txt": TABLE.replace("boa_module(util ", "boa_module(util DEPENDS core ")}, "'util' depends on 'core', which is not below it")

    def test_a_cycle_of_headers_is_a_breach(self):
        self.breach(
            {"src/boa/core/a.hpp": '#include "boa/core/b.hpp"\n', "src/boa/core/b.hpp": '#include "boa/core/a.hpp"\n'},
            "closes a cycle",
        )

    def test_testing_belongs_to_tests(self):
        self.breach({"src/boa/core/x.cpp": '#include "boa/testing/clock.hpp"\n'}, "may not include 'testing'")

    def test_a_library_outside_of_its_module_is_a_breach(self):
        for header, owner in [("soci/soci.h", "storage"), ("sqlite3.h", "storage"), ("rapidjson/document.h", "util"), ("nlopt.hpp", "optim"),
                              ("CLI/CLI.hpp", "cli"), ("spdlog/spdlog.h", "util"), ("coin/ClpSimplex.hpp", "optim"), ("boost/math/x.hpp", "math")]:
            with self.subTest(header):
                self.breach({"src/boa/core/x.cpp": f"#include <{header}>\n"}, f"is included by {owner} alone")

    def test_a_heavy_library_in_a_header_is_a_breach(self):
        self.breach({"src/boa/storage/store.hpp": "#include <soci/soci.h>\n"}, "too heavy for a header")
        self.breach({"src/boa/core/x.hpp": "#include <fmt/format.h>\n"}, "too heavy for a header")

    def test_core_without_eigen(self):
        self.breach({"src/boa/core/x.hpp": "#include <Eigen/Core>\n"}, "uses no Eigen")

    def test_decompositions_live_in_math(self):
        self.breach({"src/boa/storage/x.cpp": "#include <Eigen/LU>\n"}, "is included by math alone")

    def test_one_file_alone_includes_yaml_cpp(self):
        self.breach({"src/boa/util/more.cpp": "#include <yaml-cpp/yaml.h>\n"}, "is included by one file alone, src/boa/util/more.cpp")

    def test_applications_own_no_library(self):
        self.breach({"apps/x.cpp": "#include <CLI/CLI.hpp>\n"}, "is included by cli alone")

    def test_relative_includes_are_a_breach(self):
        self.breach({"src/boa/core/x.cpp": '#include "trial.hpp"\n'}, "are included as")

    def test_googletest_belongs_to_tests(self):
        self.breach({"src/boa/core/x.cpp": "#include <gtest/gtest.h>\n"}, "belongs into *_test.cpp")


class Tree(ToolTest):
    def breach(self, changes, words):
        self.assert_breach("check_tree.py", changes, words)

    def test_a_good_tree_passes(self):
        status, output = self.run_tool("check_tree.py", {})
        self.assertEqual(status, 0, output)

    def test_a_sleeping_test_is_a_breach(self):
        self.breach({"src/boa/core/x_test.cpp": "void f() { std::this_thread::sleep_for(1s); }\n"}, "a test does not sleep")

    def test_a_camel_case_file_is_a_breach(self):
        self.breach({"src/boa/core/MyFile.cpp": "\n"}, "snake_case")

    def test_a_header_without_guard_is_a_breach(self):
        self.breach({"src/boa/core/x.hpp": "int x();\n"}, "#pragma once")

    def test_a_note_to_oneself_is_a_breach(self):
        self.breach({"src/boa/core/x.cpp": "// TO" + "DO: later\n"}, "left behind")

    def test_a_long_file_is_only_reported(self):
        status, output = self.run_tool("check_tree.py", {"src/boa/core/x.hpp": "#pragma once\n" + "int x();\n" * 400})
        self.assertEqual(status, 0, output)
        self.assertIn("src/boa/core/x.hpp: 401 lines (aim: 250)", output)


if __name__ == "__main__":
    unittest.main()
