"""Which slips does a check not see? ``python tests/grader_mutants.py 8`` tries them on every exercise of chapter 8.

Each solution is changed in one place: a mistake of ``mutation`` (a sign, a factor, a transpose, a comparison …), or one name
exchanged for another of the same function. What is printed was accepted as right. Most of it *is* right (``len(y)`` and
``len(X)`` are the same number); the rest is a hole in the cases: sizes that agree, a matrix that is symmetric, an argument
that never varies.
"""

import ast
import copy
import sys
import warnings
from collections.abc import Iterator

import numpy as np
from mutation import mistakes, replace_node

from bpedu import exercises
from bpedu.exercise import Exercise, source, strip_marks
from bpedu.judge import check_answer


def accepted(exercise: Exercise, seeds=range(3), seconds=2.0) -> Iterator[str]:
    """Descriptions of the changed solutions that the check calls right on all seeds."""
    for name, tree in mutants(exercise):
        answer = built(tree, exercise.name)
        if answer and all(check_answer(exercise, answer, seed, seconds=seconds).right for seed in seeds):
            yield name


def mutants(exercise: Exercise) -> Iterator[tuple[str, ast.Module]]:
    """("line 7: g @ v → v @ g", module) for every change in what the reader has to write."""
    tree, wanted = ast.parse(strip_marks(source(exercise.solution))), lines_to_write(source(exercise.solution))
    for k, node in enumerate(ast.walk(tree)):
        if getattr(node, "lineno", None) not in wanted:
            continue
        for m, replacement in enumerate(changes(node, tree)):
            changed = copy.deepcopy(tree)
            victim = list(ast.walk(changed))[k]
            around = ast.unparse(parent_of(tree, node))
            replace_node(changed, victim, list(changes(victim, changed))[m])
            then = f"{ast.unparse(node)} → {ast.unparse(replacement)}"
            yield (
                f"line {node.lineno}: {then}, in: {around}".replace("\n", "; ")[:160],
                ast.fix_missing_locations(changed),
            )


def lines_to_write(code: str) -> set[int]:
    """Numbers, in the code without its marks, of the lines that a reader writes: the marked ones, or all."""
    wanted, inside, number = set(), False, 0
    for line in code.splitlines():
        if line.strip().startswith(("### BEGIN", "### END")):
            inside = "BEGIN" in line
            continue
        number += 1
        if inside or "### BEGIN SOLUTION" not in code:
            wanted.add(number)
    return wanted


def changes(node: ast.AST, tree: ast.AST) -> Iterator[ast.AST]:
    """What the node could be by a slip: a mistake of ``mutation``, or another name of its function."""
    yield from mistakes(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        names = names_around(node, tree)
        yield from (ast.Name(other, ast.Load()) for other in sorted(names - {node.id}) if node.id in names)


def names_around(node, tree) -> set[str]:
    """The arguments and variables of the innermost function that the node stands in."""
    functions = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and node in set(ast.walk(f))]
    if not functions:
        return set()
    inside = list(ast.walk(functions[-1]))
    made = {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return made | {n.arg for n in inside if isinstance(n, ast.arg)}


def parent_of(tree, node):
    return next(p for p in ast.walk(tree) if any(child is node for child in ast.iter_child_nodes(p)))


def built(tree, name):
    """The changed function or class, or None where it cannot even be defined."""
    space = {"np": np}
    try:
        exec(compile(tree, "<mutant>", "exec"), space)
    except Exception:
        return None
    return space[name]


def main(chapters):
    warnings.simplefilter("ignore")
    for exercise in (e for number in chapters for e in exercises.chapter(number) if e.runs):
        total, blind = sum(1 for _ in mutants(exercise)), list(accepted(exercise))
        print(f"{exercise.id}: {total - len(blind)} of {total} slips are seen", *blind, sep="\n    ", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
