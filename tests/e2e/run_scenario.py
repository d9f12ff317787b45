#!/usr/bin/env python3
"""Runs one end-to-end scenario with the real program: run_scenario.py BOA SCENARIO_FOLDER

README.md in this folder describes the format of expect.json. A scenario runs in a fresh copy of its folder, and
whatever it leaves running is ended. Prints what was not as expected, with the program's output, and ends with status 1.
"""

import csv
import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STEP_KEYS = {
    "arguments", "shell", "standard_input", "environment", "seconds", "signal", "status", "stderr", "stderr_not", "stdout", "stdout_not", "output",
    "stdout_json", "stdout_json_lines", "counts", "trials", "every_trial", "best", "csv", "files", "no_files", "new_entries", "why",
}
TOP_KEYS = {"claim", "project", "folder", "needs", "steps"}


class Unexpected(Exception):
    """Something was not as expect.json says."""


def expect(condition, message):
    if not condition:
        raise Unexpected(message)


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def check_keys(mapping, allowed, where):
    unknown = set(mapping) - allowed
    expect(not unknown, f"{where}: unknown keys {sorted(unknown)} (allowed: {sorted(allowed)})")


def search(pattern, text):
    return re.search(pattern, text, re.MULTILINE)


def matches(expected, found):
    """Expected may be a part of what was found: mappings by key, lists item by item, strings that begin with ~ by regex."""
    if isinstance(expected, dict):
        if set(expected) & {"at_least", "at_most"}:
            return isinstance(found, (int, float)) and expected.get("at_least", -math.inf) <= found <= expected.get("at_most", math.inf)
        return isinstance(found, dict) and all(key in found and matches(value, found[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(found, list) and len(expected) == len(found) and all(map(matches, expected, found))
    if isinstance(expected, str) and expected.startswith("~"):
        return isinstance(found, str) and bool(search(expected[1:], found))
    if isinstance(expected, float) and isinstance(found, (int, float)) and not isinstance(found, bool):
        return math.isclose(expected, found, rel_tol=1e-12)
    return type(expected) is type(found) and expected == found


class Scenario:
    def __init__(self, boa, folder, scratch):
        self.boa, self.folder, self.scratch = str(boa), folder, scratch
        self.expected = read_json(folder / "expect.json")
        check_keys(self.expected, TOP_KEYS, "expect.json")
        expect(self.expected.get("steps"), "expect.json has no steps")
        self.project = scratch / self.expected.get("folder", "project")
        source = ROOT / self.expected["project"] if "project" in self.expected else folder
        shutil.copytree(source, self.project, ignore=shutil.ignore_patterns("expect.json", "model.[0-9]*", "*_[0-9]*T[0-9]*"))
        self.stdout = self.stderr = ""
        self.before = set()

    def experiment(self):
        """The newest experiment folder."""
        stores = sorted(self.scratch.rglob("boa.sqlite"), key=lambda path: path.stat().st_mtime_ns)
        expect(stores, "there is no experiment folder (no boa.sqlite)")
        return stores[-1].parent

    def fill(self, text):
        if "{exp}" in text:
            text = text.replace("{exp}", str(self.experiment()))
        return text.replace("{project}", str(self.project)).replace("{boa}", self.boa)

    def run(self):
        for program in self.expected.get("needs", []):
            expect(shutil.which(program), f"this scenario needs the program {program}: ./run-tests --setup-only installs it")
        for number, step in enumerate(self.expected["steps"]):
            try:
                check_keys(step, STEP_KEYS, "step")
                self.run_step(step)
            except Unexpected as error:
                what = step.get("shell") or "boa " + " ".join(step.get("arguments", []))
                raise Unexpected(f"step {number + 1} ({what}): {error}") from None

    def run_step(self, step):
        self.before = {path.name for path in self.project.iterdir()}
        if "shell" in step:
            command = ["sh", "-euc", self.fill(step["shell"])]
        else:
            command = [self.boa] + [self.fill(argument) for argument in step["arguments"]]
        status = self.execute(command, step)
        expect(status == step.get("status", 0), f"exit status {status}, expected {step.get('status', 0)}")
        self.check_output(step)
        self.check_experiment(step)
        self.check_files(step)

    def execute(self, command, step):
        environment = {**os.environ, "NO_COLOR": "1", "HOME": str(self.scratch), "BOA": self.boa, **step.get("environment", {})}
        environment.pop("BOA_CONFIG", None)
        process = subprocess.Popen(command, cwd=self.project, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, errors="replace")
        collected = {"stdout": [], "stderr": []}
        pending_signals = list(step.get("signal", []))

        def collect(name, stream):
            for line in stream:
                collected[name].append(line)
                while pending_signals and name == "stderr" and search(pending_signals[0]["after"], line):
                    process.send_signal(getattr(signal, "SIG" + pending_signals.pop(0)["send"]))

        threads = [threading.Thread(target=collect, args=(name, getattr(process, name)), daemon=True) for name in collected]
        for thread in threads:
            thread.start()
        try:
            process.stdin.write(step.get("standard_input", ""))
            process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            status = process.wait(timeout=step.get("seconds", 60))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            status = "none: still running after the time allowed"
        for thread in threads:
            thread.join(timeout=2)  # a model that outlives boa may hold the pipe
        self.stdout, self.stderr = "".join(collected["stdout"]), "".join(collected["stderr"])
        return status

    def check_output(self, step):
        for name, text in (("stderr", self.stderr), ("stdout", self.stdout), ("output", self.stdout + self.stderr)):
            for pattern in step.get(name, []):
                expect(search(pattern, text), f"{name} does not have /{pattern}/")
            for pattern in step.get(name + "_not", []):
                expect(not search(pattern, text), f"{name} has /{pattern}/")
        if "stdout_json" in step:
            self.expect_match("standard output", step["stdout_json"], json.loads(self.stdout))
        if "stdout_json_lines" in step:
            self.expect_match("standard output", step["stdout_json_lines"], [json.loads(line) for line in self.stdout.splitlines()])

    @staticmethod
    def expect_match(what, expected, found):
        expect(matches(expected, found), f"{what}: expected {json.dumps(expected)}\n  found {json.dumps(found)}")

    def ask(self, command):
        done = subprocess.run([self.boa, command, str(self.experiment()), "--json"], capture_output=True, text=True, check=False, timeout=60)
        expect(done.returncode == 0, f"boa {command} --json ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    def check_experiment(self, step):
        if "counts" in step:
            found = self.ask("status")["trials"]
            expect(found == step["counts"], f"trials by status: expected {step['counts']}, found {found}\n{self.reasons()}")
        if "trials" in step or "every_trial" in step:
            trials = self.ask("trials")
            by_index = {str(trial["index"]): trial for trial in trials}
            for index, expected in step.get("trials", {}).items():
                expect(index in by_index, f"there is no trial {index}")
                self.expect_match(f"trial {index}", expected, by_index[index])
            for trial in trials:
                self.expect_match(f"trial {trial['index']}", step.get("every_trial", {}), trial)
        if "best" in step:
            self.expect_match("best", step["best"], self.ask("best"))
        if "csv" in step:
            self.check_csv(step["csv"])

    def reasons(self):
        return "\n".join(f"  {trial['index']}: {trial['status']} {trial['reason'] or ''}" for trial in self.ask("trials"))

    def check_csv(self, expected):
        check_keys(expected, {"columns", "rows", "cells"}, "csv")
        with open(self.experiment() / "optimization.csv", encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
            file.seek(0)
            columns = next(csv.reader(file), [])
        if "columns" in expected:
            expect(columns == expected["columns"], f"optimization.csv: columns {columns}, expected {expected['columns']}")
        if "rows" in expected:
            expect(len(rows) == expected["rows"], f"optimization.csv: {len(rows)} rows, expected {expected['rows']}")
        for row, cells in expected.get("cells", {}).items():
            self.expect_match(f"optimization.csv, row {row}", cells, rows[int(row)])

    def check_files(self, step):
        for name, pattern in step.get("files", {}).items():
            path = self.project / self.fill(name)
            expect(path.exists(), f"{name} does not exist")
            if pattern:
                text = path.read_text(encoding="utf-8", errors="replace")
                expect(search(pattern, text), f"{name} does not have /{pattern}/ but:\n{text}")
        for name in step.get("no_files", []):
            expect(not (self.project / self.fill(name)).exists(), f"{name} exists")
        if "new_entries" in step:
            found = sorted({path.name for path in self.project.iterdir()} - self.before)
            patterns = step["new_entries"]
            fits = len(found) == len(patterns) and all(re.fullmatch(p, name) for p, name in zip(patterns, found))
            expect(fits, f"new in the project's folder: {found}, expected {patterns}")


def end_what_is_left(scratch):
    """Models may outlive boa: ends every process that works inside of the scratch folder."""
    for _ in range(20):
        found = False
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if os.readlink(entry / "cwd").startswith(str(scratch)):
                    os.kill(int(entry.name), signal.SIGKILL)
                    found = True
            except OSError:
                continue
        if not found:
            return
        time.sleep(0.05)


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    scratch = Path(os.path.realpath(tempfile.mkdtemp(prefix="boa-e2e-")))
    scenario = None
    try:
        scenario = Scenario(Path(arguments[1]).resolve(), Path(arguments[2]).resolve(), scratch)
        scenario.run()
    except (Unexpected, json.JSONDecodeError) as error:
        print(f"{Path(arguments[2]).name}: {error}")
        if scenario is not None:
            print(f"-- standard output --\n{scenario.stdout[-4000:]}\n-- standard error --\n{scenario.stderr[-8000:]}")
        return 1
    finally:
        end_what_is_left(scratch)
        for folder in scratch.rglob("*"):
            if folder.is_dir() and not folder.is_symlink():
                folder.chmod(0o755)
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"{Path(arguments[2]).name}: {scenario.expected.get('claim', '')}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
