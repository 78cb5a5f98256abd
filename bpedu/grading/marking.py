"""Marks one submission: its answers go into the sandbox, outcomes come back, and the judge compares them out here.

All answers of a submission first run in one process, each with its own deadline. Those that a neighbour's end kept from
running, and all answers of a notebook that changes NumPy or Python itself, run in a process of their own.
"""

import os
import re
from dataclasses import dataclass
from hashlib import sha256

from bpedu.grading import lending, sandbox, walls, words
from bpedu.grading.assignment import Assignment, Item
from bpedu.grading.box import codec
from bpedu.grading.findings import Finding, Paper, draw_paper, find, judge_reply
from bpedu.grading.notebooks import Cell, Unusable, cells_of, parse

# What could change Python or NumPy under the feet of the next answer. Every search takes time in proportion to the text.
TOUCHY = {"seterr", "setattr", "globals", "exec", "eval", "open", "get_ipython", "del"}
METHODS = {"__init__", "__call__", "__repr__", "__name__", "__main__", "__len__", "__getitem__", "__str__"}
KNOWN = "numpy|math|matplotlib|itertools|functools|collections|typing|dataclasses|bpedu|torch"
FOREIGN = re.compile(
    rf"^[ \t]*+(?:import[ \t]++(?!(?:{KNOWN})\b)[\w.]|from[ \t]++(?!(?:{KNOWN})\b)[\w.]++[ \t]++import\b)", re.MULTILINE
)
SETS = re.compile(r"(?<!\bself)\.\w++[ \t]*+=[^=]")
LONG = 200_000  # letters: a longer text is taken for touchy without a look
REMEMBERED = 2000


@dataclass(frozen=True)
class Settings:
    """How a run grades. per_student: hidden cases of each student's own."""

    seed: int = 0
    per_student: bool = False
    isolation: str = walls.FULL
    seconds: float = 2.0
    memory: int = 512 << 20


class Marker:
    """Marks submissions of one assignment, one after the other, with one sandbox."""

    def __init__(self, assignment: Assignment, settings: Settings):
        self.assignment, self.settings = assignment, settings
        self.boxes: dict[tuple, sandbox.Box] = {}
        self.papers: dict = {}
        self.known: dict = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for box in self.boxes.values():
            box.close()

    def box(self, libraries, use="answers") -> sandbox.Box:
        """The sandbox with these libraries: one for answers and another for what is lent to them."""
        if (use, libraries) not in self.boxes:
            self.boxes[use, libraries] = sandbox.Box(self.settings.isolation, libraries)
        return self.boxes[use, libraries]

    def paper(self, item: Item, student: str, numbers: str = "") -> Paper:
        """The cases of this run, drawn once; or the student's own, and the numbers of the notebook handed out to `numbers`."""
        key = item.solution, student if self.settings.per_student else "", numbers if item.exercise.draw else ""
        if key in self.papers:
            return self.papers[key]
        paper = draw_paper(item, self.assignment, self.settings, *key[1:])
        if key[1:] == ("", ""):
            self.papers[key] = paper
        return paper

    def mark(self, student: str, raw: bytes) -> dict:
        """The marks of one notebook, as plain data. Never raises for anything that a submission can hold."""
        try:
            cells, notes, numbers = self.read(student, raw)
        except Unusable as error:
            return self.nothing(student, error.args[0])
        except Exception as error:  # nothing but the file has been looked at so far, so it is the file's fault
            return self.nothing(student, words.SUBMISSION["unread"].format(kind=type(error).__name__))
        return self.report(student, self.findings(student, cells, numbers), notes)

    def read(self, student: str, raw: bytes) -> tuple[list[Cell], list[str], str]:
        """(cells, remarks, whose numbers to judge by) of a notebook. Raises `Unusable`."""
        notebook, encoding = parse(raw)
        cells = cells_of(notebook)
        notes = remarks(self.assignment, cells)
        if encoding != "utf-8-sig":
            notes.append(words.NOTE["reencoded"].format(encoding=encoding))
        numbers, remark = self.assignment.numbers_of(student, notebook)
        return cells, notes + [remark] * bool(remark), numbers

    def nothing(self, student, reason) -> dict:
        """The marks of a submission that cannot be read: none, and why."""
        blanks = {i.solution: Finding("unusable", reason) for i in self.assignment.items}
        return self.report(student, blanks, [reason], unusable=reason)

    def report(self, student, findings, notes, unusable=None) -> dict:
        rows = [row(i, findings[i.solution]) for i in self.assignment.items]
        return {
            "student": student, "total": round(sum(r["points"] for r in rows), 6), "max": self.assignment.maximum,
            "notes": notes, "unusable": unusable, "exercises": rows,
        }  # fmt: skip

    def findings(self, student, cells, numbers) -> dict[str, Finding]:
        """A finding for every exercise, by the name of its cell."""
        notebook, found, locked = [], {}, self.assignment.locked
        for cell in cells:
            item = next((i for i in self.assignment.items if i.solution == cell.grade_id), None)
            if item and bare(cell.source) != bare(item.blank):
                notebook.append((cell.grade_id, cell.source))
            elif not item and locked.get(cell.grade_id, "") not in (None, cell.source.strip()):
                notebook.append(("", cell.source))
        text = "\n".join(s for _, s in notebook)
        papers = []
        for item in self.assignment.items:
            if item.exercise.name not in text:
                present = any(c.grade_id == item.solution for c in cells)
                found[item.solution] = find(item.exercise, "not attempted" if present else "missing")
            else:
                papers.append(self.paper(item, student, numbers))
        self.run_papers(notebook, text, papers, found)
        for item in self.assignment.items:
            if found[item.solution].status == "not attempted" and renamed(item, cells, text):
                found[item.solution] = find(item.exercise, "renamed")
        return found

    def run_papers(self, notebook, text, papers, found):
        """Fills `found`: all answers in one process where that is fair, then again those that others stood in the way of."""
        waiting = [[p] for p in papers] if touchy(text) else alike(papers)
        while waiting:
            group = waiting.pop()
            findings = self.sit(notebook, text, group)
            found.update({p.item.solution: f for p, f in zip(group, findings, strict=False)})
            rest = group[len(findings) :]
            waiting += [rest] if rest else []
        for paper in papers:
            if not found[paper.item.solution].right and paper.exercise.needs:
                self.run_with_help(notebook, text, paper, found)

    def run_with_help(self, notebook, text, paper, found):
        """An answer that calls earlier exercises' functions and is not right is run again with the judge's lent to it.

        Even where those are right by themselves: what they call may have another meaning in a later cell.
        """
        lent = lending.wanted(paper.exercise, text, {i.exercise.id for i in self.assignment.items})
        if not lent:
            return
        job = lending.job([e for e, _ in lent], self.settings.seconds, self.settings.memory)
        with self.box(("numpy",), "lending").lending(job) as lender:
            finding = self.sit(notebook, text, [paper], lender, [(e.name, replace) for e, replace in lent])[0]
        if finding.right:
            needs = words.feedback.join([e.id for e, _ in lent])
            found[paper.item.solution] = finding._replace(says=words.ANSWER["right with help"].format(needs=needs))

    def sit(self, notebook, text, papers, lender=None, lent=(), *, again=True) -> list[Finding]:
        """Findings on the first answers of a group: all of them, or those up to the first that did not finish."""
        listed = {name for p in papers for name in p.item.libraries}
        libraries = (
            "numpy",
            *(("matplotlib",) if "matplotlib" in text else ()),
            *sorted(listed - {"numpy", "matplotlib"}),
        )
        kept = {p.key: p.sheet for p in papers if p.shared}
        answers = [(p.key, None if p.shared else p.sheet, list(lent)) for p in papers]
        job = codec.encode({
            "cells": notebook, "answers": answers, "seconds": self.settings.seconds, "memory": self.settings.memory,
        })  # fmt: skip
        largest = (1 << 20) + 8 * max(p.size for p in papers)
        sitting = self.box(libraries).run(
            job, len(papers), seconds=self.settings.seconds, largest=largest, lender=lender, sheets=kept
        )
        findings = [self.judge(p, raw) for p, raw in zip(papers, sitting.replies, strict=False)]
        if sitting.end == "done":
            return findings
        stopped = papers[len(findings)]
        if again and sitting.end == "slow" and starved(sitting.cpu, self.settings.seconds):
            return findings + self.sit(notebook, text, [stopped], lender, lent, again=False)
        return [*findings, find(stopped.exercise, sitting.end, seconds=self.settings.seconds)]

    def judge(self, paper: Paper, raw: bytes) -> Finding:
        """What one reply is worth; the same reply to the same cases is judged once."""
        key = paper.key, sha256(raw).digest()
        if key not in self.known:
            if len(self.known) >= REMEMBERED:
                self.known.clear()
            self.known[key] = judge_reply(paper, raw)
        return self.known[key]


def alike(papers: list[Paper]) -> list[list[Paper]]:
    """Papers whose answers may stand in one process: those with the same libraries, which are nobody else's to use."""
    groups: dict[tuple, list[Paper]] = {}
    for paper in papers:
        groups.setdefault(paper.item.libraries, []).append(paper)
    return list(groups.values())


def bare(source: str) -> str:
    """A cell without remarks and empty lines. One that differs by these alone from the blank is blank, and what stands in
    another cell counts.
    """
    lines = (line.split("#", 1)[0].rstrip() for line in source.split("\n"))
    return "\n".join(line for line in lines if line)


def renamed(item: Item, cells: list[Cell], text: str) -> bool:
    """Whether an answer's cell has been filled in, while nothing in the notebook has the answer's name."""
    own = [bare(c.source) for c in cells if c.grade_id == item.solution]
    defined = re.search(rf"^[ \t]*+(?:def|class)?[ \t]*+{re.escape(item.exercise.name)}\b", text, re.MULTILINE)
    return not defined and any(own) and bare(item.blank) not in own


def touchy(text: str) -> bool:
    """Whether code may change what the answers after it stand on, so that each should run in a process of its own."""
    if len(text) > LONG:
        return True
    words = set(re.findall(r"\w+", text))
    special = {w for w in words if w[:2] == w[-2:] == "__"} - METHODS
    return bool(words & TOUCHY or special or SETS.search(text) or FOREIGN.search(text))


def starved(cpu: float, seconds: float) -> bool:
    """Whether a late answer had little of an overloaded machine: then it is given one more chance."""
    return cpu < seconds / 4 and hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1)


def row(item: Item, finding: Finding) -> dict:
    """One exercise's line in the report, as plain data."""
    return {
        "id": item.exercise.id, "title": item.exercise.title, "points": item.points if finding.right else 0.0,
        "max": item.points, **finding._asdict(),
    }  # fmt: skip


def remarks(assignment: Assignment, cells: list[Cell]) -> list[str]:
    """What was found odd in a notebook, in sentences; nothing of it changes a mark."""
    notes, known = [], {c.grade_id for c in cells}
    if not any(i.solution in known for i in assignment.items):
        return [words.NOTE["other"]]
    for item in assignment.items:
        copies = [c for c in cells if c.grade_id == item.solution]
        tests = [c for c in cells if c.grade_id == item.test]
        if not copies:
            notes.append(words.NOTE["deleted"].format(id=item.exercise.id))
        if len(copies) > 1:
            notes.append(words.NOTE["duplicated"].format(id=item.exercise.id, count=len(copies)))
        if any(c.marks.get("points") != item.points for c in tests):
            notes.append(words.NOTE["points"].format(id=item.exercise.id))
        if any(c.marks.get("solution") is not True or c.marks.get("grade") is not False for c in copies):
            notes.append(words.NOTE["metadata"].format(id=item.exercise.id))
    return notes
