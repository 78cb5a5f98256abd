"""Makes the notebooks from the manuscript: book/NN_slug.md -> chapters/NN_slug.ipynb and solutions/NN_slug.ipynb.

    python book/build_notebooks.py            builds the chapters whose source has changed
    python book/build_notebooks.py 03 --all   builds chapter 03 in any case
    python book/build_notebooks.py --check    builds nothing; fails on anything stale, leaked, unsolved or failing

A source is a MyST Markdown notebook (read by jupytext). Three things are added to that format:
an exercise, written as ```{exercise} 3.1``` on a line with a closing fence, becomes its task, its blank and its check;
a citation, [@glorot2010], becomes a link to the list of sources that closes the chapter;
a link to a chapter that is not written yet becomes plain text;
a code cell tagged nbval-ignore-output must also say why (`:reason: …`);
a code cell that draws says in `:alt: …` what is to be seen, for those who cannot see it, and in `:caption: …` what it shows;
`bpedu: needs: [torch]` in the head names libraries without which the chapter runs, but not to these outputs.
"""

import argparse
import ast
import hashlib
import json
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import jupytext
import nbformat
from citations import Bibliography
from nbclient import NotebookClient
from prepare import WIDGET

from bpedu import exercises
from bpedu.widgets.base import Figure, module_source

HERE = Path(__file__).parent
ROOT = HERE.parent
EXERCISE = re.compile(r"^```\{exercise\} *(\S+) *\n```$", re.M)
HEX_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
CITATION = re.compile(r"\[(@[\w:.-]+(?:; *@[\w:.-]+)*)\]")
CHAPTER_LINK = re.compile(r"\[([^\]]+)\]\((\w+)\.ipynb(#[^)]*)?\)")
DEFINED = re.compile(r"^\s*(?:def|class) +(\w+)", re.M)
STARS = {1: "★☆☆", 2: "★★☆", 3: "★★★"}


def sources() -> list[Path]:
    """The manuscript in order."""
    return sorted(p for p in HERE.glob("[0-9A-Z]*_*.md"))


def manuscript(path: Path):
    """The source as a notebook, before anything is expanded."""
    return jupytext.reads(path.read_text(encoding="utf-8"), fmt="md:myst")


def expand(path: Path, *, solved: bool):
    """The notebook of one chapter without outputs, exercises blank or solved."""
    book = manuscript(path)
    cited: list[str] = []
    cells = []
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cells += markdown_cells(cell.source, solved, cited)
        else:
            cells.append(code_cell(cell, path))
    if cited:
        cells.append(nbformat.v4.new_markdown_cell(Bibliography.read().sources(cited)))
    number = path.stem.split("_")[0]
    for i, cell in enumerate(cells):
        cell.id = f"{number}-{i:03d}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "bpedu": {"chapter": number, "solved": solved, **book.metadata.get("bpedu", {})},
    }
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def markdown_cells(text, solved, cited):
    """Markdown and exercise cells of one Markdown block of the manuscript."""
    cells, pieces = [], EXERCISE.split(text)
    for i, piece in enumerate(pieces):
        if i % 2:
            cells += exercise_cells(exercises.find(piece), solved)
        elif piece.strip():
            cells.append(nbformat.v4.new_markdown_cell(cite(without_dead_links(piece.strip()), cited)))
    return cells


def without_dead_links(text):
    """Turns links to chapters that have no source yet into their text."""
    return CHAPTER_LINK.sub(lambda m: m[0] if (HERE / f"{m[2]}.md").exists() else m[1], text)


def cite(text, cited):
    """Turns [@key; @key] into links, and notes the keys in order of appearance."""

    def link(match):
        keys = [k.strip().lstrip("@") for k in match[1].split(";")]
        cited.extend(k for k in keys if k not in cited)
        return "; ".join(Bibliography.read().link(k) for k in keys)

    return CITATION.sub(link, text)


def code_cell(cell, path):
    tags = cell.metadata.get("tags", [])
    if "nbval-ignore-output" in tags and not cell.metadata.get("reason"):
        raise SystemExit(
            f"{path.name}: a cell tagged nbval-ignore-output has to say why, with :reason: …\n{cell.source}"
        )
    if "hide-input" in tags:
        cell.metadata["jupyter"] = {"source_hidden": True}
    return nbformat.v4.new_code_cell(cell.source.strip(), metadata=dict(cell.metadata))


def exercise_cells(exercise, solved):
    """Task, answer and check of one exercise."""

    def tagged(role):
        return {"bpedu": {"exercise": exercise.id, "role": role}}

    points = f"{exercise.points} point" + ("s" if exercise.points > 1 else "")
    head = f"### Exercise {exercise.id}: {exercise.title}\n\n*{STARS[exercise.difficulty]} · {points}*\n\n"
    answer = exercise.solution_code() if solved else exercise.starter_code()
    check = f'{exercise.name} = check("{exercise.id}", {exercise.name})   # stuck? hint("{exercise.id}")'
    return [
        nbformat.v4.new_markdown_cell(head + exercise.statement(), metadata=tagged("task")),
        nbformat.v4.new_code_cell(answer, metadata=tagged("answer")),
        nbformat.v4.new_code_cell(check, metadata=tagged("check")),
    ]


def execute(notebook, folder: Path) -> None:
    """Runs all cells in a fresh kernel with `folder` as working directory, then tidies what is not reproducible."""
    os.environ.pop("BPEDU_WORKSPACE", None)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # two notebooks run at once: threads would fight for cores
        os.environ.setdefault(name, "1")
    client = NotebookClient(
        notebook,
        timeout=300,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
    )
    for attempt in range(3):  # two kernels that start at once may be given the same port; the loser dies
        try:
            client.execute()
            break
        except RuntimeError as error:
            if "Kernel died before replying" not in str(error) or attempt == 2:
                raise
    tidy(notebook)


def tidy(notebook) -> None:
    """Replaces random ids and object addresses by their order of appearance, and drops what changes between runs."""
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = merged_streams(cell.outputs)
            add_alt_text(cell)
    text = nbformat.writes(notebook)
    names = {random: f"{i:032x}" for i, random in enumerate(ids_in_order(notebook))}
    text = HEX_ID.sub(lambda m: names.get(m[0], m[0]), text)
    addresses: dict[str, str] = {}
    text = re.sub(r"\b0x[0-9a-f]{9,16}\b", lambda m: addresses.setdefault(m[0], f"0x{len(addresses):012x}"), text)
    notebook.update(nbformat.reads(text, as_version=4))
    for state in notebook.metadata.get("widgets", {}).values():
        state["state"] = dict(sorted(state["state"].items()))


def ids_in_order(notebook) -> list[str]:
    """The random ids of a notebook: those of its outputs as they appear, each followed by what its widget refers to."""
    states = {k: v for w in notebook.metadata.get("widgets", {}).values() for k, v in w["state"].items()}
    waiting = HEX_ID.findall("".join(json.dumps(c.get("outputs", []), sort_keys=True) for c in notebook.cells))
    found: dict[str, None] = {}
    while waiting:
        first = waiting.pop(0)
        if first not in found:
            found[first] = None
            waiting = HEX_ID.findall(json.dumps(states.get(first, {}), sort_keys=True)) + waiting
    return list(found) + sorted(set(states) - set(found), key=lambda k: json.dumps(states[k], sort_keys=True))


def merged_streams(outputs):
    """Prints that arrived in several pieces as one: where a stream is cut depends on timing."""
    out = []
    for output in outputs:
        if out and output.output_type == "stream" and out[-1].output_type == "stream" and out[-1].name == output.name:
            out[-1]["text"] += output["text"]
        else:
            out.append(output)
    return out


def add_alt_text(cell) -> None:
    """Hands the cell's alternative text to the images it drew."""
    for output in cell.outputs:
        if "alt" in cell.metadata and "image/png" in output.get("data", {}):
            output.setdefault("metadata", {}).setdefault("image/png", {})["alt"] = cell.metadata["alt"]


def targets(path: Path):
    """(solved, where it goes) for the two notebooks of a chapter."""
    return [(False, ROOT / "chapters" / f"{path.stem}.ipynb"), (True, ROOT / "solutions" / f"{path.stem}.ipynb")]


def build(path: Path, solved: bool, target: Path, everything: bool) -> str:
    """Expands, executes and writes one notebook. Returns its digest.

    Where only words have changed, the outputs are kept as they were, unless `everything` is wanted.
    """
    notebook = expand(path, solved=solved)
    missing = [name for name in notebook.metadata["bpedu"].get("needs", []) if find_spec(name) is None]
    if missing:
        raise RuntimeError(f"{path.name} is built with {' and '.join(missing)}. See EXTRAS and TORCH in: make help")
    target.parent.mkdir(exist_ok=True)
    if everything or not keep_outputs(notebook, target):
        execute(notebook, target.parent)
    text = nbformat.writes(notebook) + "\n"
    beside = target.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(target)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def keep_outputs(notebook, target: Path) -> bool:
    """Takes over the outputs of the notebook that stands at `target`, if its code cells are the same and none failed."""
    try:
        made = nbformat.read(target, as_version=4)
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return False
    new, old = ([c for c in n.cells if c.cell_type == "code"] for n in (notebook, made))
    if list(map(as_run, new)) != list(map(as_run, old)):
        return False
    for cell, before in zip(new, old, strict=True):
        cell.outputs, cell.execution_count = before.outputs, before.execution_count
        add_alt_text(cell)
    if any(True for cell in new for _ in cell_faults(cell)):
        return False
    if "widgets" in made.metadata:
        notebook.metadata["widgets"] = made.metadata["widgets"]
        for state, code in stored_figures(notebook):
            state.update(code)
    return True


def as_run(cell):
    """What of a code cell its outputs depend on: all but the words about them."""
    return cell.source, {k: v for k, v in cell.metadata.items() if k not in ("alt", "caption", "reason")}


def stored_figures(notebook):
    """(stored state, the JavaScript and style that bpedu.widgets has now) of each interactive figure of a notebook."""
    for widgets in notebook.metadata.get("widgets", {}).values():
        for model in widgets["state"].values():
            module, _, name = model["state"].get("_anywidget_id", "").rpartition(".")
            if module.startswith("bpedu."):
                kind = getattr(import_module(module), name).kind
                yield model["state"], {"_esm": module_source(kind), "_css": Figure._css}


def faults(path: Path, solved: bool, target: Path) -> list[str]:
    """Everything that is wrong with one committed notebook, as sentences."""
    shown = target.relative_to(ROOT)
    if not target.exists():
        return [f"{shown} is missing. Run: make notebooks"]
    try:
        made = nbformat.read(target, as_version=4)
    except (ValueError, AttributeError, KeyError, TypeError):
        return [f"{shown} is no notebook. Run: make notebooks"]
    try:
        fresh = expand(path, solved=solved)
    except KeyError as error:  # an exercise that does not exist
        return [f"{path.name}: {error.args[0]}"]
    if [plain(c) for c in made.cells] != [plain(c) for c in fresh.cells]:
        return [f"{shown} does not match its source {path.name}. Run: make notebooks"]
    if any(state.get(name) != text for state, code in stored_figures(made) for name, text in code.items()):
        return [f"{shown} holds a figure as it was before bpedu/widgets changed. Run: make notebooks"]
    found = [
        f"{shown}: {sentence}" for cell in made.cells if cell.cell_type == "code" for sentence in cell_faults(cell)
    ]
    counts = [c.execution_count for c in made.cells if c.cell_type == "code" and c.source.strip()]
    if None not in counts and counts != list(range(1, len(counts) + 1)):
        found.append(f"{shown}: its cells were not run once each, from the top")
    for cell in made.cells:
        tag = cell.metadata.get("bpedu", {})
        if tag.get("role") == "check":
            found += [f"{shown}: {s}" for s in check_faults(tag["exercise"], cell, solved)]
    if not solved:
        found += [f"{shown}: {s}" for s in leaks(made)]
    return found


def plain(cell):
    return cell.id, cell.cell_type, cell.source, dict(cell.metadata)


def cell_faults(cell):
    if cell.execution_count is None and cell.source.strip():
        yield f"a cell was not executed: {cell.source[:60]!r}"
    for output in cell.outputs:
        if output.output_type == "error":
            yield f"a cell fails with {output.ename}: {output.evalue}"
        if output.output_type == "stream" and output.name == "stderr":
            yield f"a cell writes to stderr: {output.text[:80]!r}"
        if "image/png" in output.get("data", {}) and "alt" not in cell.metadata:
            yield f"a cell draws a figure without :alt: text: {cell.source[:60]!r}"
        if not cell.metadata.get("caption") and {"image/png", WIDGET} & output.get("data", {}).keys():
            yield f"a cell draws a figure without :caption: {cell.source[:60]!r}"


def check_faults(identifier, cell, solved):
    said = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    if solved and not said.startswith("✓"):
        yield f"the solution of exercise {identifier} does not pass: {said[:200]}"
    if not solved and said.startswith("✓"):
        yield f"the blank of exercise {identifier} passes its check"


def leaks(notebook):
    """Solutions that stand in a notebook that should be blank: in the answer's own cell, or as a function in any other."""
    answers = {definition(e.solution_code(), e.name): e.id for e in exercises.every() if e.runs}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tag = cell.metadata.get("bpedu", {})
        if tag.get("role") == "answer":
            exercise = exercises.find(tag["exercise"])
            if cell.source.strip() == exercise.solution_code().strip() or "BEGIN SOLUTION" in cell.source:
                yield f"the solution of exercise {exercise.id} stands in the blank"
        for found in {definition(cell.source, name) for name in DEFINED.findall(cell.source)} & answers.keys() - {None}:
            yield f"a cell holds the solution of exercise {answers[found]}: {cell.source[:60]!r}"


def definition(code, name) -> str | None:
    """The last function or class called `name` in a cell, without docstrings, layout and comments; None if there is none."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # IPython's own syntax
        return None
    defined = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    for node in defined:
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return next((ast.dump(n) for n in reversed(defined) if n.name == name), None)


def exercise_faults(paths) -> list[str]:
    """Exercises that no chapter shows, and exercises shown twice."""
    shown = [m for path in paths for m in EXERCISE.findall(path.read_text(encoding="utf-8"))]
    known = [e.id for e in exercises.every()]
    return [f"Exercise {k} stands {shown.count(k)} times in the manuscript, once was expected." for k in known
            if shown.count(k) != 1] + [f"The manuscript shows exercise {s}, which does not exist." for s in shown
            if s not in known]  # fmt: skip


def equation_faults(paths) -> list[str]:
    """Numbered equations of several lines, whose number the web page would print as text."""
    blocks = [
        (p, b) for p in paths for b in re.findall(r"^\$\$\n(.*?)^\$\$", p.read_text(encoding="utf-8"), re.M | re.S)
    ]
    return [
        f"{p.name}: an aligned block cannot carry a \\tag; number its lines one by one: {b.strip()[:60]!r}"
        for p, b in blocks
        if b.startswith("\\begin{aligned}") and "\\tag" in b
    ]


def stray_notebooks(paths) -> list[str]:
    stems = {p.stem for p in paths}
    found = [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]
    return [f"{p.relative_to(ROOT)} has no source in book/." for p in found if p.stem not in stems]


def is_stale(path, solved, target):
    return bool(faults(path, solved, target))


def check(paths, whole: bool) -> int:
    """Prints what is wrong with these chapters, and what only shows in the whole book where `paths` is all of it."""
    found = exercise_faults(paths) + stray_notebooks(paths) + equation_faults(paths) if whole else []
    for path in paths:
        for solved, target in targets(path):
            found += faults(path, solved, target)
    print("\n".join(found) or f"{len(paths)} chapters: both notebooks of each match their source.")
    return 1 if found else 0


def make(paths, everything: bool, jobs: int) -> int:
    work = [(p, s, t) for p in paths for s, t in targets(p) if everything or is_stale(p, s, t)]
    print(f"{len(work)} of {2 * len(paths)} notebooks to build." if work else "All notebooks are up to date.")
    failed = 0
    with ProcessPoolExecutor(min(jobs, max(1, len(work)))) as pool:
        for (_, _, target), job in [(w, pool.submit(build, *w, everything)) for w in work]:
            try:
                print(f"  {target.relative_to(ROOT)}  {job.result()}", flush=True)
            except Exception as error:
                failed += 1
                print(f"  {target.relative_to(ROOT)} FAILED:\n{error}", flush=True)
    return 1 if failed else 0


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", metavar="NN", help="only these chapters, for example 03 M")
    parser.add_argument(
        "--check", action="store_true", help="build nothing, fail on anything that is not as it should be"
    )
    parser.add_argument("--all", action="store_true", help="build even what has not changed")
    parser.add_argument("--jobs", type=int, default=2, help="notebooks executed at once (2)")
    args = parser.parse_args(argv)
    paths = [p for p in sources() if not args.chapters or p.stem.split("_")[0] in args.chapters]
    unknown = set(args.chapters) - {p.stem.split("_")[0] for p in paths}
    if unknown:
        parser.error(f"there is no chapter {', '.join(sorted(unknown))} in {HERE}")
    return check(paths, not args.chapters) if args.check else make(paths, args.all, args.jobs)


if __name__ == "__main__":
    sys.exit(main())
