#!/usr/bin/env python3
"""Kills boa with SIGKILL at random moments of a run, resumes it each time, and checks that nothing is lost.

    kill_campaign.py BOA [--kills 20] [--trials 40] [--seed 0]

The model logs its own start and end. At the end every trial number occurs once, no model was started twice, every model
that ended by itself is COMPLETED with the value it wrote, and there are as many trials as asked for.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

CONFIG = """\
objective:
  metrics:
    - name: y
parameters:
  x: {{type: range, bounds: [0.0, 1.0]}}
n_trials: {trials}
scheduler:
  max_pending_trials: 3
generation_strategy:
  steps: [{{model: SOBOL, num_trials: -1}}]
  random_seed: 3
script_options:
  run_model: sh model.sh
  append_timestamp: false
  exp_name: campaign
"""

# Every fourth trial is slow, so that models outlive a killed boa.
MODEL = """\
index=$(basename "$1" | sed 's/^0*//'); index=${index:-0}
echo "start $index" >> evaluations.log
if [ $((index % 4)) = 3 ]; then sleep 0.6; else sleep 0.05; fi
echo '{"y": '"$index"'.5}' > "$1/output.json"
echo "end $index" >> evaluations.log
"""


def fail(message):
    print("FAILED: " + message)
    sys.exit(1)


def run_until_killed(command, folder, delay):
    """Starts boa and kills it after `delay` seconds. True if it was killed, False if it had ended before."""
    with open(folder / "boa.log", "ab") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            status = process.wait(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
    if status not in (0, 2):
        fail(f"boa ended with status {status}:\n" + (folder / "boa.log").read_text()[-3000:])
    return False


def check(boa, folder, trials):
    shown = subprocess.run([boa, "trials", "campaign", "--json"], cwd=folder, check=True, capture_output=True)
    rows = json.loads(shown.stdout)
    if [row["index"] for row in rows] != list(range(trials)):
        fail(f"trial numbers are {[row['index'] for row in rows]}")
    log = (folder / "evaluations.log").read_text().split("\n")
    starts = [line.split()[1] for line in log if line.startswith("start ")]
    ends = {int(line.split()[1]) for line in log if line.startswith("end ")}
    twice = sorted({index for index in starts if starts.count(index) > 1})
    if twice:
        fail(f"models of trials {twice} were started twice")
    for row in rows:
        if row["index"] not in ends:
            fail(f"trial {row['index']} is {row['status']} ({row['reason']}), but its model never ended")
        if row["status"] != "COMPLETED" or row["metrics"]["y"]["mean"] != row["index"] + 0.5:
            fail(f"trial {row['index']} is {row['status']} with {row['metrics']}: {row['reason']}")
    table = (folder / "campaign" / "optimization.csv").read_text().strip().split("\n")
    if len(table) != trials + 1:
        fail(f"optimization.csv has {len(table) - 1} rows")
    state = json.loads((folder / "campaign" / "scheduler.json").read_text())
    if len(state["experiment"]["trials"]) != trials:
        fail("scheduler.json does not hold every trial")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("boa", type=pathlib.Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    args = parser.parse_args()
    boa = str(args.boa.resolve())
    rng = random.Random(args.seed)
    print(f"seed {args.seed}")
    with tempfile.TemporaryDirectory(prefix="boa-kill-") as name:
        folder = pathlib.Path(name)
        (folder / "config.yaml").write_text(CONFIG.format(trials=args.trials))
        (folder / "model.sh").write_text(MODEL)
        (folder / "evaluations.log").touch()
        killed = 0
        while killed < args.kills:
            # The very first moments, when the folder appears, are as interesting as the middle of the run.
            delay = rng.choice([rng.uniform(0.0, 0.03), rng.uniform(0.0, 0.3)])
            exists = (folder / "campaign").exists()
            command = [boa, "resume", "campaign"] if exists else [boa, "run", "config.yaml"]
            was_killed = run_until_killed(command, folder, delay)
            killed += 1
            if not was_killed and exists:
                print(f"the run had ended after {killed} kills")
                break
        for _ in range(2):
            if not (folder / "campaign").exists():
                run_until_killed([boa, "run", "config.yaml"], folder, 120)
            shown = subprocess.run([boa, "status", "campaign", "--json"], cwd=folder, capture_output=True, check=True)
            status = json.loads(shown.stdout)
            if sum(status["trials"].values()) < status["goal"] or status["trials"].get("RUNNING"):
                run_until_killed([boa, "resume", "campaign"], folder, 120)
        if leftovers := [entry for entry in os.listdir(folder) if entry.startswith(".")]:
            # A temporary folder that a kill left behind is allowed once a kill, but must not be mistaken for a run.
            print(f"left behind by kills: {leftovers}")
        check(boa, folder, args.trials)
    print(f"1 passed, 0 failed")


if __name__ == "__main__":
    main()
