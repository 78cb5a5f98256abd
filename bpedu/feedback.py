"""Chooses what a check says of a verdict, from the tables of `bpedu.words`."""

import difflib

import numpy as np

from bpedu.exercise import Exercise
from bpedu.explain import errors
from bpedu.judge import Verdict
from bpedu.words import ALL_AXES, DONE, ERRORS, EXPLANATIONS, WORDS


def sentence(exercise: Exercise, verdict: Verdict, *, reveal: bool = True) -> str:
    """The verdict in words. With reveal=False nothing of the cases is told: no inputs, indices, values or sizes."""
    parts = LEADS.get(verdict.status, plain)(exercise, verdict, reveal)
    return " ".join(p for p in parts if p)


def plain(exercise, verdict, reveal):
    return [WORDS[verdict.status].format(id=exercise.id, name=exercise.name, **verdict.details)]


def right(exercise, verdict, reveal):
    return [WORDS["right" if exercise.runs else "right value"].format(name=exercise.name)]


def not_attempted(exercise, verdict, reveal):
    key = "not attempted" if exercise.runs else "not attempted value"
    return [WORDS[key].format(name=exercise.name, id=exercise.id)]


def mistake(exercise, verdict, reveal):
    return [verdict.mistake.says]


def error(exercise, verdict, reveal):
    d = verdict.details
    if not reveal:
        return [WORDS["error"].format(error=d["error"].split(":")[0])]
    line = WORDS["error line"].format(line=d["line"]) if d.get("line") else ""
    return [
        WORDS["error"].format(error=d["error"]), line, WORDS["error arguments"].format(arguments=shapes(d["arguments"])),
        unsteady(d) or advice(exercise, d["error"]) or shared(d),
    ]  # fmt: skip


def advice(exercise, message):
    """What such an error is about and what to look for, or nothing."""
    found = errors.about(message)
    if not found:
        return ""
    key, mentioned = found
    return ERRORS[key].format(exercise=exercise.name, **mentioned)


def nothing(exercise, verdict, reveal):
    d = verdict.details
    if d.get("sometimes") and reveal and not verdict.result:
        return [WORDS["none here"].format(arguments=shapes(d["arguments"]))]
    named = f" for {verdict.result}" if verdict.result else ""
    return [WORDS["none"].format(result=named)]


def foreign(exercise, verdict, reveal):
    if verdict.details.get("callable"):
        key = "not a class" if exercise.kind == "class" else "not callable"
        return [WORDS[key].format(name=exercise.name, got=verdict.details["got"])]
    named = f" for {verdict.result}" if verdict.result else ""
    return [WORDS["foreign"].format(result=named, got=verdict.details.get("got", "object"))]


def count(exercise, verdict, reveal):
    d = verdict.details
    names = f" ({', '.join(d['names'])})" if d["names"] and d["expected"] > 1 else ""
    return [
        WORDS["count dictionary" if d.get("dictionary") else "count"].format(
            got=d["got"],
            expected=d["expected"],
            names=names,
            got_results="result" if d["got"] == 1 else "results",
            expected_were="was" if d["expected"] == 1 else "were",
        )
    ]


def keys(exercise, verdict, reveal):
    d = verdict.details
    key = (
        "no dictionary"
        if d["came"]
        else "other keys"
        if d["missing"] and d["extra"] and reveal
        else "keys"
        if d["missing"]
        else "extra keys"
    )
    listed = {part: ", ".join(map(str, d[part])) for part in ("keys", "missing", "extra")}
    return [WORDS[key].format(**listed, came=d["came"])]


def shape(exercise, verdict, reveal):
    d = verdict.details
    lead = WORDS["shape"] if reveal else WORDS["value hidden"]
    text = lead.format(
        Result=called(verdict), got=d["got"], expected=d["expected"], arguments=shapes(d.get("arguments", {}))
    )
    reason = explanation(verdict, reveal)
    return [text, reason, others(d), "" if reason else unsteady(d) or shared(d)]


def dtype(exercise, verdict, reveal):
    d = verdict.details
    if exercise.runs:
        return [WORDS["dtype"].format(Result=called(verdict), got=d["got"])]
    return [WORDS[f"dtype {exercise.kind}"].format(got=d["got"], letters=", ".join(exercise.letters))]


def in_a_tuple(exercise, verdict, reveal):
    return [WORDS["tuple"].format(Result=called(verdict))]


def integer(exercise, verdict, reveal):
    return [WORDS["integer"].format(Result=called(verdict), dtype=verdict.details["dtype"])]


def nan(exercise, verdict, reveal):
    d = verdict.details
    if not reveal:
        return [WORDS["value hidden"].format(Result=called(verdict)), others(d)]
    text = WORDS["nan" if d["index"] else "nan scalar"].format(
        Result=called(verdict), got=d["got"], index=index(d["index"]), arguments=values(d["arguments"])
    )
    return [text, others(d)]


def value(exercise, verdict, reveal):
    d = verdict.details
    if not exercise.runs:
        return [WORDS[exercise.kind].format(got=d["got"]), WORDS["number near"] if d.get("near") and reveal else ""]
    found = "" if d.get("near") else explanation(verdict, reveal)
    if d.get("constant"):
        found = found or WORDS["same always"]
    if found or not reveal:
        return [
            found or WORDS["value hidden"].format(Result=called(verdict)),
            others(d),
            "" if found else unsteady(d) or shared(d),
        ]
    return [first_difference(verdict), others(d), modified_too(d) or unsteady(d) or shared(d)]


def first_difference(verdict):
    d = verdict.details
    scalar = not d.get("index")
    expected, got = told_apart(d["expected"], d["got"])
    key = "value truth" if isinstance(d["expected"], bool) and verdict.result else "value scalar" if scalar else "value"
    text = WORDS[key].format(
        Result=called(verdict), result=verdict.result, index=index(d.get("index", ())), expected=expected, got=got
    )
    arguments = values(d["arguments"])
    near = " " + WORDS["value near"] if d.get("near") else ""
    return text + near + (" " + WORDS["value arguments"].format(arguments=arguments) if arguments else "")


def modified(exercise, verdict, reveal):
    return [WORDS["modified"].format(names=join(verdict.details["names"] or ["an argument"]))]


LEADS = {
    "right": right, "not attempted": not_attempted, "mistake": mistake, "error": error, "none": nothing,
    "foreign": foreign, "count": count, "keys": keys, "shape": shape, "dtype": dtype, "integer": integer, "nan": nan,
    "value": value, "modified": modified, "tuple": in_a_tuple,
}  # fmt: skip


def explanation(verdict, reveal):
    """The sentence of what `explain` found, or an empty one."""
    found = verdict.details.get("explanation")
    if not found:
        return ""
    what = {k: number(v) if isinstance(v, float) else v for k, v in found.what.items()}
    key = found.kind
    if not reveal and key in ("rows", "entries"):
        return WORDS["value hidden"].format(Result=called(verdict))
    if key == "factor":
        key = "factor two" if found.what["name"] == "2" else f"factor {found.what['kind']}"
        what["name"] = size_words(found.what["name"])
        if not reveal and key != "factor two":
            return WORDS["value hidden"].format(Result=called(verdict))
    elif key == "same factor" and not (reveal or what["factor"] in PLAIN):
        key = "some factor"  # an answer that sees the cases could write them as its factor
    elif key == "wrong axis":
        what["did"] = DONE[what["did"]]
        what["wrong"] = ALL_AXES if what["wrong"] is None else f"axis {what['wrong']}"
    elif key == "permuted":
        what["order"] = ", ".join(map(str, what["order"]))
    elif key == "offset":
        key = "offset plus" if found.what["sign"] > 0 else "offset minus"
    text = EXPLANATIONS[key].format(Result=called(verdict), **what)
    return text + (" " + EXPLANATIONS["negative"] if found.what.get("negative") else "")


def size_words(name):
    """ "X.shape[0]" as "the number of rows of X"."""
    for tail, words in ((".shape[0]", "the number of rows of "), (".shape[1]", "the number of columns of "),
                        (".size", "the number of entries of ")):  # fmt: skip
        if name.endswith(tail):
            return words + name.removesuffix(tail)
        if name.endswith(tail + "/2"):
            return "half " + words + name.removesuffix(tail + "/2")
    return name


def others(d):
    names = d.get("right")
    if not names:
        return ""
    text = WORDS["others right"].format(names=join(names), are="is" if len(names) == 1 else "are")
    return text[0].upper() + text[1:] if text.startswith("result ") else text


def modified_too(d):
    return WORDS["modified too"].format(names=join(d["modified"])) if d.get("modified") else ""


def unsteady(d):
    return WORDS["unsteady"] if d.get("unsteady") else ""


def shared(d):
    return WORDS[f"only {d['only']}"] if d.get("only") else ""


def join(names):
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]


def called(verdict):
    """ "Your dW" or "Your result"."""
    return f"Your {verdict.result}" if verdict.result else "Your result"


def told_apart(a, b):
    """Both in as few digits, six at least, as show that they differ."""
    return next((pair for digits in (6, 10) if len(set(pair := (number(a, digits), number(b, digits)))) == 2),
                (number(a, 17), number(b, 17)))  # fmt: skip


def number(x, digits=6):
    return f"{x:.{digits}g}" if isinstance(x, (int, float)) and not isinstance(x, bool) else str(x)


PLAIN = {
    number(sign * k) for k in (2, 3, 4, 10, 1 / 2, 1 / 3, 1 / 4, 1 / 10) for sign in (1, -1)
}  # factors, of no case


def index(i):
    return "[" + ", ".join(map(str, i)) + "]"


def shapes(arguments):
    """'X of shape (7, 5), b of shape (3,), lr = 0.1'."""
    return ", ".join(f"{k} of shape {v.shape}" if isinstance(v, np.ndarray) and v.ndim else f"{k} = {short(v)}"
                     for k, v in arguments.items())  # fmt: skip


def values(arguments):
    """The arguments themselves where they are small, their shapes where they are not."""
    small = all(np.size(v) <= 8 for v in arguments.values() if isinstance(v, np.ndarray))
    if not small:
        return shapes(arguments)
    return ", ".join(f"{k} = {short(v)}" for k, v in arguments.items())


def short(v):
    if isinstance(v, np.ndarray):
        tiny = v.dtype.kind == "f" and bool(np.any((v != 0) & (np.abs(v) < 1e-4)))  # 1e-9 should not be shown as 0
        return np.array2string(v, precision=4, separator=", ", suppress_small=not tiny).replace("\n", "")
    if isinstance(v, dict) and any(isinstance(a, np.ndarray) for a in v.values()):
        text = "{" + ", ".join(f"{k} {np.shape(a)}" for k, a in v.items()) + "}"
    elif isinstance(v, (list, tuple)) and any(isinstance(a, np.ndarray) for a in v):
        text = f"{len(v)} arrays of shapes " + ", ".join(str(np.shape(a)) for a in v)
    else:
        text = number(v) if isinstance(v, float) else repr(v)
    return text if len(text) <= 60 else text[:57] + "…"


def unknown(identifier, known) -> str:
    """What to say of an id that no exercise has."""
    text = str(identifier)
    same_chapter = [k for k in known if k.split(".")[0] == text.split(".")[0]]
    near = (difflib.get_close_matches(text, same_chapter, cutoff=0.3) or same_chapter[:3]
            or difflib.get_close_matches(text, known, cutoff=0.3))  # fmt: skip
    nearest = (
        WORDS["nearest"].format(ids=join(near)) if near else WORDS["ids"].format(example=known[0]) if known else ""
    )
    return WORDS["unknown"].format(id=identifier, nearest=nearest).strip()
