"""A beam that is held at one end and carries a load of 10 kN at the other."""

import json
import sys
from pathlib import Path

trial_dir = Path(sys.argv[-1])
p = json.loads((trial_dir / "parameters.json").read_text())

stiffness, density = {"steel": (210e9, 7850.0), "aluminium": (70e9, 2700.0)}[p["material"]]
inertia = p["width"] * p["height"] ** 3 / 12
deflection = 10e3 * p["length"] ** 3 / (3 * stiffness * inertia)
mass = density * p["width"] * p["height"] * p["length"]

(trial_dir / "output.json").write_text(json.dumps({"mass": mass, "deflection": 100 * deflection}))
