#!/usr/bin/env python3
"""Faults of the machine, with the real program: faults.py BOA SCENARIO

Scenarios: full_disk, adopted_model, abandoned_child, torn_output, second_boa, moved_folder, unwritable_trial_folder.
With a third argument, a library to preload (dying_kill.cpp): killed_before_stopping, killed_after_stopping.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

CONFIG = """\
objective:
  metrics: [{{name: y}}]
parameters:
  x: {{type: range, bounds: [0.0, 1.0]}}
n_trials: {trials}
scheduler:
  max_pending_trials: {pending}
  tolerated_trial_failure_rate: 0.9
generation_strategy:
  steps: [{{model: SOBOL, num_trials: -1}}]
script_options:
  run_model: sh ../model.sh
  working_dir: .
  append_timestamp: false
  exp_name: run
"""

SKIPPED = 77


def fail(message):
    print("FAILED: " + message)
    sys.exit(1)


def expect(condition, message):
    if not condition:
        fail(message)


class Project:
    """A folder with a config and a model, and the program to try on it."""

    def __init__(self, boa, folder, model, trials=6, pending=1):
        self.boa, self.folder = boa, pathlib.Path(folder)
        self.work = self.folder / "work"
        self.work.mkdir(exist_ok=True)
        (self.work / "config.yaml").write_text(CONFIG.format(trials=trials, pending=pending))
        (self.folder / "model.sh").write_text(model)
        (self.folder / "starts.log").touch()

    def start(self, *args, **environment):
        return subprocess.Popen([self.boa, *args], cwd=self.work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL, text=True, env={**os.environ, **environment})

    def finish(self, *args, status=0, timeout=150):
        process = self.start(*args)
        output, _ = process.communicate(timeout=timeout)
        expect(process.returncode == status, f"boa {args} ended with {process.returncode}, not {status}:\n{output[-3000:]}")
        return output

    def trials(self, folder="run"):
        out = subprocess.run([self.boa, "trials", folder, "--json"], cwd=self.work, check=True, capture_output=True)
        return json.loads(out.stdout)

    def starts(self):
        return [int(line) for line in (self.folder / "starts.log").read_text().split()]

    def wait_for(self, condition, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not condition():
            expect(time.monotonic() < deadline, f"waited in vain for {what}")
            time.sleep(0.02)


NUMBER = 'index=$(basename "$1" | sed "s/^0*//"); index=${index:-0}; echo $index >> ../starts.log\n'
QUICK = NUMBER + 'echo "{\\"y\\": $index.5}" > "$1/output.json"\n'


def all_completed(project, count, folder="run"):
    rows = project.trials(folder)
    expect([row["index"] for row in rows] == list(range(count)), f"trial numbers: {[row['index'] for row in rows]}")
    for row in rows:
        expect(row["status"] == "COMPLETED", f"trial {row['index']} is {row['status']}: {row['reason']}")
        expect(row["metrics"]["y"]["mean"] == row["index"] + 0.5, f"trial {row['index']} has {row['metrics']}")
    expect(sorted(project.starts()) == list(range(count)), f"models started: {project.starts()}")


def full_disk(boa, folder):
    if os.geteuid() != 0:
        print("needs root to mount a small file system")
        sys.exit(SKIPPED)
    # Trial 2 fills the disk of the experiment; its own result was written before, in place.
    model = NUMBER + (
        'echo "{\\"y\\": $index.5}" > "$1/output.json"\n'
        'if [ $index = 2 ] && [ ! -e ../filled ]; then touch ../filled; '
        'dd if=/dev/zero of=filler bs=64k count=10000 2>/dev/null || dd if=/dev/zero of=filler2 bs=1 count=65536 2>/dev/null; fi\n'
        "exit 0\n")
    project = Project(boa, folder, model, trials=5)
    config = (project.work / "config.yaml").read_text()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", project.work], check=True)
    try:
        (project.work / "config.yaml").write_text(config)
        output = project.finish("run", "config.yaml", status=4, timeout=200)
        expect("boa -sp" in output, "the message does not say how to resume:\n" + output)
        started = project.starts()
        expect(3 not in started, f"a model was started although nothing could be stored: {started}")
        for filler in ("filler", "filler2"):
            (project.work / filler).unlink(missing_ok=True)
        project.finish("resume", "run")
        all_completed(project, 5)
    finally:
        subprocess.run(["umount", project.work], check=False)


def adopted_model(boa, folder):
    model = NUMBER + 'if [ $index = 1 ]; then sleep 2; fi\n' + 'echo "{\\"y\\": $index.5}" > "$1/output.json"\n'
    project = Project(boa, folder, model, trials=4)
    process = project.start("run", "config.yaml")
    project.wait_for(lambda: 1 in project.starts(), "trial 1 to start")
    process.send_signal(signal.SIGKILL)
    process.wait()
    project.finish("resume", "run")
    all_completed(project, 4)


def abandoned_child(boa, folder):
    # The model hands its work to a child in a session of its own, without any inherited file descriptor, and ends.
    model = NUMBER + (
        'if [ $index = 1 ]; then\n'
        "  setsid python3 -c 'import os, sys, time; os.closerange(3, 256); time.sleep(3); "
        'open(sys.argv[1] + "/output.json", "w").write("{\\"y\\": 1.5}")\' "$1" </dev/null >/dev/null 2>&1 &\n'
        'else echo "{\\"y\\": $index.5}" > "$1/output.json"; fi\n')
    project = Project(boa, folder, model, trials=3)
    process = project.start("run", "config.yaml")
    project.wait_for(lambda: 1 in project.starts(), "trial 1 to start")
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    project.finish("resume", "run")
    all_completed(project, 3)


def torn_output(boa, folder):
    model = NUMBER + 'if [ $index = 1 ]; then printf "{\\"y\\": 1." > "$1/output.json"; else echo "{\\"y\\": $index.5}" > "$1/output.json"; fi\n'
    project = Project(boa, folder, model, trials=4)
    output = project.finish("run", "config.yaml")
    rows = project.trials()
    expect([row["status"] for row in rows] == ["COMPLETED", "FAILED", "COMPLETED", "COMPLETED"], str(rows))
    expect("output.json" in rows[1]["reason"], rows[1]["reason"])
    expect("output.json" in output, "the message does not name the file:\n" + output)


def second_boa(boa, folder):
    project = Project(boa, folder, NUMBER + 'sleep 2; echo "{\\"y\\": $index.5}" > "$1/output.json"\n', trials=1)
    process = project.start("run", "config.yaml")
    project.wait_for(lambda: project.starts() == [0], "trial 0 to start")
    output = project.finish("resume", "run", status=2)
    expect("in use" in output, "the second boa does not say that the experiment is in use:\n" + output)
    process.communicate(timeout=60)
    expect(process.returncode == 0, "the first boa was disturbed")
    all_completed(project, 1)


def moved_folder(boa, folder):
    project = Project(boa, folder, QUICK, trials=3)
    project.finish("run", "config.yaml")
    moved = project.folder / "elsewhere"
    shutil.move(project.work, moved)
    project.work = moved
    project.finish("-sp", "run/scheduler.json")
    all_completed(project, 6)
    expect(not (project.folder / "work").exists(), "the old place came back")


def unwritable_trial_folder(boa, folder):
    # A file of the trial folder's name is in the way when trial 1 starts: its number is skipped, the others go on.
    model = NUMBER + 'if [ $index = 0 ]; then touch run/000001; fi; echo "{\\"y\\": $index.5}" > "$1/output.json"\n'
    project = Project(boa, folder, model, trials=4)
    output = project.finish("run", "config.yaml")
    rows = project.trials()
    bad = [row for row in rows if row["index"] == 1]
    expect(not bad or bad[0]["status"] == "FAILED", str(rows))
    expect(sum(row["status"] == "COMPLETED" for row in rows) >= 3, str(rows))
    expect("000001" in output or "number 1" in output, "nobody was told:\n" + output)


STOPPING = "  early_stopping_strategy: {type: threshold, metric_threshold: 5, min_progression: 2, min_curves: 1}\n"
# Trial 1 is bad and would never end by itself; it notes the TERM that it gets.
BAD_TRIAL = NUMBER + (
    'if [ $index != 1 ]; then echo "{\\"step\\": 2, \\"metrics\\": {\\"y\\": 1}}" > "$1/progress.jsonl"; '
    'echo "{\\"y\\": $index.5}" > "$1/output.json"; exit; fi\n'
    "trap 'echo TERM >> ../signals.log; exit 1' TERM; echo $$ > ../bad.pid\n"
    'echo "{\\"step\\": 2, \\"metrics\\": {\\"y\\": 9}}" > "$1/progress.jsonl"\n'
    "while :; do sleep 0.1; done\n")


def is_alive(pid):
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] not in "ZX"  # nobody may have asked for its end


def killed_around_stopping(boa, folder, when):
    """boa dies (-9) after it stored that trial 1 is to be stopped, `before` or `after` it sends TERM."""
    project = Project(boa, folder, BAD_TRIAL, trials=4)
    config = project.work / "config.yaml"
    config.write_text(config.read_text().replace("generation_strategy:", STOPPING + "generation_strategy:"))
    process = project.start("run", "config.yaml", LD_PRELOAD=str(pathlib.Path(sys.argv[3]).resolve()), DYING_KILL=when)
    output, _ = process.communicate(timeout=120)
    expect(process.returncode == -signal.SIGKILL, f"boa was not killed but ended with {process.returncode}:\n{output}")
    signals = project.folder / "signals.log"
    pid = int((project.folder / "bad.pid").read_text())
    if when == "before":
        expect(is_alive(pid) and not signals.exists(), "the model was stopped by a boa that had died")
    else:
        project.wait_for(signals.exists, "the model to get TERM")
    row = project.trials()[1]
    expect(row["status"] == "RUNNING", f"nothing but the decision was stored, yet trial 1 is {row['status']}")

    project.finish("resume", "run")
    rows = project.trials()
    expect([row["status"] for row in rows] == ["COMPLETED", "EARLY_STOPPED", "COMPLETED", "COMPLETED"], str(rows))
    expect("worse than the threshold of 5.0" in rows[1]["reason"], f"the reason is lost: {rows[1]['reason']!r}")
    expect(rows[1]["metrics"]["y"]["mean"] == 9.0, f"the last value is lost: {rows[1]}")
    expect(signals.read_text() == "TERM\n", f"the model got {signals.read_text()!r}")
    expect(sorted(project.starts()) == [0, 1, 2, 3], f"models started: {project.starts()}")
    expect(not is_alive(pid), "the bad model still runs")


def killed_before_stopping(boa, folder):
    killed_around_stopping(boa, folder, "before")


def killed_after_stopping(boa, folder):
    killed_around_stopping(boa, folder, "after")


SCENARIOS = {f.__name__: f for f in (full_disk, adopted_model, abandoned_child, torn_output, second_boa, moved_folder,
                                     unwritable_trial_folder, killed_before_stopping, killed_after_stopping)}


def main():
    boa, scenario = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    with tempfile.TemporaryDirectory(prefix="boa-fault-") as folder:
        SCENARIOS[scenario](boa, folder)
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
