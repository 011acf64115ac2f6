#!/usr/bin/env python3
"""Measures ndview beside its peers, on the same memory, in turns.

    compare.py --libraries FOLDER [--quick] [--large] [--tables a,b] [--rows TEXT] [--scaling]
               [--rounds N] [--threads N] [--out FOLDER]

Each table runs in a process of its own. In a row, NumPy does the task first and its result is kept;
every other peer must leave the same bytes in the whole target before it is timed, and one that does not
is reported and left out. Then come the rounds: in each one the yardstick (memcpy or memset), ndview and
every peer run once, in an order that changes, so that what disturbs the machine disturbs all. Ratios are
medians of the ratios within rounds. Time is the processor's time of this process: another program that
takes the processor away does not count, and a peer that starts threads pays for all of them.

With --threads, ndview is measured twice in every round, with one thread and with N, and the time of
everything is that of a clock on the wall: threads are to save that, not the processors' time. Other
programs then do count, so that such figures need an idle machine.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ[threads] = "1"  # before anything that reads it is loaded

import numpy as np

import report
import rows as tables
from memory import Pools
from tasks import Called, Native, Threaded, load, memory_call

GARBAGE = 0xA5
LESSER = ("ndview avx2",)  # the library once more, under a lesser instruction set than the machine has


class Bench:
    def __init__(self, folder, quick, rounds, threads=1):
        self.libraries = loaded(folder)
        self.threads = threads
        self.clock = time.perf_counter if threads > 1 else time.process_time
        self.pools = Pools()
        self.rounds = rounds or (5 if quick else 11)
        self.slice_seconds = 0.0005 if quick else 0.004  # how long one peer runs in one round
        self.budget = 0.5 if quick else 8.0  # seconds that the rounds of a row may take
        self.failures = []

    def measure(self, row):
        task = row.make(self.pools)
        target = self._target(task)
        runners = self._verified(row, task, target)
        if not any(runner.name == "ndview" for runner in runners):
            return None
        result = self._timed(row, task, runners)
        for runner in runners:
            runner.close()
        return result

    def _target(self, task):
        """The bytes that the task may write to, and what they are before."""
        if task.to is None or task.is_view():
            return None
        whole = self.pools.target.bytes[:self.pools.target.used]
        in_place = task.op in ("turn",) or (task.source is not None and np.may_share_memory(whole, task.source))
        return whole, whole.copy() if in_place else None

    @staticmethod
    def _reset(target):
        whole, before = target
        whole[...] = GARBAGE if before is None else before

    def _verified(self, row, task, target):
        described = task.described()
        calls = task.in_numpy()
        native = [Native(library, name, described)
                  for library in self.libraries.values()
                  for name in library.peer_names().decode().split(",")
                  if name and name not in ("memcpy", "memset") and not (task.is_view() and name in LESSER)]
        runners = [peer for peer in native if peer]
        if self.threads > 1 and not task.is_view():
            runners.append(Threaded(self.libraries["ndview"], described, self.threads))
        tiny = task.tiny().in_numpy() if not task.is_view() else {}
        runners[:0] = [Called(name, call, overhead(tiny[name], self.clock) if name in tiny else 0.0)
                       for name, call in calls.items()]
        if target is None:
            for runner in runners:
                runner.run(1)
            return runners
        self._reset(target)
        if calls:
            next(iter(calls.values()))()
        else:
            task.expect()
        expected = target[0].copy()
        return [runner for runner in runners if self._leaves(runner, row, target, expected)]

    def _leaves(self, runner, row, target, expected):
        self._reset(target)
        runner.prepare()
        runner.run(1)
        runner.settle()
        if np.array_equal(target[0], expected):
            return True
        self.failures.append(f"{row.table}: {row.name} ({row.size}): {runner.name} is wrong")
        print(f"WRONG RESULT, left out: {self.failures[-1]}", file=sys.stderr)
        runner.close()
        if runner.name in ("ndview", *LESSER):
            raise SystemExit("ndview does not do what NumPy does")
        return False

    def _timed(self, row, task, runners):
        nbytes = 0 if task.is_view() else task.bytes()
        runners = list(runners)
        if nbytes:
            runners.insert(0, self._yardstick(row, nbytes))
        order = {"memcpy": 0, "memset": 0, "C loop": 1, "ndview": 2, **dict.fromkeys(LESSER, 2)}
        runners.sort(key=lambda runner: order.get(runner.name, 3))
        repeats = [self._repeats(runner) for runner in runners]
        expected = sum(count * seconds for count, seconds in repeats)
        rounds = max(1 if expected > 2 * self.budget else 2, min(self.rounds, int(self.budget / expected)))
        times = {runner.name: [] for runner in runners}
        for turn in range(rounds):
            # In another order each time: what ran before leaves lines in the caches that are still to be
            # written back, and whoever comes next pays for it (a tenth, after memcpy in DRAM).
            runs = list(zip(runners, repeats))
            random.Random(turn).shuffle(runs)
            for runner, (count, _) in runs:
                runner.prepare()
                start = self.clock()
                runner.run(count)
                spent = (self.clock() - start) / count
                runner.settle()
                times[runner.name].append(max(spent - runner.overhead, 1e-10))
        return summary(row, nbytes, times)

    def _repeats(self, runner):
        """How often a peer runs in a round, and how long once takes."""
        count = 1
        while True:
            runner.prepare()
            start = self.clock()
            runner.run(count)
            spent = self.clock() - start
            runner.settle()
            if spent > self.slice_seconds / 4 or count > 10**6:
                return max(1, round(self.slice_seconds * count / spent)), spent / count
            count *= 4

    def _yardstick(self, row, nbytes):
        """memset of the bytes that are written, or memcpy of half of all, between the pools."""
        name = "memset" if row.yardstick == "memset" else "memcpy"
        count = nbytes if name == "memset" else nbytes // 2
        to, source = self.pools.target.room(count), self.pools.source.room(count)
        return memory_call(self.libraries["c"], name, to, source, count)


def loaded(folder, say=False):
    """The peers' libraries by name, without those whose own libraries are missing."""
    libraries = {}
    for path in sorted(Path(folder).glob("*.so")):
        try:
            libraries[path.stem] = load(path)
        except OSError as error:
            if say:
                print(f"SKIP {path.stem}: {error}", file=sys.stderr)
    return libraries


def overhead(call, clock):
    """Seconds that a Python call takes when there is next to nothing to do."""
    best = 1.0
    for _ in range(5):
        start = clock()
        for _ in range(200):
            call()
        best = min(best, (clock() - start) / 200)
    return best


NOT_PEERS = ("memcpy", "memset", "C loop", "ndview", *LESSER)


def summary(row, nbytes, times):
    """Medians of ratios within rounds, and the best time of each."""
    own = times["ndview"]

    def ratio(other, to="ndview"):
        return statistics.median(theirs / ours for theirs, ours in zip(times[other], times[to]))

    threaded = next((name for name in times if name.startswith("ndview, ")), None)
    peers = [name for name in times if name not in (*NOT_PEERS, threaded) and "from Python" not in name]
    if row.table == "fill" or row.yardstick == "memset":
        peers = [name for name in peers if name != "memmove"]
    best = min(peers, key=lambda name: statistics.median(times[name]), default=None)
    yardstick = row.yardstick if row.yardstick in times else ("memcpy" if "memcpy" in times else None)
    result = {
        "table": row.table, "name": row.name, "size": row.size, "bytes": nbytes,
        "rounds": len(own), "yardstick": yardstick,
        "ratio": ratio(yardstick) if yardstick else None,
        "best_peer": best, "to_best_peer": ratio(best) if best else None,
        "floor": row.floor, "aim": row.aim,
        "threaded": threaded, "by_threads": 1 / ratio(threaded) if threaded else None,
        "seconds": {name: min(values) for name, values in times.items()},
        "median_seconds": {name: statistics.median(values) for name, values in times.items()},
    }
    for name in set(LESSER) & set(times):
        result["lesser"] = {"name": name, "ratio": ratio(yardstick, name) if yardstick else None,
                            "to_best_peer": ratio(best, name) if best else None}
    if nbytes:
        result["gbps"] = {name: nbytes / min(values) / 1e9 for name, values in times.items()}
    return result


def machine(threads):
    """What the figures depend on."""
    info = {"machine": platform.machine(), "system": f"{platform.system()}, {' '.join(platform.libc_ver())}", "python": platform.python_version(),
            "numpy": np.__version__, "cores": os.cpu_count(), "threads": threads}
    try:
        text = Path("/proc/cpuinfo").read_text()
        fields = dict(line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
        fields = {key.strip(): value.strip() for key, value in fields.items()}
        flags = set(fields.get("flags", "").split())
        info["cpu"] = f"{fields.get('model name')} (family {fields.get('cpu family')}, model {fields.get('model')})"
        info["isa"] = [flag for flag in ("sse4_2", "avx", "avx2", "f16c", "fma", "avx512f", "avx512bw", "avx512vl",
                                         "avx512vbmi", "avx512_vbmi2", "avx512_bf16", "gfni") if flag in flags]
    except (OSError, ValueError):
        info["cpu"], info["isa"] = platform.processor(), []
    for index in (2, 3):
        cache = Path(f"/sys/devices/system/cpu/cpu0/cache/index{index}/size")
        if cache.exists():
            info[f"L{index}"] = cache.read_text().strip()
    info["load"] = os.getloadavg()[0]
    return info


def wanted(row, options):
    return row.table in options.tables and (row.quick or not options.quick) and options.rows in row.name


def run_table(options):
    bench = Bench(options.libraries, options.quick, options.rounds, options.threads)
    results, left_out = [], 0
    if options.tables == "scaling":
        results = run_scaling(bench, options.quick)
    else:
        for row in tables.rows(options.large):
            if not wanted(row, options):
                continue
            if options.until and time.time() > options.until:
                left_out += 1
                continue
            result = bench.measure(row)
            if result:
                results.append(result)
                print(report.line(result), flush=True)
    if left_out:
        print(f"{left_out} rows left out, as their time was over (--seconds)")
    Path(options.json).write_text(json.dumps({"rows": results, "failures": bench.failures}))


def run_scaling(bench, quick):
    results = []
    for label, of_size in tables.scaling().items():
        for power in range(10, 27 if quick else 29):
            row = tables.Row("scaling", label, f"2^{power}", of_size(1 << power))
            result = bench.measure(row)
            result["power"] = power
            results.append(result)
            print(report.line(result), flush=True)
    return results


def deadlines(names, options):
    """When each table must end: each gets time by its number of rows. Empty without a limit."""
    seconds = (100 if options.quick else 0) if options.seconds is None else options.seconds
    counts = {name: sum(row.table == name and wanted(row, options) for row in tables.rows(options.large))
              for name in names}
    if not seconds or not sum(counts.values()):
        return {}
    ends, start, done = {}, time.time(), 0
    for name in names:
        done += counts[name]
        ends[name] = start + seconds * done / sum(counts.values())
    return ends


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--libraries", required=True, help="the folder of the peers' shared libraries")
    parser.add_argument("--quick", action="store_true", help="fewer rows and shorter rounds")
    parser.add_argument("--large", action="store_true", help="DRAM rows of 256 MiB instead of 64")
    parser.add_argument("--tables", default="", help="only these, with commas between them")
    parser.add_argument("--rows", default="", help="only rows whose name has this in it")
    parser.add_argument("--scaling", action="store_true", help="only time against size, 1 KiB to 256 MiB")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, metavar="N",
                        help="measure ndview with N threads too, beside one; all times are then wall-clock times")
    parser.add_argument("--out", default=HERE.parent / "results", type=Path)
    parser.add_argument("--seconds", type=float, help="leave rows out after that long (100 if --quick; 0: no limit)")
    parser.add_argument("--json", help=argparse.SUPPRESS)  # we are the process of one table,
    parser.add_argument("--until", type=float, default=0, help=argparse.SUPPRESS)  # which ends then
    options = parser.parse_args()
    if options.json:
        return run_table(options)

    names = options.tables.split(",") if options.tables else tables.TABLES
    if options.scaling:
        names = ["scaling"]
    unknown = set(names) - set(tables.TABLES) - {"scaling"}
    if unknown:
        parser.error(f"no table is called {', '.join(sorted(unknown))}; there are {', '.join(tables.TABLES)}")
    options.tables = names
    ends = deadlines(names, options)
    loaded(options.libraries, say=True)
    everything = {"machine": machine(options.threads), "quick": options.quick, "rows": [], "failures": []}
    print(report.machine_line(everything["machine"]) + "\n")
    print(report.HEADING)
    ended = False
    with tempfile.TemporaryDirectory() as folder:
        for table in names:
            part = Path(folder) / f"{table}.json"
            again = [sys.executable, __file__, *sys.argv[1:], "--tables", table, "--json", str(part),
                     "--until", str(ends.get(table, 0))]
            print(f"\n{table}", flush=True)
            status = subprocess.run(again).returncode
            if not part.exists() or status:
                ended = True
                everything["failures"].append(f"{table}: its process ended with status {status}")
                print(everything["failures"][-1], file=sys.stderr)
                continue
            found = json.loads(part.read_text())
            everything["rows"] += found["rows"]
            everything["failures"] += found["failures"]
    report.write(everything, options.out, "scaling" if options.scaling else "quick" if options.quick else "full")
    return 1 if ended else 0  # as it does if ndview is wrong; a peer that is has been left out


if __name__ == "__main__":
    sys.exit(main())
