"""What the test cells of an assignment call where nbgrader runs them itself, in the student's own kernel.

The last value of such a cell has to be a plain float, and nothing may reach stderr: nbgrader takes either for the mark.
Code in the same process can forge this mark, as any mark that stock nbgrader computes; `bpedu grade`, or nbgrader with
our judge (`bpedu.grading.nbgrader_bridge`), cannot be forged so.
"""

import contextlib
import io
import os
import secrets
import warnings


def score(identifier: str, answer=..., *, points: float = 1.0, given=None) -> float:
    """`points` for a right answer and 0.0 for any other, on inputs drawn now."""
    with (
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        from bpedu import exercises
        from bpedu.judge import check_answer, judge_value

        for folder in filter(None, os.environ.get("BPEDU_PACKS", "").split(os.pathsep)):
            exercises.add_pack(folder)
        with contextlib.suppress(KeyError):
            exercise = exercises.find(identifier)
            if given is not None:
                return float(points) * judge_value(exercise, answer, given).right
            return float(points) * check_answer(exercise, answer, secrets.randbelow(10**9), seconds=5).right
    print(f"Exercise {identifier} is your teacher's own and is not checked here.")
    return 0.0
