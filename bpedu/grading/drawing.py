"""The two drawings of the class page, as SVG: told apart by pattern and label as well as by colour."""

import math
from html import escape

WIDTH = 480  # narrow, so that the letters can still be read on a telephone
PARTS = {"right": "#009e73", "named mistake": "#e69f00", "otherwise wrong": "#d55e00", "not attempted": "#999999"}
HATCH = "".join(
    f'<pattern id="p{n}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({angle})">'
    f'<rect width="6" height="6" fill="{colour}"/><line y1="0" y2="6" stroke="#00000055" stroke-width="{width}"/></pattern>'
    for n, (colour, angle, width) in enumerate(zip(PARTS.values(), (0, 45, -45, 90), (0, 2, 3, 2), strict=True))
)


def svg(height, title, content) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}"><title>{escape(title)}</title>'
        f"<defs>{HATCH}</defs>{content}</svg>"
    )


def histogram(totals, maximum) -> str:
    """How many submissions got how many points: a column for each point, or for a few together where there are many."""
    wide = max(1, math.ceil(maximum / (12 if maximum < 100 else 8)))
    counts = [0] * (int(maximum // wide) + 1)
    for total in totals:
        counts[int(total // wide)] += 1
    labels = [span(n * wide, min(n * wide + wide - 1, int(maximum))) for n in range(len(counts))]
    tallest, step = max(counts), WIDTH / len(counts)
    parts = [f'<line x1="0" x2="{WIDTH}" y1="150" y2="150" stroke="var(--line)"/>']
    for n, (count, label) in enumerate(zip(counts, labels, strict=True)):
        x, tall = n * step, 120 * count / tallest
        parts.append(
            f'<rect x="{x + 4:.1f}" y="{150 - tall:.1f}" width="{step - 8:.1f}" height="{tall:.1f}" fill="var(--bar)"/>'
        )
        parts.append(f'<text x="{x + step / 2:.1f}" y="168" text-anchor="middle">{label}</text>')
        if count:
            parts.append(f'<text x="{x + step / 2:.1f}" y="{144 - tall:.1f}" text-anchor="middle">{count}</text>')
    whole = all(float(t).is_integer() for t in totals)
    parts.append(f'<text x="240" y="188" text-anchor="middle">points{"" if whole else ", rounded down"}</text>')
    said = ", ".join(f"{c} with {label}" for c, label in zip(counts, labels, strict=True) if c)
    return svg(194, f"Number of submissions by points: {said}", "".join(parts))


def span(first, last) -> str:
    return f"{first}–{last}" if last > first else f"{first}"


def bars(rows) -> str:
    """One bar per exercise, divided into right, named mistake, otherwise wrong and not attempted."""
    parts, y = [legend()], 40
    for identifier, title, shares in rows:
        total = sum(shares.values())
        parts.append(f'<text x="0" y="{y + 15}">{escape(shorten(f"{identifier}  {title}"))}</text>')
        x, y = 0.0, y + 22
        for n, (name, count) in enumerate(shares.items()):
            wide = WIDTH * count / total if total else 0
            if count:
                parts.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="20" fill="url(#p{n})"><title>{name}: '
                             f"{count}</title></rect>")  # fmt: skip
                if wide > 4 + 7 * len(str(count)):
                    parts.append(
                        f'<text x="{x + wide / 2:.1f}" y="{y + 15}" text-anchor="middle" style="fill:#000">{count}</text>'
                    )
            x += wide
        y += 32
    said = "; ".join(f"{i}: " + ", ".join(f"{c} {k}" for k, c in s.items() if c) for i, _, s in rows)
    return svg(y + 6, f"Answers by exercise. {said}", "".join(parts))


def legend() -> str:
    parts = []
    for n, (name, x) in enumerate(zip(PARTS, (0, 75, 205, 345), strict=True)):
        parts.append(
            f'<rect x="{x}" y="6" width="14" height="14" fill="url(#p{n})"/><text x="{x + 20}" y="18">{name}</text>'
        )
    return "".join(parts)


def shorten(title, most=68) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"
