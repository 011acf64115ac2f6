"""What was measured, as lines for the terminal, as Markdown, as JSON and as a chart."""

import json

import chart

VERDICTS = {"aim": "aim", "floor": "floor", "below": "BELOW", None: ""}


def verdict(row):
    """Which goal a row reaches: "aim", "floor", or "below" the floor; None without a floor."""
    if row["floor"] is None:
        return None
    if row["bytes"] == 0:
        spent = row["median_seconds"]["ndview"] * 1e9
        return "aim" if spent <= row["aim"] else "floor" if spent <= row["floor"] else "below"
    if row["aim"] is not None and row["ratio"] >= row["aim"]:
        return "aim"
    return "floor" if row["ratio"] >= row["floor"] else "below"


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
        text += _table([["table", "share of the floor", *TITLES[:-1]],
                        *([row["table"], f"{share_of_floor(row):.2f}", *cells(row)[:-1]] for row in behind)]) + [""]
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
    counts = {what: reached.count(what) for what in ("aim", "floor", "below")}
    print(f"\n{len(rows)} rows; {counts['aim']} reach the aim, {counts['floor']} the floor, "
          f"{counts['below']} are below it; {len(everything['failures'])} wrong results of peers")
    print(f"wrote {name}.md, {name}.json and {name}.svg in {folder}")
