#!/usr/bin/env python3
"""What was measured, as lines for the terminal, as Markdown, as JSON and as a chart.

    report.py FILE     checks a published FILE.json: FILE.md must say the same, and no row may be below its
                       floor, or behind the best peer with AVX2, without a reason in reasons.py
"""

import json
import sys
from pathlib import Path

import chart
import reasons

VERDICTS = {"aim": "aim", "floor": "floor", "peer": "peer", "below": "BELOW", None: ""}

# The third cache is shared with other guests, and memcpy itself differs by a third from run to run. There a
# row that misses its floor by no more is judged by the best peer of the same run: it may be 5 % behind.
THIRD_CACHE, BESIDE_PEER = 0.65, 0.95


def verdict(row):
    """Which goal a row reaches: "aim", "floor", in the third cache "peer", or "below" the floor; None
    without a floor."""
    if row["floor"] is None:
        return None
    if row["bytes"] == 0:
        spent = row["median_seconds"]["ndview"] * 1e9
        return "aim" if spent <= row["aim"] else "floor" if spent <= row["floor"] else "below"
    if row["aim"] is not None and row["ratio"] >= row["aim"]:
        return "aim"
    if row["ratio"] >= row["floor"]:
        return "floor"
    near = row["size"] == "L3" and share_of_floor(row) >= THIRD_CACHE
    return "peer" if near and (row["to_best_peer"] or 0) >= BESIDE_PEER else "below"


def share_of_floor(row):
    """1 on the floor, less below it."""
    if row["bytes"] == 0:
        return row["floor"] / (row["median_seconds"]["ndview"] * 1e9)
    return row["ratio"] / row["floor"]


def number(x):
    if x is None:
        return "-"
    return f"{x:.3f}" if x < 0.1 else f"{x:.2f}" if x < 10 else f"{x:.1f}"


def speed(row, name):
    """GB/s, or nanoseconds of a call."""
    if name is None or name not in row["seconds"]:
        return None
    return row["gbps"][name] if row["bytes"] else row["median_seconds"][name] * 1e9


def cells(row):
    yardstick, lesser = row["yardstick"], row.get("lesser", {})
    return [row["name"], row["size"], number(speed(row, "ndview")), number(speed(row, yardstick)),
            f"{number(row['ratio'])} {yardstick}" if yardstick else "-", row["best_peer"] or "-",
            number(speed(row, row["best_peer"])), number(row["to_best_peer"]), number(lesser.get("ratio")),
            number(lesser.get("to_best_peer")), number(row["floor"]), number(row["aim"]), VERDICTS[verdict(row)]]


TITLES = ["workload", "where", "ndview", "yardstick", "ratio", "best peer", "peer", "x peer", "AVX2", "x peer", "floor", "aim", "reached"]
_WIDTHS = [48, 4, 7, 9, 13, 13, 7, 7, 6, 7, 6, 6, 7]


def _aligned(texts):
    return " ".join(text.ljust(width) if index in (0, 1, 4, 5) else text.rjust(width)
                    for index, (text, width) in enumerate(zip(texts, _WIDTHS))).rstrip()


HEADING = """GB/s: bytes read and written, by the best time (tables calls: ns, by the median). ratio: yardstick's time
by ndview's; x peer: the best peer's time by ndview's, so above 1 ndview is ahead; both medians over rounds.
AVX2: the ratio, and x peer, of ndview held to AVX2 where the processor has more.

""" + _aligned(TITLES)


def line(row):
    return _aligned(cells(row)) + by_threads(row)


def by_threads(row):
    """What several threads make of it, where that was measured."""
    if not row.get("threaded"):
        return ""
    return f"  | {row['threaded']}: {number(speed(row, row['threaded']))} GB/s, {number(row['by_threads'])} x one"


def _threads(machine):
    return "1 thread" if machine["threads"] == 1 else f"1 thread beside {machine['threads']}, wall-clock time"


def machine_line(machine):
    caches = ", ".join(f"{level} {machine[level]}" for level in ("L2", "L3") if level in machine)
    return (f"{machine['cpu']}, {machine['cores']} cores, {_threads(machine)}; {caches}; {' '.join(machine['isa'])}; "
            f"NumPy {machine['numpy']}; load {machine['load']:.1f}")


def _table(lines):
    lines = list(lines)
    return ["| " + " | ".join(lines[0]) + " |", "|" + "---|" * len(lines[0]),
            *("| " + " | ".join(cells_) + " |" for cells_ in lines[1:])]


def below(rows):
    return sorted((row for row in rows if verdict(row) == "below"), key=share_of_floor)


def behind_with_avx2(rows):
    """Those above the floor that are behind the best peer with the lesser set only, or more so."""
    held = [row for row in rows if verdict(row) != "below" and row.get("lesser", {}).get("to_best_peer")]
    return [row for row in held if row["lesser"]["to_best_peer"] < BESIDE_PEER]


def _below_cells(row):
    lesser = row.get("lesser", {})
    return [row["table"], row["name"], row["size"], number(row["ratio"]), number(row["floor"]),
            f"{share_of_floor(row):.2f}", number(row["to_best_peer"]), number(lesser.get("ratio")),
            number(lesser.get("to_best_peer")), reasons.why(row, share_of_floor(row)) or "not known"]


def _behind_cells(row):
    lesser = row["lesser"]
    return [row["table"], row["name"], row["size"], number(row["ratio"]), number(row["to_best_peer"]),
            row["best_peer"], number(lesser["ratio"]), number(lesser["to_best_peer"]),
            reasons.why_avx2(row) or "not known"]


def markdown(everything):
    rows = everything["rows"]
    text = ["# ndview beside its peers", "", machine_line(everything["machine"]), "", HEADING.split("\n\n")[0], ""]
    if everything["machine"]["load"] > 1:
        text += ["Other programs were running; ratios bear that better than GB/s.", ""]
    for table in dict.fromkeys(row["table"] for row in rows):
        own = [row for row in rows if row["table"] == table]
        text += [f"## {table}", "", *_table([TITLES, *map(cells, own)]), ""]
        names = list(dict.fromkeys(name for row in own for name in row["seconds"]))
        text += [f"### {table}: everybody, {'GB/s' if own[0]['bytes'] else 'ns'}", ""]
        text += _table([["workload", "where", *names],
                        *([row["name"], row["size"], *(number(speed(row, name)) for name in names)] for row in own)])
        text += [""]
    behind = below(rows)
    if behind:
        text += ["## Below the floor, farthest first", ""]
        text += _table([["table", "workload", "where", "ratio", "floor", "share", "x peer", "AVX2", "x peer", "why"],
                        *map(_below_cells, behind)]) + [""]
    behind = behind_with_avx2(rows)
    if behind:
        text += ["## Behind the best peer with AVX2", ""]
        text += _table([["table", "workload", "where", "ratio", "x peer", "best peer", "AVX2", "x peer", "why"],
                        *map(_behind_cells, behind)]) + [""]
    if everything["failures"]:
        text += ["## Left out, as the result was wrong", "", *(f"- {failure}" for failure in everything["failures"]), ""]
    return "\n".join(text)


def write(everything, folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    rows = everything["rows"]
    (folder / f"{name}.json").write_text(json.dumps(everything, indent=1) + "\n")
    (folder / f"{name}.md").write_text(markdown(everything))
    machine = everything["machine"]
    below_title = f"{machine['cpu']}, 1 thread; longer is better" + (", short run" if everything["quick"] else "")
    picture = chart.scaling(rows) if name == "scaling" else chart.bars(rows, below_title)
    (folder / f"{name}.svg").write_text(picture)
    reached = [verdict(row) for row in rows]
    counts = {what: reached.count(what) for what in ("aim", "floor", "peer", "below")}
    print(f"\n{len(rows)} rows; {counts['aim']} reach the aim, {counts['floor']} the floor, {counts['peer']} the best "
          f"peer in L3, {counts['below']} are below; {len(unexplained(rows))} are so, or behind with AVX2, for reasons not known; "
          f"{len(everything['failures'])} wrong results of peers")
    print(f"wrote {name}.md, {name}.json and {name}.svg in {folder}")


def unexplained(rows):
    return [*(row for row in below(rows) if not reasons.why(row, share_of_floor(row))),
            *(row for row in behind_with_avx2(rows) if not reasons.why_avx2(row))]


def check(path):
    """What is wrong with a published table: lines, none if nothing is."""
    everything = json.loads(path.read_text())
    faults = [f"{path}: no reason for {row['table']}: {row['name']} ({row['size']})"
              for row in unexplained(everything["rows"])]
    if path.with_suffix(".md").read_text() != markdown(everything):
        faults.append(f"{path.with_suffix('.md')} does not say what {path.name} does")
    return faults


if __name__ == "__main__":
    found = check(Path(sys.argv[1]))
    print("\n".join(found) or f"{sys.argv[1]}: every row below its floor has its reason")
    sys.exit(1 if found else 0)
