"""Which names a statement reads, and which it defines: so the cells that an answer needs are found without running any."""

import ast
from typing import NamedTuple

NAMED = (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
NAMING = (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Statement(NamedTuple):
    """A statement at the top of a cell, and the names that it reads and defines; "*" for an import of everything."""

    node: ast.stmt
    loads: set[str]
    binds: set[str]


def statement(node) -> Statement:
    """A function or class defines its own name; other statements all that is set anywhere inside of them."""
    names = Names()
    collect([node], names)
    return Statement(node, names.reads, {node.name} if isinstance(node, NAMED) else names.sets | names.changes)


class Names:
    """Of one scope: the names that it reads, sets, changes (w.step = 2, w[0] = 2), and declares to be those of another scope."""

    def __init__(self):
        self.reads, self.sets, self.changes, self.declared = set(), set(), set(), set()


def collect(waiting, names):
    """Adds the names in some nodes to `names`; of a function's own only those that it has from outside."""
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is ast.Name:
            (names.sets if type(node.ctx) is ast.Store else names.reads).add(node.id)
            continue
        if kind in FUNCTIONS:
            waiting += of_function(node, names)
            continue
        if kind in COMPREHENSIONS:
            first, inside = node.generators[0], Names()
            collect([p for p in parts(node) if p is not first] + [first.target, *first.ifs], inside)
            names.reads |= inside.reads - inside.sets
            names.changes |= inside.changes
            waiting.append(first.iter)  # which is looked up outside
            continue
        if kind is ast.ClassDef:
            inside = Names()
            collect(parts(node), inside)
            names.reads |= inside.reads
            names.changes |= inside.changes
            names.sets.add(node.name)
            continue
        if kind is ast.Import or kind is ast.ImportFrom:
            names.sets |= {(a.asname or a.name).split(".")[0] for a in node.names}
        elif (kind is ast.Attribute or kind is ast.Subscript) and type(node.ctx) is ast.Store:
            names.changes |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        elif kind in NAMING and node.name:
            names.sets.add(node.name)
        elif kind is ast.Global or kind is ast.Nonlocal:
            names.declared.update(node.names)
        waiting += parts(node)


def parts(node) -> list:
    """The nodes inside a node, without those inside of them."""
    found = []
    for field in node._fields:
        value = getattr(node, field, None)
        if type(value) is list:
            found += [v for v in value if isinstance(v, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
    return found


def of_function(node, names) -> list:
    """Adds what a function has from outside to `names`. The parts of it that run where it is defined."""
    inside, given = Names(), node.args
    collect([node.body] if type(node) is ast.Lambda else [*node.body], inside)
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    own = inside.sets | {p.arg for p in parameters if p}
    names.reads |= inside.reads - (own - inside.declared)
    outside = [d for d in [*given.defaults, *given.kw_defaults] if d]
    if type(node) is not ast.Lambda:
        names.sets.add(node.name)
        outside += node.decorator_list
    return outside
