"""What the benchmark scripts share: arguments, the program, a project folder, tables in Markdown."""

import argparse
import atexit
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOA = Path(os.environ.get("BOA", ROOT / "build/release/bin/boa")).resolve()
CONFIG = """\
objective:
  metrics: [{{name: y}}]
parameters:
  x: {{type: range, bounds: [0.0, 1.0]}}
n_trials: {trials}
scheduler: {{max_pending_trials: {pending}}}
generation_strategy: {{no_bayesian_optimization: true, random_seed: 1}}
script_options: {{run_model: sh model.sh, exp_name: run, append_timestamp: false}}
"""
MODEL = 'echo \'{"y": 1.0}\' > "$1/output.json"\n'


def count(text):
    """An argument that is a whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def argument_parser(doc):
    """Of a script with this docstring, which --help prints."""
    return argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)


def arguments(doc, **counts):
    """The arguments of a script that takes these counts, in this order and with these defaults. Everything else is refused."""
    parser = argument_parser(doc)
    for name, default in counts.items():
        parser.add_argument(name, metavar=name.upper(), nargs="?", type=count, default=default, help=f"default: {default}")
    return parser.parse_args()


def project(trials, pending=1, model=MODEL):
    """A fresh folder with a config and a model; under BOA_BENCH_DIR, or beside the build. It is removed when the program ends: ext4
    creates files slowly near ones that were deleted within the last minutes."""
    parent = Path(os.environ.get("BOA_BENCH_DIR", ROOT / "build"))
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=parent))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "config.yaml").write_text(CONFIG.format(trials=trials, pending=pending))
    (folder / "model.sh").write_text(model)
    return folder


def boa(folder, *arguments):
    """Seconds that the program took."""
    begin = time.perf_counter()
    done = subprocess.run([BOA, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"boa {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return time.perf_counter() - begin


def spawn_seconds(folder, count, model="model.sh"):
    """Seconds for one run of the model, started count times by a shell loop with nothing around it."""
    target = folder / "spawned"
    target.mkdir(exist_ok=True)
    loop = f'i=0; while [ $i -lt {count} ]; do sh {model} "$1"; i=$((i + 1)); done'
    begin = time.perf_counter()
    subprocess.run(["sh", "-c", loop, "loop", target], cwd=folder, check=True)
    return (time.perf_counter() - begin) / count


def fsync_seconds(folder, count=200):
    """Median seconds of one small write and fsync in this folder."""
    times = []
    with open(folder / "fsync.bin", "wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            begin = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begin)
    return statistics.median(times)


def file_seconds(folder, count=200):
    """Median seconds for one new, small file in a new folder of its own below this one."""
    times = []
    for index in range(count):
        begin = time.perf_counter()
        (folder / f"file-{index}").mkdir()
        (folder / f"file-{index}/new.json").write_text("{}")
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def milliseconds(seconds):
    return f"{1000 * seconds:.2f} ms"


def aim(text, is_missed):
    """The cell of an aim."""
    return f"{text}, missed" if is_missed else text


def table(title, rows, header=("what", "measured", "aim")):
    print(f"## {title}\n\n| {' | '.join(header)} |\n|{'---|' * len(header)}")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print(flush=True)
