"""Mutants of the pullbacks: each is a rule's source with one deliberate mistake, put into the running rule and taken out.

Only backward code is mutated: the inner ``…_pullback`` functions and the helpers that they alone call. Mistakes are those
people make: a flipped sign, a dropped term or factor, a missing transpose or sum, swapped operands or results, a comparison
the wrong way round, a number off by one.
"""

import ast
import copy
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MODULES = [
    "bpedu.shapes",
    *(f"bpedu.rules.{name}" for name in (
        "activations", "arithmetic", "attention", "convolution", "dropout", "embedding", "linear", "losses", "normal",
        "normalization", "recurrent", "shaping", "similarity",
    )),
]  # fmt: skip

HELPERS = {  # module-level functions of backward passes
    "unbroadcast", "reduced_shape", "count", "normal_density", "col2im",
    "_add_rows_by_product", "_add_rows_by_sorting", "_shifted", "_takes_each_entry_once", "_weights",
}  # fmt: skip
REMOVABLE_METHODS = {"swapaxes", "transpose", "sum", "mean", "reshape", "cumsum"}
REMOVABLE_CALLS = {
    "unbroadcast",
    "logistic",
    "normal_density",
    "merge_heads",
    "exp",
    "sign",
    "broadcast_to",
    "reshape",
    "split_heads",
}
OPPOSITE = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Gt: ast.LtE, ast.Lt: ast.GtE, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.GtE: ast.Lt, ast.LtE: ast.Gt, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr,
}  # fmt: skip
AT_THE_EDGE = {ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt}


@dataclass(frozen=True)
class Mutant:
    """``function`` (top level, of ``module``) with one node replaced; ``name`` says what and where."""

    module: str
    function: str
    name: str
    code: object

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """The rule runs with the mistake inside this block, wherever it is called from."""
        function = getattr(importlib.import_module(self.module), self.function)
        sound = function.__code__
        function.__code__ = self.code
        try:
            yield
        finally:
            function.__code__ = sound


def mutants(module: str) -> Iterator[Mutant]:
    """All mutants of a module's backward code."""
    tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    for top in tree.body:
        if isinstance(top, ast.FunctionDef):
            for part in _backward_parts(top):
                yield from _mutants_of(module, top, part)


def _is_backward(node):
    return isinstance(node, ast.FunctionDef) and ("_pullback" in node.name or node.name in HELPERS)


def _backward_parts(top):
    return [top] if _is_backward(top) else [node for node in ast.walk(top) if _is_backward(node)]


def _mutants_of(module, top, part):
    position = list(ast.walk(top)).index(part)
    spared = {n.operand for n in ast.walk(part) if isinstance(n, ast.UnaryOp)}  # reshape(-2) is NumPy's reshape(-1)
    if part is top:
        spared |= set(ast.walk(top.args))  # its defaults live outside the code that is exchanged
    for k, node in enumerate(ast.walk(part)):
        if isinstance(node, ast.Constant) and node in spared:
            continue
        for m, replacement in enumerate(mistakes(node)):
            changed = copy.deepcopy(top)
            target = list(ast.walk(changed))[position]
            victim = list(ast.walk(target))[k]
            replace_node(target, victim, list(mistakes(victim))[m])
            name = f"{part.name}: {ast.unparse(node)} → {ast.unparse(replacement)}".replace("\n", "; ")
            yield Mutant(module, top.name, name, _code(changed))


def replace_node(root, victim, replacement):
    for parent in ast.walk(root):
        for name, value in ast.iter_fields(parent):
            if value is victim:
                setattr(parent, name, replacement)
            elif isinstance(value, list) and any(v is victim for v in value):
                value[[v is victim for v in value].index(True)] = replacement


def _code(function):
    tree = ast.fix_missing_locations(ast.Module([function], []))
    constants = compile(tree, f"<mutant of {function.name}>", "exec").co_consts
    return next(c for c in constants if inspect.iscode(c) and c.co_name == function.name)


def mistakes(node) -> Iterator[ast.AST]:
    """What one node could be by mistake."""
    by_kind = {
        ast.BinOp: _of_operation, ast.UnaryOp: _of_sign, ast.Compare: _of_comparison, ast.BoolOp: _of_logic,
        ast.Attribute: _of_attribute, ast.Call: _of_call, ast.AugAssign: _of_update, ast.Return: _of_return,
        ast.Constant: _of_number, ast.IfExp: _of_choice,
    }  # fmt: skip
    return by_kind.get(type(node), lambda node: iter(()))(node)


def _of_operation(node):
    kind = type(node.op)
    if kind in OPPOSITE:
        yield ast.BinOp(node.left, OPPOSITE[kind](), node.right)
    if kind is ast.MatMult:
        yield ast.BinOp(node.right, node.op, node.left)
    elif kind in (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow):
        yield node.left
    else:
        yield from (node.left, node.right)


def _of_sign(node):
    yield node.operand  # for a negative number this is its one mistake: see _mutants_of


def _of_comparison(node):
    kind = type(node.ops[0])
    for table in (OPPOSITE, AT_THE_EDGE):
        if kind in table:
            yield ast.Compare(node.left, [table[kind](), *node.ops[1:]], node.comparators)


def _of_logic(node):
    yield ast.BoolOp(OPPOSITE[type(node.op)](), node.values)


def _of_attribute(node):
    if node.attr == "T":
        yield node.value


def _of_call(node):
    if isinstance(node.func, ast.Attribute) and node.func.attr in REMOVABLE_METHODS and not _is_numpy(node.func.value):
        yield node.func.value
    elif getattr(node.func, "id", getattr(node.func, "attr", "")) in REMOVABLE_CALLS and node.args:
        yield node.args[0]


def _is_numpy(node):
    return isinstance(node, ast.Name) and node.id == "np"


def _of_update(node):
    yield ast.Pass()
    if type(node.op) in OPPOSITE:
        yield ast.AugAssign(node.target, OPPOSITE[type(node.op)](), node.value)


def _of_return(node):
    parts = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for i, part in enumerate(parts):
        if not isinstance(part, ast.Starred | ast.Constant):
            negated = [*parts[:i], ast.UnaryOp(ast.USub(), part), *parts[i + 1 :]]
            yield ast.Return(ast.Tuple(negated, ast.Load()) if len(parts) > 1 else negated[0])
    for i in range(len(parts) - 1):
        swapped = [*parts[:i], parts[i + 1], parts[i], *parts[i + 2 :]]
        yield ast.Return(ast.Tuple(swapped, ast.Load()))


def _of_number(node):
    if type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)


def _of_choice(node):
    yield from (node.body, node.orelse)
