"""The pages of a report: one for each student, one for the class. HTML with inline drawings; no script, no network."""

import re
import statistics
from collections import Counter
from html import escape
from urllib.parse import quote

from bpedu.grading import drawing

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --soft: #5c5c5c; --line: #d6d6d6; --good: #007a5a;
        --bad: #b8480a; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #161616; --soft: #a8a8a8; --line: #3c3c3c;
        --good: #39c79b; --bad: #f08a4b; --bar: #56b4e9; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 46rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 0.2rem; }
p { margin: 0.2rem 0 0.6rem; } .soft { color: var(--soft); font-size: 0.9rem; } .good { color: var(--good); }
.bad { color: var(--bad); } .card { border-left: 4px solid var(--line); padding: 0.1rem 0 0.1rem 0.9rem; margin: 1rem 0; }
.card.good { border-color: var(--good); color: inherit; } .card.bad { border-color: var(--bad); color: inherit; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 0.25rem 0.8rem 0.25rem 0;
       border-bottom: 1px solid var(--line); vertical-align: top; } td.n, th.n { text-align: right; }
@media (min-width: 40rem) { .wrong th:nth-child(1) { width: 3.5rem; } .wrong th:nth-child(2) { width: 8rem; } }
details { margin: 1.6rem 0; } summary { cursor: pointer; }
svg { width: 100%; max-width: 38rem; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
"""
AGAIN = "What is marked is the notebook itself: the file that ends in .ipynb, saved in Jupyter."


def page(title, body) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def words(text: str) -> str:
    """Text as HTML, with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def student(assignment, result, run) -> str:
    """What one student is told: points, what was right, the named mistakes. Nothing of the hidden cases."""
    head = f"<h1>{escape(assignment.name)}: {escape(result['student'])}</h1>\n<p><strong>{result['total']:g} of " \
           f"{result['max']:g} points</strong></p>"  # fmt: skip
    if result["unusable"]:
        return page(
            f"{assignment.name}: {result['student']}",
            f"{head}\n<p class=bad>{words(result['unusable'])}</p>\n<p>{AGAIN}</p>",
        )
    cards = "\n".join(map(card, result["exercises"]))
    notes = "".join(f"<li>{words(n)}</li>" for n in result["notes"])
    tail = f"<h2>About the file</h2>\n<ul>{notes}</ul>" if notes else ""
    written = "<p class=soft>Questions with a written answer are marked by your teacher and are not in this total.</p>"
    return page(
        f"{assignment.name}: {result['student']}", "\n".join([head, cards, tail, written if assignment.written else ""])
    )


def card(row) -> str:
    good = row["status"] == "right"
    named = f" <span class=soft>({escape(row['mistake'])})</span>" if row["mistake"] else ""
    return (
        f'<div class="card {"good" if good else "bad"}"><h2>{"✓" if good else "✗"} {escape(row["id"])}  '
        f"{escape(row['title'])}</h2>\n<p class=soft>{row['points']:g} of {row['max']:g} points{named}</p>"
        f"<p>{words(row['says'])}</p></div>"
    )


def whole_class(assignment, results, run) -> str:
    """How the class did: totals, every exercise, and its commonest mistakes."""
    columns = [[r["exercises"][k] for r in results if not r["unusable"]] for k in range(len(assignment.items))]
    rows = [(i.exercise.id, i.exercise.title, shares(c)) for i, c in zip(assignment.items, columns, strict=True)]
    body = [
        f"<h1>{escape(assignment.name)}: the class</h1>", summary(results), commonest(assignment, columns),
        "<h2>Points</h2>", drawing.histogram([r["total"] for r in results], assignment.maximum),
        "<h2>Exercises</h2>", drawing.bars(rows),
        *(mistakes(i, c) for i, c in zip(assignment.items, columns, strict=True)), unread(results), remarks(results),
        left_out(run["left_out"]), students(results),
        f'<p class=soft>Judged with {escape(run["isolation"])}; hidden cases of seed {run["seed"]}'
        f'{", each student’s own" if run["per_student"] else ""}.</p>',
    ]  # fmt: skip
    return page(f"{assignment.name}: the class", "\n".join(filter(None, body)))


def summary(results) -> str:
    totals = [r["total"] for r in results]
    unusable = sum(bool(r["unusable"]) for r in results)
    median = statistics.median(totals)
    full = sum(r["total"] == r["max"] for r in results)
    return (
        f"<p>{len(results)} submission{'s' * (len(results) != 1)}; median {median:g}, mean {sum(totals) / len(totals):.3g} "
        f"of {results[0]['max']:g} points; {full} with all points"
        + (f"; {unusable} could not be read" if unusable else "") + ".</p>"
    )  # fmt: skip


def shares(rows) -> dict:
    """How many were right, had a known mistake, were wrong in another way, and were blank."""
    kinds = Counter(kind(r) for r in rows)
    return {k: kinds.get(k, 0) for k in ("right", "named mistake", "otherwise wrong", "not attempted")}


def kind(row) -> str:
    if row["status"] == "right":
        return "right"
    if row["mistake"]:
        return "named mistake"
    return "not attempted" if row["status"] in ("not attempted", "missing") else "otherwise wrong"


def commonest(assignment, columns, most=5) -> str:
    """What to talk about first: the commonest known mistakes of all exercises, of those that more than one has made."""
    counted = [
        (n, i.exercise.id, *told)
        for i, column in zip(assignment.items, columns, strict=True)
        for told, n in wrong([r for r in column if r["mistake"]])
        if n > 1
    ]
    rows = sorted(counted, key=lambda row: -row[0])[:most]  # stable: in the assignment's order
    lines = "".join(
        f"<tr><td class=n>{n}</td><td>{escape(identifier)}: {escape(name)}</td><td>{words(says)}</td></tr>"
        for n, identifier, name, says in rows
    )
    return table("The commonest mistakes", lines) if rows else ""


def mistakes(item, rows) -> str:
    """The commonest mistakes of one exercise, with their sentences."""
    lines = "".join(
        f"<tr><td class=n>{n}</td><td>{escape(name)}</td><td>{words(says)}</td></tr>"
        for (name, says), n in wrong(rows)[:6]
    )
    return table(f"{item.exercise.id}  {item.exercise.title}: what went wrong", lines) if lines else ""


def wrong(rows) -> list:
    """[((mistake or –, sentence), how many), …] of one exercise, the commonest first."""
    blank = ("right", "not attempted", "missing")
    counted = Counter((r["mistake"] or "–", r["says"]) for r in rows if r["status"] not in blank)
    return sorted(counted.items(), key=lambda x: (-x[1], x[0]))


def table(title, lines) -> str:
    return (
        f"<h2>{escape(title)}</h2>\n<table class=wrong><tr><th class=n>times</th><th>mistake</th>"
        f"<th>what the students were told</th></tr>{lines}</table>"
    )


def students(results) -> str:
    """Every student with a link to the page; folded, because the class may be looking on."""
    lines = "".join(
        f'<tr><td><a href="feedback/{quote(r["student"])}.html">{escape(r["student"])}</a></td>'
        f"<td class=n>{r['total']:g}</td></tr>"
        for r in results
    )
    return f"<details><summary>Every student's page</summary>\n<table>{lines}</table></details>"


def unread(results) -> str:
    lines = "".join(
        f"<tr><td>{escape(r['student'])}</td><td>{words(r['unusable'])}</td></tr>" for r in results if r["unusable"]
    )
    return f"<h2>Could not be graded</h2>\n<table>{lines}</table>" if lines else ""


def remarks(results) -> str:
    """What is odd about files; what is said of several is said once."""
    about: dict[str, list] = {}
    for r in results:
        for note in r["notes"] if not r["unusable"] else ():
            about.setdefault(note, []).append(r["student"])
    lines = "".join(f"<tr><td>{escape(listed(who))}</td><td>{words(n)}</td></tr>" for n, who in about.items())
    return f"<h2>Remarks on files</h2>\n<table>{lines}</table>" if lines else ""


def left_out(names) -> str:
    """Files in the folder of submissions that are no notebooks."""
    return f"<p>Left out, because they are no notebooks: {escape(listed(names))}.</p>" if names else ""


def listed(names, most=12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
