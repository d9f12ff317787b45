"""Loss of a method with its own parameters; fails if others are there."""

import json
import math
import pathlib
import sys

trial = pathlib.Path(sys.argv[1])
p = json.loads((trial / "parameters.json").read_text())
names = {"forest": ["depth", "method", "trees"], "network": ["decay", "method", "rate", "width"]}[p["method"]]
if p.get("decay"):
    names = sorted([*names, "half_life"])
assert sorted(p) == names, p
if p["method"] == "forest":
    loss = 0.3 + abs(p["depth"] - 6) / 20 + 1 / p["trees"]
else:
    loss = (math.log10(p["rate"]) + 2) ** 2 / 4 + abs(p["width"] - 40) / 100
    loss += abs(p["half_life"] - 10) / 100 if p["decay"] else 0.1
(trial / "output.json").write_text(json.dumps({"loss": loss}))
