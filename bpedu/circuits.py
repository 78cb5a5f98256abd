"""Small computational graphs as data: what ``widgets.circuit`` steps through and ``plots.circuit`` draws.

A graph is ``{"nodes": [...], "output": id}``, its nodes in an order in which each follows its inputs:

- a leaf: ``{"id": "x", "op": "input", "value": 2.0}``, also ``"trainable"`` or ``"truth"`` when it is one;
- an operation: ``{"id": "q", "op": "mul", "in": ["x", "y"]}``;
- a neuron's sum: ``{"id": "z", "op": "affine", "in": ["x1", "x2"], "weights": ["w1", "w2"], "bias": "b"}``, whose weights
  are leaves that stand on the wires and have no node drawn.

``"label"`` is what the reader sees. `evaluate` computes with `bpedu.rules`, so that formulas keep one home.
"""

import ast

import numpy as np

from bpedu import rules


def sin(x):
    """y = sin x. dx = dy cos x."""

    def sin_pullback(dy):
        return dy * np.cos(x)

    return np.sin(x), sin_pullback


def cos(x):
    """y = cos x. dx = −dy sin x."""

    def cos_pullback(dy):
        return -dy * np.sin(x)

    return np.cos(x), cos_pullback


def cross_entropy(p, t):
    """L = −t log p − (1 − t) log(1 − p), of a probability. dp = dL (p − t) / (p (1 − p)). Logits are safer: chapter 04."""

    def cross_entropy_pullback(dL):
        return dL * (p - t) / (p * (1 - p)), dL * (np.log(1 - p) - np.log(p))

    return float(-np.log(p if t == 1 else 1 - p) if t in (0, 1) else -t * np.log(p) - (1 - t) * np.log(1 - p)), (
        cross_entropy_pullback
    )


def squared_error(y, t):
    """L = (y − t)², of one number. dy = 2 dL (y − t)."""

    def squared_error_pullback(dL):
        return 2 * dL * (y - t), -2 * dL * (y - t)

    return (y - t) ** 2, squared_error_pullback


def affine(*v):
    """z = Σ xᵢ wᵢ + b for v = x₁ … xₙ, w₁ … wₙ, b: one row of `rules.dense`."""
    n = len(v) // 2
    Z, pullback = rules.dense(np.array([v[:n]]), np.array([v[n:-1]]), np.array(v[-1:]))

    def affine_pullback(dz):
        dX, dW, db = pullback(np.array([[dz]]))
        return *dX[0], *dW[0], db[0]

    return Z[0, 0], affine_pullback


OPERATIONS = {
    "add": rules.add, "sub": rules.sub, "neg": rules.negate, "mul": rules.mul, "div": rules.div, "exp": rules.exp,
    "log": rules.log, "tanh": rules.tanh, "sigmoid": rules.sigmoid, "relu": rules.relu, "sin": sin, "cos": cos,
    "square": lambda x: rules.power(x, 2), "cube": lambda x: rules.power(x, 3), "squared_error": squared_error,
    "cross_entropy": cross_entropy, "affine": affine,
}  # fmt: skip


def arguments(node):
    """The ids of everything a node's operation takes, weights and bias included."""
    return [*node.get("in", ()), *node.get("weights", ()), *([node["bias"]] if "bias" in node else [])]


def evaluate(graph, **values):
    """All values forward and all gradients of the output backward: two dictionaries by id.

    ``values`` replace those of leaves. A leaf that is the truth gets no gradient.

    >>> value, gradient = evaluate(expression("(x + y) * z", x=3, y=-1, z=2))
    >>> value["f"], gradient["x"], gradient["z"]
    (4.0, 2.0, 2.0)
    """
    value, pullbacks, truths = leaf_values(graph) | values, {}, set()
    for node in graph["nodes"]:
        if node["op"] == "input":
            truths |= {node["id"]} if node.get("truth") else set()
            continue
        result, pullbacks[node["id"]] = OPERATIONS[node["op"]](*(float(value[i]) for i in arguments(node)))
        value[node["id"]] = float(result)
    gradient = {graph["output"]: 1.0}
    for node in reversed(graph["nodes"]):
        if node["op"] == "input" or node["id"] not in gradient:
            continue
        parts = pullbacks[node["id"]](gradient[node["id"]])
        for i, part in zip(arguments(node), np.atleast_1d(parts), strict=True):
            if i not in truths:
                gradient[i] = gradient.get(i, 0.0) + float(part)
    return value, gradient


def leaf_values(graph):
    """The leaves' own values, by id."""
    return {node["id"]: float(node["value"]) for node in graph["nodes"] if node["op"] == "input"}


BINARY = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
POWERS = {2: "square", 3: "cube"}


def expression(text, *, output="f", **values):
    """The graph of an expression in Python's notation: ``expression("x * sin(x) + x**2", x=2)``.

    Names are leaves with the ``values`` given, one each however often they occur. There are + − * /, ** 2 and ** 3, and
    exp, log, sin, cos, tanh, sigmoid, relu.
    """
    tree, nodes = ast.parse(text, mode="eval").body, []
    functions = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    found = sorted((n.col_offset, n.id) for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions)
    for name in dict.fromkeys(name for _, name in found):
        if name not in values:
            raise ValueError(f"The expression {text!r} uses {name}, which has no value: write expression(…, {name}=1).")
        nodes.append({"id": name, "op": "input", "value": float(values[name])})
    last = _build(tree, nodes, text)
    rename = {last: output}
    for node in nodes:
        node["id"] = rename.get(node["id"], node["id"])
    return {"nodes": nodes, "output": output}


def _build(tree, nodes, text):
    """Append the nodes of ``tree`` and return the id of its last one."""
    match tree:
        case ast.Name(id=name):
            return name
        case ast.Constant(value=number):
            nodes.append({"id": f"{number:g}", "op": "input", "value": float(number)})
            return _once(nodes)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=n)) if n in POWERS:
            return _operation(POWERS[n], [left], nodes, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return _operation(BINARY[type(op)], [left, right], nodes, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _operation("neg", [operand], nodes, text)
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in OPERATIONS:
            return _operation(name, [argument], nodes, text)
    raise ValueError(
        f"expression does not know {ast.unparse(tree)!r} in {text!r}; it knows + − * / **2 **3 and exp, sin, …"
    )


def _operation(op, operands, nodes, text):
    inputs = [_build(operand, nodes, text) for operand in operands]
    nodes.append({"id": f"q{1 + sum(n['op'] != 'input' for n in nodes)}", "op": op, "in": inputs})
    return nodes[-1]["id"]


def _once(nodes):
    """Drop the last leaf when an equal one is there already."""
    if any(node["id"] == nodes[-1]["id"] for node in nodes[:-1]):
        return nodes.pop()["id"]
    return nodes[-1]["id"]


def spine():
    """The book's network 2-2-1: x = (1, 2), t = 1, tanh, then sigmoid with cross-entropy; every number changeable."""
    weights = {"w11": 0.5, "w12": -0.3, "b1": 0.4, "w21": 0.2, "w22": 0.4, "b2": -0.2, "v1": 0.7, "v2": -0.6, "c": 0.2}
    labels = {"w11": "W1[0,0]", "w12": "W1[0,1]", "w21": "W1[1,0]", "w22": "W1[1,1]", "b1": "b1[0]", "b2": "b1[1]"}
    labels |= {"v1": "w2[0]", "v2": "w2[1]", "c": "b2"}  # the names of chapters 07 and 10
    leaves = [
        {"id": "x1", "op": "input", "value": 1.0, "label": "x₁"},
        {"id": "x2", "op": "input", "value": 2.0, "label": "x₂", "row": 2},
    ]
    leaves += [{"id": k, "op": "input", "value": v, "label": labels[k], "trainable": True} for k, v in weights.items()]
    leaves.append({"id": "t", "op": "input", "value": 1.0, "truth": True, "min": 0, "max": 1, "row": 2})
    return {
        "nodes": [
            *leaves,
            {
                "id": "z1",
                "op": "affine",
                "in": ["x1", "x2"],
                "weights": ["w11", "w12"],
                "bias": "b1",
                "label": "z₁",
                "row": 0,
            },
            {
                "id": "z2",
                "op": "affine",
                "in": ["x1", "x2"],
                "weights": ["w21", "w22"],
                "bias": "b2",
                "label": "z₂",
                "row": 2,
            },
            {"id": "a1", "op": "tanh", "in": ["z1"], "label": "a₁", "row": 0},
            {"id": "a2", "op": "tanh", "in": ["z2"], "label": "a₂", "row": 2},
            {
                "id": "z3",
                "op": "affine",
                "in": ["a1", "a2"],
                "weights": ["v1", "v2"],
                "bias": "c",
                "label": "z",
                "row": 1,
            },
            {"id": "p", "op": "sigmoid", "in": ["z3"], "label": "p", "row": 1},
            {"id": "L", "op": "cross_entropy", "in": ["p", "t"], "label": "L", "row": 1},
        ],
        "output": "L",
    }


def neuron():
    """One neuron on two inputs, written out product by product."""
    return expression("sigmoid(w1 * x1 + w2 * x2 + b)", output="a", w1=0.5, x1=1, w2=-0.3, x2=2, b=0.4)


def diamonds(n=3, x=0.5):
    """A ladder of n diamonds y ← sin y + y²: 2ⁿ paths from x to f, but only 4n wires."""
    if not 1 <= n <= 6:
        raise ValueError(f"diamonds draws 1 to 6 of them, and got {n}.")
    nodes = [{"id": "x", "op": "input", "value": float(x)}]
    for k in range(1, n + 1):
        y, last = nodes[-1]["id"], "f" if k == n else f"y{k}"
        nodes += [
            {"id": f"s{k}", "op": "sin", "in": [y]},
            {"id": f"q{k}", "op": "square", "in": [y]},
            {"id": last, "op": "add", "in": [f"s{k}", f"q{k}"]},
        ]
    return {"nodes": nodes, "output": "f"}


PRESETS = {
    "spine": spine,
    "neuron": neuron,
    "product": lambda: expression("(x + y) * z", x=3, y=-1, z=2),
    "twice": lambda: expression("x * sin(x) + x**2", x=1),
    "diamonds": diamonds,
}


def named(graph):
    """A preset by name, or the graph itself."""
    if isinstance(graph, str):
        if graph not in PRESETS:
            raise ValueError(f"There is no circuit {graph!r}; there are {', '.join(PRESETS)}, and expression(…).")
        return PRESETS[graph]()
    return graph
