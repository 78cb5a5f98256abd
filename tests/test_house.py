"""House rules that a program can see, over every file that git keeps."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = {
    ".py",
    ".md",
    ".js",
    ".mjs",
    ".css",
    ".toml",
    ".yml",
    ".yaml",
    ".txt",
    ".cff",
    ".bib",
    ".json",
    ".csv",
    ".ipynb",
    "",
}


def kept() -> list[Path]:
    """The files that git keeps or would keep; in a folder without git, every file that is not set-up or output."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


FILES = [p for p in kept() if p.suffix in TEXT and "vendor" not in p.parts]


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def lines_with(pattern, files, but=()):
    """'file:line: text' of every match."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:160]}"
        for path in files
        if path.name not in but
        for number, line in enumerate(words(path).splitlines(), 1)
        if re.search(pattern, line)
    ]


def test_no_registry_is_named_by_its_host():
    """Where packages come from is the reader's setting, and may be a mirror."""
    hosts = "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "npmjs" + r"\.(org|com)",
            "download" + r"\.pytorch",
            "conda" + r"\.anaconda",
        ]
    )
    assert lines_with(hosts, FILES) == []


def test_no_path_of_one_machine_is_left_behind():
    homes = "|".join(
        [
            "/" + "work/",
            "/" + "root/",
            "/" + "home/[a-z]",
            "/" + "Users/[a-z]",
            r"C:\\\\" + "Users",
            "/" + r"tmp/[\w-]+/",
        ]
    )
    assert lines_with(homes, FILES) == []


def test_no_time_of_the_making_is_left_in_a_notebook():
    for path in FILES:
        if path.suffix == ".ipynb":
            cells = json.loads(words(path))["cells"]
            assert not any("execution" in cell["metadata"] for cell in cells), path


def test_code_that_a_reader_sees_fits_the_page():
    """At the page's full width a code block holds 110 columns; what is longer has to be scrolled."""
    wide = []
    for path in [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]:
        for cell in json.loads(words(path))["cells"]:
            if cell["cell_type"] == "code" and "hide-input" not in cell["metadata"].get("tags", []):
                lines = "".join(cell["source"]).split("\n")
                wide += [f"{path.name}: {line}" for line in lines if len(line) > 110]
    assert wide == []


def test_no_large_file_came_in_unseen():
    large = {str(p.relative_to(ROOT)): p.stat().st_size for p in kept() if p.stat().st_size > 3_000_000}
    assert set(large) <= {"data/mnist/mnist.npz"}, large


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".py"], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_why_it_exists(path):
    text = words(path)
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} does not open with a line of its own"


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".md"], ids=lambda p: str(p.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(path):
    """Relative links and pictures; a chapter's source is read as the notebook beside the others."""
    home = ROOT / "chapters" if path.parent.name == "book" and re.match(r"[0-9M]+[0-9]?_", path.name) else path.parent
    text = re.sub(r"```.*?```", "", words(path), flags=re.S)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" in target or target.startswith(("mailto:", "data:")):
            continue
        planned = home.name == "chapters" and target.endswith(".ipynb")  # chapters to come
        assert planned or (home / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


def test_the_makefile_has_what_the_readme_promises():
    both = words(ROOT / "README.md") + words(ROOT / "CONTRIBUTING.md")
    targets = set(re.findall(r"^([a-z-]+):", words(ROOT / "Makefile"), flags=re.M))
    promised = set(re.findall(r"(?:^|`)make ([a-z-]+)\b", both, flags=re.M))
    assert promised <= targets


def test_ci_runs_the_readmes_test_command():
    assert "make test" in words(ROOT / "README.md")
    assert words(ROOT / ".ci" / "run").rstrip().endswith("exec make test")
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_the_readmes_first_gradient_is_what_it_prints():
    """The README's Python block prints the text block under it."""
    code, shown = re.search(r"```python\n(.*?)```\n```text\n(.*?)```", words(ROOT / "README.md"), flags=re.S).groups()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == shown, done.stderr


def test_conda_and_binder_install_what_pip_does():
    text = words(ROOT / "environment.yml")
    assert "- -c constraints.txt\n      - -e .\n" in text
    assert 'requires-python = ">=3.11"' in words(ROOT / "pyproject.toml")
    assert "python>=3.11" in text


def test_constraints_are_exact_and_name_no_place():
    lines = [line for line in words(ROOT / "constraints.txt").splitlines() if line and not line.startswith("#")]
    assert len(lines) > 80
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []


def test_the_teachers_plan_has_the_hours_of_the_chapters_and_exercises_that_exist():
    """A chapter says at its top how long it takes; the plan adds these up."""
    from bpedu.cli_assign import ranged

    number = {"an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
    hours = {}
    for path in ROOT.glob("book/[0-9M]*_*.md"):
        head = words(path).split("\n## ")[0]
        hours[path.name.split("_")[0]] = number[re.search(r"(?:[Tt]ime:|takes)\s+(?:about\s+)?(\w+)\s+hour", head)[1]]
    guide = words(ROOT / "book" / "teachers_guide.md")
    rows = re.findall(r"^\| \d+ \| ([^|]+) \| (\d+) \| `([^`]+)` \|", guide, re.MULTILINE)
    assert len(rows) == 8
    for chapters, total, homework in rows:
        named = chapters.split(", ")
        assert sum(hours.pop(name) for name in named) == int(total), chapters
        for part in homework.split(","):
            assert {exercise.id.split(".")[0].zfill(2) for exercise in ranged(part)} <= set(named)
    assert hours["13"] == 2, "the guide says so"
