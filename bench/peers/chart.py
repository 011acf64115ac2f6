"""Charts as SVG, without any library. Colours keep apart for colour-blind eyes (after Okabe and Ito),
shapes differ too, and a style sheet follows the light or dark scheme of the reader."""

import math
from xml.sax.saxutils import escape

STYLE = """<style>
  :root { --back: #ffffff; --ink: #1f2328; --faint: #d0d7de; --quiet: #59636e; }
  @media (prefers-color-scheme: dark) {
    :root { --back: #0d1117; --ink: #e6edf3; --faint: #30363d; --quiet: #9198a1; }
  }
  .back { fill: var(--back); }
  text { font: 12px system-ui, sans-serif; fill: var(--ink); }
  .title { font-size: 15px; font-weight: 600; }
  .note { font-size: 11px; fill: var(--quiet); }
  .axis { stroke: var(--faint); }
  .unit { stroke: var(--quiet); stroke-dasharray: 3 3; }
</style>"""
OWN, PEER, NUMPY = "#0072b2", "#e69f00", "#cc79a7"  # blue, orange, purple
LINES = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00"]

# The rows that the chart of bars shows, when they were measured, and what they are called there.
SHOWN = [
    ("copies", "f32 ", "DRAM", "copy"),
    ("transposes", "f32 4096x4096", "DRAM", "transpose float32 4096²"),
    ("transposes", "f64 4096x4096", "DRAM", "transpose float64 4096²"),
    ("transposes", "u8 4096x4096", "DRAM", "transpose uint8 4096²"),
    ("transposes", "u8 1000000x3", "L3", "transpose uint8 10⁶×3"),
    ("permutes", "NCHW>NHWC f32 32x64", "DRAM", "NCHW to NHWC float32"),
    ("permutes", "reversal f32 64x64", "DRAM", "reverse 4 axes float32"),
    ("strided", "u8 rgb[..., ::-1]", "DRAM", "rgb to bgr uint8"),
    ("strided", "f32 a[::-1]", "DRAM", "a[::-1] float32"),
    ("casts", "f64>f32 contiguous", "DRAM", "float64 to float32"),
    ("casts", "f32>f16 contiguous", "DRAM", "float32 to float16"),
    ("casts", "f64>f32 transposed", "DRAM", "float64 to float32, transposed"),
    ("gather", "take rows", "DRAM", "take rows of 64 bytes"),
    ("gather", "compress f32 50%", "DRAM", "compress float32, half"),
    ("gather", "masked fill f32 50%", "DRAM", "masked fill float32, half"),
    ("overlap", "f32 a = a.T 4096", "DRAM", "transpose in place float32"),
]


def _svg(width, height, title, body):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-label="{escape(title)}">\n{STYLE}\n'
            f'<rect class="back" width="{width}" height="{height}"/>\n' + "\n".join(body) + "\n</svg>\n")


def _text(x, y, text, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(text)}</text>'


def _shown(rows):
    for table, start, size, label in SHOWN:
        for row in rows:
            if row["table"] == table and row["name"].startswith(start) and row["size"] == size:
                yield label, row
                break


def bars(rows, machine):
    """Each workload's speed as a part of memcpy's: ndview, the best other peer, and NumPy."""
    shown = list(_shown(rows))
    left, right, top, step = 220, 860, 84, 40
    height = top + step * len(shown) + 46
    ratios = [(label, row, [(name, row["median_seconds"][row["yardstick"]] / row["median_seconds"][name])
                            for name in ("ndview", _best_beside_numpy(row), _best_of_numpy(row))
                            if name in row["median_seconds"]]) for label, row in shown]
    most = max((value for *_, values in ratios for _, value in values), default=1)
    limit = max(1.2, math.ceil(most * 5) / 5)
    x = lambda value: left + (right - left) * value / limit
    title = "Bytes moved per second, as a part of what memcpy moves"
    body = [_text(16, 26, title, "title"), _text(16, 46, machine, "note")]
    for place, (colour, label) in enumerate(((OWN, "ndview"), (PEER, "best other library"), (NUMPY, "NumPy"))):
        body += [f'<rect x="{left + 150 * place}" y="58" width="11" height="11" fill="{colour}"/>',
                 _text(left + 150 * place + 16, 68, label)]
    for tick in range(int(limit * 5 + 1e-9) + 1):
        value = tick / 5
        kind = "unit" if tick == 5 else "axis"
        body.append(f'<line class="{kind}" x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{top - 4}" y2="{height - 40}"/>')
        body.append(_text(x(value), height - 24, "memcpy" if tick == 5 else f"{value:.1f}", "note", "middle"))
    for place, (label, _, values) in enumerate(ratios):
        y = top + step * place
        body.append(_text(left - 10, y + 20, label, anchor="end"))
        for name, value in values:
            colour = OWN if name == "ndview" else NUMPY if name.startswith("NumPy") else PEER
            body.append(f'<rect x="{left}" y="{y:.1f}" width="{x(value) - left:.1f}" height="9" fill="{colour}"/>')
            named = "" if name == "ndview" or name.startswith("NumPy") else f" {name}"
            body.append(_text(x(value) + 4, y + 8.5, f"{value:.2f}{named}", "note"))
            y += 11
    return _svg(right + 120, height, title, body)


def _best_beside_numpy(row):
    others = {name: seconds for name, seconds in row["median_seconds"].items()
              if name not in ("memcpy", "memset", "C loop") and not name.startswith(("NumPy", "ndview"))}
    return min(others, key=others.get, default="")


def _best_of_numpy(row):
    """The faster of its calls, where it has several."""
    calls = {name: seconds for name, seconds in row["median_seconds"].items() if name.startswith("NumPy")}
    return min(calls, key=calls.get, default="")


def scaling(rows):
    """GB/s against the size, both in powers."""
    left, right, top, bottom = 60, 760, 60, 400
    labels = list(dict.fromkeys(row["name"] for row in rows))
    powers = sorted({row["power"] for row in rows})
    speeds = [row["gbps"]["ndview"] for row in rows]
    low, high = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))
    x = lambda power: left + (right - left) * (power - powers[0]) / max(powers[-1] - powers[0], 1)
    y = lambda speed: bottom - (bottom - top) * (math.log10(speed) - low) / (high - low)
    title = "ndview, GB/s against the size of what is written"
    body = [_text(16, 26, title, "title")]
    for exponent in range(low, high + 1):
        body += [f'<line class="axis" x1="{left}" x2="{right}" y1="{y(10.0**exponent):.1f}" y2="{y(10.0**exponent):.1f}"/>',
                 _text(left - 8, y(10.0**exponent) + 4, f"{10.0**exponent:g}", "note", "end")]
    units = {10: "1 KiB", 15: "32 KiB", 20: "1 MiB", 25: "32 MiB", 28: "256 MiB"}
    body += [_text(x(power), bottom + 18, units[power], "note", "middle") for power in powers if power in units]
    for place, label in enumerate(labels):
        colour, dash = LINES[place % len(LINES)], ["", "6 3", "2 2", "8 3 2 3", "1 3"][place % 5]
        points = [(x(row["power"]), y(row["gbps"]["ndview"])) for row in rows if row["name"] == label]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        body.append(f'<line x1="{right + 16}" x2="{right + 44}" y1="{top + 22 * place}" y2="{top + 22 * place}" '
                    f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')
        body.append(_text(right + 50, top + 22 * place + 4, label))
    return _svg(right + 200, bottom + 40, title, body)
