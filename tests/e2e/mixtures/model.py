"""Strength of a mortar, greatest for a certain mixture; fails where the mixture is none."""

import json
import math
import pathlib
import sys

trial = pathlib.Path(sys.argv[1])
p = json.loads((trial / "parameters.json").read_text())
parts = p["cement"] + p["sand"] + p["water"] + p["fibre"]
assert abs(parts - 1) <= 1e-9, p
assert abs(p["curing"] + p["oven"] + p["days"] - 60) <= 1e-9 * 60, p
assert p["water"] >= 0.3 * p["cement"] - 1e-9, p
assert math.sqrt(p["cement"] * p["sand"]) >= 0.2 + p["fibre"] ** 2 - 1e-9, p
assert p["water"] / p["cement"] <= 0.9 + 2e-9, p
assert p["oven"] == round(p["oven"], 1) and isinstance(p["days"], int), p
mixture = (p["cement"] - 0.3) ** 2 + (p["water"] - 0.15) ** 2 + (math.log10(p["fibre"]) + 3) ** 2 / 20
strength = 40 * math.exp(-5 * mixture) + 0.1 * p["days"]
(trial / "output.json").write_text(json.dumps({"strength": strength}))
