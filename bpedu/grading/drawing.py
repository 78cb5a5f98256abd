"""The two drawings of the class page, as SVG: told apart by pattern and label as well as by colour."""

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
    """How many submissions got how many points, in at most twelve steps."""
    steps = min(12, max(1, int(maximum)))
    counts = [0] * (steps + 1)
    for total in totals:
        counts[int(total / maximum * steps) if maximum else 0] += 1
    tallest, wide = max(counts), WIDTH / len(counts)
    parts = ['<line x1="0" x2="480" y1="150" y2="150" stroke="var(--line)"/>']
    for n, count in enumerate(counts):
        x, tall = n * wide, 120 * count / tallest
        label = f"{n * maximum / steps:.3g}"
        parts.append(
            f'<rect x="{x + 4:.1f}" y="{150 - tall:.1f}" width="{wide - 8:.1f}" height="{tall:.1f}" fill="var(--bar)"/>'
        )
        parts.append(f'<text x="{x + wide / 2:.1f}" y="168" text-anchor="middle">{label}</text>')
        if count:
            parts.append(f'<text x="{x + wide / 2:.1f}" y="{144 - tall:.1f}" text-anchor="middle">{count}</text>')
    parts.append('<text x="240" y="188" text-anchor="middle">points</text>')
    said = ", ".join(f"{c} with {n * maximum / steps:.3g}" for n, c in enumerate(counts) if c)
    return svg(194, f"Number of submissions by points: {said}", "".join(parts))


def bars(rows) -> str:
    """One bar per exercise, divided into right, named mistake, otherwise wrong and not attempted."""
    parts, y = [legend()], 40
    for identifier, title, shares in rows:
        total = sum(shares.values())
        parts.append(f'<text x="0" y="{y + 15}">{escape(identifier)}  {escape(shorten(title))}</text>')
        x, y = 0.0, y + 22
        for n, (name, count) in enumerate(shares.items()):
            wide = WIDTH * count / total if total else 0
            if count:
                parts.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="20" fill="url(#p{n})"><title>{name}: '
                             f"{count}</title></rect>")  # fmt: skip
                if wide > 16:
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


def shorten(title, most=60) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"
