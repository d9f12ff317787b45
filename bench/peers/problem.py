"""A problem of boa_regret for a tool in Python: its parameters, and a process that evaluates points."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "bench"))  # of common, for the scripts beside this file
REGRET = Path(os.environ.get("BOA_REGRET", ROOT / "build/release/bin/boa_regret"))


def problems():
    """Descriptions by name, in the tables' order."""
    lines = subprocess.run([REGRET, "list"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {problem["name"]: problem for problem in map(json.loads, lines)}


class Evaluator:
    """Evaluates points of one run. Metrics are a dict; `trace` holds log10 of the regret after each point."""

    def __init__(self, problem, seed):
        self.problem = problem
        self.trace = []
        self.process = subprocess.Popen([REGRET, "evaluate", problem["name"], str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, point):
        """point: values by parameter name."""
        values = [point[p["name"]] for p in self.problem["parameters"]]
        self.process.stdin.write(json.dumps(values) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.trace.append(round(answer["log10_regret"], 3))
        return dict(zip(self.problem["metrics"], answer["metrics"]))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def is_choice(parameter):
    return "values" in parameter


def is_integer(parameter):
    return parameter["value_type"] == "int"


def bound_of(text):
    """`c0 >= 0` as (metric, operator, bound)."""
    metric, operator, bound = text.split()
    return metric, operator, float(bound)
