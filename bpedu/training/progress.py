"""A progress bar that leaves no trace: rich's in a terminal, a plain HTML bar in a notebook, nothing elsewhere.

Committed notebooks must come out the same each time, so what remains in a cell is the number of epochs and no time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress_bar(total: int, *, show: bool = True) -> Iterator[Callable[[str], None]]:
    """Gives a function ``advance(text)`` to be called after each of ``total`` epochs."""
    if show and _in_notebook():
        with _notebook_bar(total) as advance:
            yield advance
    elif show and sys.stderr is not None and sys.stderr.isatty():
        with _terminal_bar(total) as advance:
            yield advance
    else:
        yield lambda text: None


def _in_notebook() -> bool:
    """Whether a Jupyter kernel runs this; IPython is asked only if it is loaded already."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and hasattr(shell, "kernel")


@contextmanager
def _terminal_bar(total):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda text: bar.update(task, advance=1, description=text)


@contextmanager
def _notebook_bar(total):
    from IPython.display import HTML, display

    done, handle = 0, display(HTML(_html(0, total, "")), display_id=True)

    def advance(text):
        nonlocal done
        done += 1
        handle.update(HTML(_html(done, total, text)))

    try:
        yield advance
    finally:
        handle.update(HTML(f"<small>{done} of {total} epochs</small>"))


def _html(done, total, text):
    return f'<progress value="{done}" max="{total}"></progress> epoch {done} of {total} &nbsp; {text}'
