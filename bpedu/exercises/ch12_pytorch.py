"""Exercises of chapter 12, The same network in PyTorch.

None of them needs PyTorch to be judged: what the answers are given behaves as a model, an optimizer or a context does,
and what comes out is compared as numbers.
"""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 12.1 ------------------------------------------------------------------------------------------------------------

TENSOR_GRADIENT = Exercise(
    id="12.1",
    title="What stands in x.grad?",
    kind="number",
    task="""
    Let `x` and `y` be tensors with `requires_grad=True` that hold {x} and {y}, and let `L = (x * y) ** 2 + x`. Then `L.backward()` is called. What stands in `x.grad`? Work it out
    on paper, and then let PyTorch do it. Give the number.
    """,
    given={"x": 1.5, "y": -0.5},
    draw=lambda rng: {"x": float(rng.choice([1.5, 2.5, 3.0])), "y": float(rng.choice([-0.5, -0.2, -0.4]))},
    solution=lambda x, y: 2 * x * y**2 + 1,
    rtol=1e-4,
    hints=(
        "By how many paths does x reach L?",
        "By two: through the product, and directly. With u = x·y the first gives 2u·y.",
        "x = torch.tensor(1.5, requires_grad=True), the same for y; then L = (x * y) ** 2 + x, L.backward(), and print(x.grad).",
    ),
    mistakes=(
        Mistake("one path", lambda x, y: 2 * x * y**2, "This is the path through the product alone. x is used twice: the + x at the end adds 1."),
        Mistake("inner slope missing", lambda x, y: 2 * x * y + 1, "The slope of u² is 2u, but then u = x·y has a slope too: multiply by y."),
        Mistake("minus squared", lambda x, y: 1 - 2 * x * y**2, "The square of a negative number is positive. In Python -0.5 ** 2 is −0.25, for the power binds more closely than the minus: write (-0.5) ** 2, or y ** 2."),
        Mistake("y.grad", lambda x, y: 2 * x**2 * y, "This is y.grad. The gradient with respect to x was asked for."),
        Mistake("the value", lambda x, y: (x * y) ** 2 + x, "This is L itself. Its slope with respect to x was asked for."),
        Mistake("direct path only", 1.0, "This is the direct path alone, as if x * y were a constant. That is what x.detach() would do."),
    ),
)  # fmt: skip


# --- 12.2 ------------------------------------------------------------------------------------------------------------


def to_torch(parameters):
    """Return the state of nn.Sequential(Linear, ReLU, Linear, …, Linear) for
    {"W1", "b1", "W2", "b2", …}: {"0.weight": array, …}.
    """
    state = {}
    for k in range(1, len(parameters) // 2 + 1):
        place = 2 * (k - 1)  # every second module is an activation
        state[f"{place}.weight"] = parameters[f"W{k}"]
        state[f"{place}.bias"] = parameters[f"b{k}"]
    return state


def network_cases(rng):
    def parameters(*sizes):
        found = {}
        for k, (n, m) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
            found[f"W{k}"], found[f"b{k}"] = rng.normal(size=(m, n)), rng.normal(size=m)
        return found

    return [(parameters(*sizes),) for sizes in ((7, 5, 3), (5, 3, 11, 2), (3, 2), (3, 3, 3), (2, 7, 5, 3, 11))]


def ported(*, place=lambda k: 2 * (k - 1), weight=lambda W: W, names=("weight", "bias"), bias=True):
    """A to_torch with other places, other weights or other names."""

    def wrong(parameters):
        state = {}
        for k in range(1, len(parameters) // 2 + 1):
            state[f"{place(k)}.{names[0]}"] = weight(parameters[f"W{k}"])
            if bias:
                state[f"{place(k)}.{names[1]}"] = parameters[f"b{k}"]
        return state

    return wrong


def _two_layers(parameters):
    return {
        f"{2 * k - 2}.{word}": parameters[f"{x}{k}"] for k in (1, 2) for word, x in (("weight", "W"), ("bias", "b"))
    }


PORT = Exercise(
    id="12.2",
    title="Port the weights",
    task="""
    Write `to_torch(parameters)`. It is given the arrays of one of our networks, `{"W1": (n1, n0), "b1": (n1,), "W2": …}` for any number of layers, and returns a dictionary of the same arrays under the names
    that `nn.Sequential(nn.Linear(…), nn.ReLU(), nn.Linear(…), nn.ReLU(), …, nn.Linear(…))` has for them. A module's name in a `Sequential` is its place, counted from 0, activations included; the printed
    table above shows names and shapes for two layers.
    """,
    solution=to_torch,
    cases=network_cases,
    hints=(
        "Which places do the Linear modules have, when every second module is a ReLU?",
        "Layer k, counted from 1, stands at place 2·(k − 1). Compare the shapes in the table with ours: is a transpose needed?",
        'state[f"{2 * (k - 1)}.weight"] = parameters[f"W{k}"], and the same for bias and b, for k from 1 to len(parameters) // 2.',
    ),
    mistakes=(
        Mistake("two layers only", _two_layers, "Exactly two layers are carried over. A network may have any number: len(parameters) // 2 of them."),
        Mistake("transposed", ported(weight=lambda W: W.T), "You transposed the weights. nn.Linear keeps its weight as (n_out, n_in), as we do. (Keras keeps it the other way; where n_in = n_out nobody would complain, and the network would compute something else.)"),
        Mistake("activations not counted", ported(place=lambda k: k - 1), "The names run 0, 1, 2 … The ReLU between two layers is a module too and takes a place: the Linear modules stand at 0, 2, 4 …"),
        Mistake("counted from one", ported(place=lambda k: 2 * k - 1), "Places are counted from 0: the first Linear is module 0, and the ReLU after it is module 1."),
        Mistake("our numbers", ported(place=lambda k: k), "These are our own layer numbers. In a Sequential a module's name is its place from 0, with activations counted: 0, 2, 4 …"),
        Mistake("our letters", ported(names=("W", "b")), 'The places are right, but PyTorch calls the two arrays of a module "weight" and "bias".'),
        Mistake("biases left out", ported(bias=False), "The biases are missing. load_state_dict would refuse this; with strict=False it would keep its own random biases and say nothing."),
    ),
    alternatives=(lambda parameters: {f"{2 * int(name[1:]) - 2}.{'weight' if name[0] == 'W' else 'bias'}": array for name, array in parameters.items()},),
)  # fmt: skip


# --- 12.3 ------------------------------------------------------------------------------------------------------------

ACCUMULATED = Exercise(
    id="12.3",
    title="Backward, and again",
    kind="number",
    task="""
    `x = torch.tensor({x}.0, requires_grad=True)`. Then these two lines run {n} times: `L = x * x` and `L.backward()`. Nothing else happens. What stands in `x.grad`?
    """,
    given={"x": 3, "n": 4},
    draw=lambda rng: {"x": int(rng.choice([3, 5, 7])), "n": int(rng.integers(4, 9))},
    solution=lambda x, n: float(2 * x * n),
    rtol=1e-6,
    hints=(
        "What is the gradient of one pass? And does backward() write it, or add it?",
        "Each backward() adds 2x to what is there.",
    ),
    mistakes=(
        Mistake("replaced", lambda x, n: 2 * x, "This is the gradient of one pass. backward() does not replace what stands in .grad: it adds to it."),
        Mistake("doubled each time", lambda x, n: 2 * x * 2 ** (n - 1), "It does not double from pass to pass. Each pass builds a new graph and adds the same 2x."),
        Mistake("one path", lambda x, n: x * n, "x is used twice in x * x: each pass adds 2x, and not x."),
        Mistake("values added", lambda x, n: x * x * n, "These are the values of L added up. What is added are its slopes."),
        Mistake("plus one", lambda x, n: 2 * x * (n + 1), "One pass too many: .grad is None at first, and the first backward() puts 2x there."),
    ),
)  # fmt: skip


# --- 12.4 ------------------------------------------------------------------------------------------------------------


class Power:
    """y = xⁿ, entry by entry, for a tensor x and a whole number n > 0,
    with a backward of its own.
    """

    @staticmethod
    def forward(ctx, x, n):
        """Return xⁿ. Keep tensors for backward with ctx.save_for_backward(…),
        anything else as an attribute of ctx.
        """
        ctx.save_for_backward(x)
        ctx.n = n
        return x**n

    @staticmethod
    def backward(ctx, dy):
        """Return one result for each argument of forward, given dy = ∂L/∂y: (dx, None).
        Kept tensors are in ctx.saved_tensors.
        """
        (x,) = ctx.saved_tensors
        return dy * ctx.n * x ** (ctx.n - 1), None


def drive_power(Power, x, n, dy, x_later, n_later):
    """With arrays that can do what a tensor can, and no more: NumPy's functions are refused, as PyTorch would refuse them."""

    import operator

    class Tensor:
        __array_ufunc__ = None

        def __init__(self, array):
            self.array, self.shape = np.asarray(array), np.shape(array)

        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):  # torch.pow(x, n) is x.pow(n)
            return getattr(args[0], function.__name__)(*args[1:], **(kwargs or {}))

        def clone(self):
            return Tensor(self.array)

        detach = clone

    def operation(compute):
        return lambda *operands: Tensor(compute(*(getattr(x, "array", x) for x in operands)))

    for name in ("add", "sub", "mul", "truediv", "pow", "neg", "matmul"):
        setattr(Tensor, f"__{name}__", operation(getattr(operator, name)))
    for name in ("add", "mul"):
        setattr(Tensor, f"__r{name}__", getattr(Tensor, f"__{name}__"))
    for name in ("add", "sub", "mul", "pow", "neg"):
        setattr(Tensor, name, getattr(Tensor, f"__{name}__"))
    Tensor.div, Tensor.__rsub__ = Tensor.__truediv__, operation(lambda a, b: b - a)
    for name in ("sum", "mean", "log", "square", "ones_like"):
        setattr(Tensor, name, operation(getattr(np, name)))

    class Context:
        needs_input_grad = (True, False)

        def __init__(self):
            self._kept = ()

        @property
        def saved_tensors(self):
            return self._kept

        def save_for_backward(self, *tensors):
            for k, tensor in enumerate(tensors):
                if not hasattr(tensor, "detach"):
                    kind = type(tensor).__name__
                    raise TypeError(f"save_for_backward can only save variables, but argument {k} is of type {kind}")
            self._kept = tuple(t if isinstance(t, Tensor) else Tensor(t) for t in tensors)

    first, later = Context(), Context()
    y = Power.forward(first, Tensor(x), n)
    Power.forward(later, Tensor(x_later), n_later)  # used once more before the way back begins
    Power.backward(later, Tensor(np.ones_like(x_later)))
    back = Power.backward(first, Tensor(dy))
    results = (
        back if isinstance(back, tuple) else (back[0] if isinstance(back, list) else back,)
    )  # a list counts as one
    rest = "None" if results[1:] == (None,) else "something else"
    rest = rest if len(results) == 2 else f"results of backward, for two arguments: {len(results)}"
    return getattr(y, "array", None), getattr(results[0], "array", None), rest


def power_cases(rng):
    return [
        (rng.normal(0, 1.5, shape), n, rng.normal(0, 2, shape), rng.normal(0, 1.5, 5), m)
        for shape, n, m in (((7, 5), 3, 2), ((11,), 2, 5), ((3, 3), 5, 3), ((1, 3), 4, 1))
    ]


def power_like(gradient, *, keep=lambda x, y: x, result=lambda dx: (dx, None)):
    """A Power with another gradient(dy, kept, n), something else kept, or its results in another form."""

    class Wrong:
        @staticmethod
        def forward(ctx, x, n):
            ctx.save_for_backward(keep(x, x**n))
            ctx.n = n
            return x**n

        @staticmethod
        def backward(ctx, dy):
            return result(gradient(dy, ctx.saved_tensors[0], ctx.n))

    return Wrong


def power_slope(dy, x, n):
    return dy * n * x ** (n - 1)


class _SavesTheNumber(Power):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x, n)
        return x**n

    @staticmethod
    def backward(ctx, dy):
        x, n = ctx.saved_tensors
        return dy * n * x ** (n - 1), None


class _NumPyFunction(Power):
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        return np.power(x, n)


class _NotUnpacked(Power):
    @staticmethod
    def backward(ctx, dy):
        return dy * ctx.n * ctx.saved_tensors ** (ctx.n - 1), None


class _NoneForBoth(Power):
    @staticmethod
    def backward(ctx, dy):
        return None, None


class _OnTheClass(Power):
    kept = None

    @staticmethod
    def forward(ctx, x, n):
        _OnTheClass.kept = x, n
        return x**n

    @staticmethod
    def backward(ctx, dy):
        x, n = _OnTheClass.kept
        return dy * n * x ** (n - 1), None


POWER = Exercise(
    id="12.4",
    title="An operation with its own backward",
    kind="class",
    task="""
    Fill in the two methods of `Power`, the operation $y = x^n$ for a tensor `x` and a whole number `n`. `forward(ctx, x, n)` returns $y$; `backward(ctx, dy)` gets $\\partial L/\\partial y$ and returns *one result for each
    argument of forward*: $\\partial L/\\partial x$, and `None` for `n`, which is not a tensor. What the way back needs is kept in `ctx`. In the cell below the class is handed to PyTorch.
    """,
    solution=Power,
    cases=power_cases,
    drive=drive_power,
    outputs=("y", "dx", "result for n"),
    difficulty=2,
    points=2,
    hints=(
        "Which values of the forward pass does the slope n·xⁿ⁻¹ need?",
        "ctx.save_for_backward(x) and ctx.n = n on the way forward; (x,) = ctx.saved_tensors on the way back.",
        "return dy * ctx.n * x ** (ctx.n - 1), None",
    ),
    mistakes=(
        Mistake("dy forgotten", power_like(lambda dy, x, n: n * x ** (n - 1)), "This is ∂y/∂x. A backward gets ∂L/∂y and returns ∂L/∂x: multiply by dy. (A test in which dy is 1 does not see it.)"),
        Mistake("no None", power_like(power_slope, result=lambda dx: dx), "backward returns one result, and forward has two arguments, x and n. PyTorch wants one for each, None for what has no gradient: return dx, None."),
        Mistake("None first", power_like(power_slope, result=lambda dx: (None, dx)), "The None came first. The results stand in the order of forward's arguments: first ∂L/∂x, then None for n."),
        Mistake("one for ctx", power_like(power_slope, result=lambda dx: (None, dx, None)), "Three results came. ctx is handed in by PyTorch and is no argument of the operation: one result for x and one for n."),
        Mistake("brackets missing", power_like(lambda dy, x, n: dy * n * x**n - 1), "x ** n - 1 is xⁿ less one: the power binds more closely than the minus. The exponent is n − 1: x ** (n - 1)."),
        Mistake("exponent not lowered", power_like(lambda dy, x, n: dy * n * x**n), "The exponent has to go down by one: the slope of xⁿ is n·xⁿ⁻¹."),
        Mistake("factor n missing", power_like(lambda dy, x, n: dy * x ** (n - 1)), "The factor n is missing: the slope of xⁿ is n·xⁿ⁻¹."),
        Mistake("kept the output", power_like(power_slope, keep=lambda x, y: y), "You kept y and used it as if it were x. Keep the input, or write the slope in terms of the output."),
        Mistake("kept on the class", _OnTheClass, "You kept x in a place that all uses of the operation share. When it is used a second time before the way back begins, the first x is overwritten. Keep it in ctx: each use has its own."),
        Mistake("number saved as a tensor", _SavesTheNumber, "save_for_backward takes tensors only, and n is a whole number: keep it as an attribute, ctx.n = n."),
        Mistake("NumPy's function", _NumPyFunction, "NumPy's functions do not work on tensors that are being recorded. Write x**n, or torch.pow(x, n)."),
        Mistake("tuple not unpacked", _NotUnpacked, "ctx.saved_tensors is a tuple, also when one tensor was saved: (x,) = ctx.saved_tensors, or ctx.saved_tensors[0]."),
        Mistake("None for x too", _NoneForBoth, "Both results are None, so no slope reaches x, and PyTorch would not complain. The first is dy times n·xⁿ⁻¹."),
        Mistake("a slope for n", power_like(power_slope, result=lambda dx: (dx, dx)), "n is a whole number and has no gradient here: its result is None."),
    ),
    alternatives=(
        power_like(lambda dy, x, n: n * dy * x**n / x),
        power_like(lambda dy, x, n: n * x.pow(n - 1).mul(dy)),
    ),
)  # fmt: skip


# --- 12.5 ------------------------------------------------------------------------------------------------------------


def hooks_for(names, log):
    """Return a list of functions hook(gradient), one for each name:
    it writes the gradient's norm to log[name] and returns nothing.
    """

    def hook_for(name):
        def hook(gradient):
            log[name] = float((gradient**2).sum()) ** 0.5

        return hook

    return [hook_for(name) for name in names]


def drive_hooks(hooks_for, names, gradients):
    """With arrays that can also do what a tensor can: gradient.norm(), torch.norm(gradient), and so on."""

    class Tensor(np.ndarray):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            name = function.__name__.removeprefix("linalg_vector_")
            return getattr(args[0], name)(*args[1:], **(kwargs or {}))

        def norm(self, p=2, dim=None, **options):
            flat = np.asarray(self).ravel() if dim is None else np.asarray(self)
            return tensor(np.linalg.norm(flat, 2 if p in (None, "fro") else p, axis=dim))

        def linalg_norm(self, ord=None, **options):  # of a matrix with ord=2 the largest singular value
            return tensor(np.linalg.norm(np.asarray(self), ord))

        def view(self, *shape):
            return self.reshape(*shape)

        def pow(self, n):
            return self**n

        def dot(self, other):
            return tensor(np.dot(self, other))

        def square(self):
            return self**2

        def sqrt(self):
            return np.sqrt(self)

        def abs(self):
            return abs(self)

        def detach(self):
            return self

        def numpy(self):
            return np.asarray(self)

        cpu = detach

    def tensor(array):
        return np.asarray(array).view(Tensor)

    def kind(returned):
        if returned is None:
            return "nothing"
        if isinstance(returned, (float, np.ndarray)):
            return "an array" if np.ndim(returned) else "a number"
        return f"something of type {type(returned).__name__}"

    log = {}
    hooks = hooks_for(list(names), log)
    returned = [hook(tensor(gradient)) for hook, gradient in reversed(list(zip(hooks, gradients, strict=False)))]
    norms = {name: log.get(name, "nothing written") for name in names}
    norms = {name: f"a tensor of shape {n.shape}" if isinstance(n, Tensor) else n for name, n in norms.items()}
    return norms, " and ".join(sorted(set(map(kind, returned))))


def hook_cases(rng):
    names = ["0.weight", "0.bias", "2.weight", "2.bias"]
    shapes = [(7, 5), (7,), (3, 7), (3,)]
    return [
        (names[:n], [rng.normal(0, s, shape) for shape, s in zip(shapes[:n], (1, 3, 0.5, 2), strict=False)])
        for n in (3, 4, 2, 1)
    ]


def _late(names, log):
    hooks = []
    for name in names:

        def hook(gradient):
            log[name] = float((gradient**2).sum()) ** 0.5  # noqa: B023, the mistake that this is about

        hooks.append(hook)
    return hooks


def _hook_not_returned(names, log):
    def hook_for(name):
        def hook(gradient):
            log[name] = float(norm_of(gradient))

    return [hook_for(name) for name in names]


def _one_hook(names, log):
    def hook(gradient):
        log[names[0]] = float(norm_of(gradient))

    return hook


def _appended(names, log):
    return [lambda gradient, name=name: log[name].append(float(norm_of(gradient))) for name in names]


def hooks_like(norm, *, kind=float, returns=lambda gradient, size: None):
    def wrong(names, log):
        def hook_for(name):
            def hook(gradient):
                log[name] = kind(norm(gradient))
                return returns(gradient, log[name])

            return hook

        return [hook_for(name) for name in names]

    return wrong


def norm_of(gradient):
    return np.sqrt((gradient**2).sum())


HOOKS = Exercise(
    id="12.5",
    title="Listening at the wires",
    task="""
    Write `hooks_for(names, log)`. It returns a list of functions, one for each of the `names`. Each is given a gradient, a tensor of any shape, writes its norm $\\sqrt{\\sum g^2}$ as a Python number to `log[name]`
    *under its own name*, and returns nothing: what a hook returns would take the gradient's place.
    """,
    solution=hooks_for,
    cases=hook_cases,
    drive=drive_hooks,
    outputs=("log", "hooks' return value"),
    difficulty=2,
    points=2,
    hints=(
        "A function made in a loop looks its variables up when it is *called*. What is `name` by then?",
        "Make each hook inside a function of its own, hook_for(name), so that each has a name of its own. Or use a default: def hook(gradient, name=name).",
        "log[name] = float((gradient**2).sum()) ** 0.5, and no return.",
    ),
    mistakes=(
        Mistake("the last name", _late, "All hooks write under the last name. A function made in a loop looks up `name` when it is called, and by then the loop is over. Make each in a function of its own, or write def hook(gradient, name=name)."),
        Mistake("the hook is not returned", _hook_not_returned, "The function that makes a hook does not return it, so that your list is full of None. Its last line: return hook."),
        Mistake("one function", _one_hook, "One function came back. A list is asked for, with a function for each name."),
        Mistake("appended", _appended, "log is empty at first, so there is no log[name] yet to append to; and not a list is asked for, but the number itself: log[name] = …"),
        Mistake("no root", hooks_like(lambda g: (g**2).sum()), "This is the squared norm: the root is missing."),
        Mistake("largest entry", hooks_like(lambda g: np.abs(g).max()), "This is the largest entry. The norm is the root of the sum of squares."),
        Mistake("mean", hooks_like(lambda g: np.sqrt((g**2).mean())), "You averaged the squares; the norm adds them up."),
        Mistake("tensor in the log", hooks_like(lambda g: (g**2).sum().sqrt(), kind=lambda norm: norm), "What stands in the log is a tensor with one entry. Asked for is a Python number: .item(), or float(…)."),
        Mistake("sum of sizes", hooks_like(lambda g: abs(g).sum()), "You added up the sizes of the entries. The norm is the root of the sum of squares."),
        Mistake("returns the norm", hooks_like(norm_of, returns=lambda g, n: n), "Your hooks return the norm. PyTorch takes what a hook returns as the new gradient. Return nothing."),
        Mistake("returns the gradient", hooks_like(norm_of, returns=lambda g, n: g), "Your hooks return the gradient. That is allowed, and changes nothing; but a hook that only listens returns nothing, so that it cannot change what passes."),
    ),
    alternatives=(
        lambda names, log: [lambda g, name=name: log.update({name: float(np.linalg.norm(g))}) for name in names],
        lambda names, log: [lambda g, name=name: log.update({name: g.norm().item()}) for name in names],
    ),
)  # fmt: skip


# --- 12.6 ------------------------------------------------------------------------------------------------------------


def train_step(model, optimizer, loss_fn, X, y):
    """Make one step of training on the batch (X, y);
    return the loss before the step, as a Python number.
    """
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def drive_train_step(train_step, X, y, w, lr):
    """Several steps, each on a batch of its own, with a model, a loss and an optimizer that behave as PyTorch's do."""
    import sys

    calls = []

    class Model:
        def __init__(self):
            self.weight, self.grad, self.input = w.copy(), None, None

        def __call__(self, X):
            self.input = X
            return X @ self.weight

        forward = __call__

        def zero_grad(self, set_to_none=True):
            calls.append("zero_grad")
            self.grad = None

        def train(self, mode=True):
            return self

        def parameters(self):  # of which each has a grad
            return [self]

    model, torch = Model(), sys.modules.get("torch")

    class Loss:
        def __init__(self, input, target):
            error, X = input - target, model.input
            self.value, self.slope, self.walked = float(np.mean(error**2)), 2 * error @ X / len(X), False
            self.recorded = torch is None or torch.is_grad_enabled()

        def backward(self, gradient=None, retain_graph=False):
            if not self.recorded:
                raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
            if self.walked:
                raise RuntimeError("Trying to backward through the graph a second time")
            self.walked = not retain_graph
            calls.append("backward")
            model.grad = self.slope if model.grad is None else model.grad + self.slope

        def item(self):
            return self.value

        __float__ = tolist = item

        def detach(self):
            return self

        def numpy(self):
            return np.asarray(self.value)

        cpu = detach

    class Optimizer:
        def zero_grad(self, set_to_none=True):
            model.zero_grad()

        def step(self, closure=None):
            loss = closure() if closure is not None else None
            calls.append("step")
            if model.grad is not None:
                model.weight = model.weight - lr * model.grad
            return loss

    optimizer, losses, weights = Optimizer(), [], []
    for k in range(len(X)):
        loss = train_step(model, optimizer, Loss, X[k], y[k])
        if not isinstance(loss, (float, np.floating, Loss, type(None))):
            raise TypeError(
                f"the loss as a plain number was expected, and something of type {type(loss).__name__} came"
            )
        losses.append(
            "nothing" if loss is None else "not a number but a tensor" if isinstance(loss, Loss) else float(loss)
        )
        weights.append(model.weight)
    if all(np.array_equal(found, w) for found in weights):
        return tuple(losses), "those of the beginning, after " + ", ".join(calls[: len(calls) // len(X)])
    return tuple(losses), np.array(weights)


def step_cases(rng):
    return [
        (rng.normal(size=(s, n, d)), rng.normal(0, 2, (s, n)), rng.normal(size=d), float(rng.uniform(0.02, 0.1)))
        for s, n, d in ((3, 7, 5), (4, 11, 3), (5, 5, 2), (3, 3, 3))
    ]


def _no_zero_grad(model, optimizer, loss_fn, X, y):
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss.item()


def _zero_grad_between(model, optimizer, loss_fn, X, y):
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


def _no_backward(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    optimizer.step()
    return loss.item()


def _no_step(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    return loss.item()


def _step_first(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    optimizer.step()
    loss.backward()
    return loss.item()


def _one_batch_late(model, optimizer, loss_fn, X, y):
    optimizer.step()
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    return loss.item()


def _tensor(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    return loss


def _backward_twice(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    loss.backward()
    optimizer.step()
    return loss.item()


def _step_twice(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


def _number_too_early(model, optimizer, loss_fn, X, y):
    optimizer.zero_grad()
    loss = loss_fn(model(X), y).item()
    loss.backward()
    optimizer.step()
    return loss


def _target_first(model, optimizer, loss_fn, X, y):
    return train_step(model, optimizer, lambda output, target: loss_fn(target, output), X, y)


def _loss_afterwards(model, optimizer, loss_fn, X, y):
    train_step(model, optimizer, loss_fn, X, y)
    return loss_fn(model(X), y).item()


def _nothing_returned(model, optimizer, loss_fn, X, y):
    train_step(model, optimizer, loss_fn, X, y)


def _zero_grad_last(model, optimizer, loss_fn, X, y):
    loss = loss_fn(model(X), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.item()


def _closure(model, optimizer, loss_fn, X, y):
    def closure():
        optimizer.zero_grad()
        loss = loss_fn(input=model(X), target=y)
        loss.backward()
        return loss

    return optimizer.step(closure).tolist()


def _model_zero_grad(model, optimizer, loss_fn, X, y):
    model.train()
    loss = loss_fn(model(X), y)
    model.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss)


TRAIN_STEP = Exercise(
    id="12.6",
    title="One step, in the right order",
    task="""
    Write `train_step(model, optimizer, loss_fn, X, y)`: one step of training on the batch `(X, y)`. It returns the loss that the batch had *before* the step, as a plain Python number (`loss.item()`). It will be called for one
    batch after the other. What you are given has the methods that PyTorch's have: `model(X)`, `loss_fn(output, y)`, which gives a `loss`, then `loss.backward()`, `loss.item()`, `optimizer.zero_grad()` and `optimizer.step()`.
    """,
    solution=train_step,
    cases=step_cases,
    drive=drive_train_step,
    outputs=("list of losses", "series of weights"),
    points=2,
    needs=("12.3",),
    hints=(
        "Four stations, as in chapter 07: forward, loss, backward, update. And what did exercise 12.3 say about .grad?",
        "The old gradients have to be gone before backward() adds the new ones.",
        "optimizer.zero_grad(); loss = loss_fn(model(X), y); loss.backward(); optimizer.step(); return loss.item()",
    ),
    mistakes=(
        Mistake("no zero_grad", _no_zero_grad, "The first step is right and all later ones are wrong: the gradients are never cleared, so each step uses the sum of all gradients so far. Call optimizer.zero_grad() once in each step."),
        Mistake("zero_grad between backward and step", _zero_grad_between, "The gradients are cleared after backward() and before step(), so there is nothing left to step by: the weights never move. Clear them before backward()."),
        Mistake("no backward", _no_backward, "backward() is never called, so there are no gradients, and step() leaves every weight where it is. PyTorch does not complain."),
        Mistake("no step", _no_step, "The gradients are computed and nothing is done with them: optimizer.step() is missing."),
        Mistake("step before backward", _step_first, "step() comes before backward(), when the gradients have just been cleared: the weights never move. First the slopes, then the step."),
        Mistake("one batch late", _one_batch_late, "Each step uses the gradients of the batch before: step() stands before the backward() it belongs to. The first batch makes no step and the last gradient is never used."),
        Mistake("backward twice", _backward_twice, "backward() is called twice for one loss. After the first time what the graph had kept is freed, and the second is refused. One step, one backward()."),
        Mistake("step twice", _step_twice, "Every step is twice as long as the learning rate says: step() is called twice after one backward(), or the slopes of two backward() were added up. One batch, one backward(), one step()."),
        Mistake("number too early", _number_too_early, "item() gives a plain number, which knows of no graph and has no backward(). Keep the loss itself for backward(), and take its number at the end: return loss.item()."),
        Mistake("target first", _target_first, "loss_fn was given the target first and the output second. PyTorch's losses take the output first: loss_fn(model(X), y). Cross-entropy would stop with an error; with a loss that is the same both ways nobody would notice."),
        Mistake("the tensor is returned", _tensor, "The loss comes back as a tensor. It holds on to its whole graph; whoever adds such losses up over an epoch keeps the graphs of all batches in memory. Return loss.item()."),
        Mistake("loss after the step", _loss_afterwards, "The weights are right; the loss returned was computed again after the step. The one from before the step is already there, and costs nothing."),
        Mistake("nothing returned", _nothing_returned, "The step is right, but nothing comes back: return loss.item()."),
    ),
    alternatives=(_zero_grad_last, _model_zero_grad, _closure),
)  # fmt: skip


# --- 12.7 ------------------------------------------------------------------------------------------------------------


def evaluate(model, batches):
    """Return the share of examples in `batches`, a list of (X, y),
    whose largest score is in column y; leave the model training.
    """
    model.eval()
    right = total = 0
    for X, y in batches:
        right += int((model(X).argmax(1) == y).sum())
        total += len(y)
    model.train()
    return right / total


def drive_evaluate(evaluate, W, batches):
    """With arrays that can also do what a tensor can: argmax(dim=1), max(1), size(0), torch.max(scores, 1)."""
    from collections import namedtuple

    Largest = namedtuple("Largest", "values indices")

    class Size(int):  # an array's size is a number, a tensor's is a method
        def __call__(self, dim=None):
            return self.shape if dim is None else self.shape[dim]

    class Tensor(np.ndarray):
        @classmethod
        def __torch_function__(cls, function, types, args=(), kwargs=None):
            if function.__name__ in ("cat", "concat", "concatenate"):
                return np.concatenate(args[0]).view(Tensor)
            return getattr(args[0], function.__name__)(*args[1:], **(kwargs or {}))

        def __eq__(self, other):  # what max(1) gives is a tuple, and equal to no tensor
            return NotImplemented if isinstance(other, tuple) else super().__eq__(other)

        __hash__ = None

        @property
        def data(self):
            return self

        @property
        def size(self):
            size = Size(np.prod(self.shape))
            size.shape = self.shape
            return size

        def argmax(self, dim=None, keepdim=False, axis=None, out=None, keepdims=False):
            return np.argmax(np.asarray(self), axis if dim is None else dim, keepdims=keepdim or keepdims).view(Tensor)

        def max(self, dim=None, keepdim=False, **options):  # values and places, where a tensor gives both
            array = np.asarray(self)
            if dim is None:
                return array.max(**options)
            return Largest(array.max(dim, keepdims=keepdim).view(Tensor), self.argmax(dim, keepdim))

        def softmax(self, dim):
            e = np.exp(np.asarray(self) - np.asarray(self).max(dim, keepdims=True))
            return (e / e.sum(dim, keepdims=True)).view(Tensor)

        def view_as(self, other):
            return self.reshape(other.shape)

        def numel(self):
            return int(self.size)

        def numpy(self):
            return np.asarray(self)

        def eq(self, other):
            return self == other

        def type(self, dtype):  # torch.float or another of PyTorch's: the numbers are what counts
            return self.astype(np.float64)

        def float(self):
            return self.astype(np.float64)

        def detach(self):
            return self

        cpu = detach

    class Model:
        def __init__(self):
            self.training, self.rng = True, np.random.default_rng(0)

        def train(self, mode=True):
            self.training = mode
            return self

        def eval(self):
            return self.train(False)

        def __call__(self, X):  # while training, half of the inputs are dropped, as nn.Dropout does
            X = np.asarray(X)
            return ((X * (self.rng.random(X.shape) < 0.5) if self.training else X) @ W.T).view(Tensor)

    model = Model()
    share = evaluate(model, [(X.view(Tensor), y.view(Tensor)) for X, y in batches])
    share = np.asarray(share) if isinstance(share, Tensor) else share
    return share, "training mode" if model.training else "evaluation mode"


def evaluate_cases(rng):
    def case(k, d, sizes):
        W = rng.normal(size=(k, d))
        batches = []
        for i, n in enumerate(sizes):
            X = rng.normal(size=(n, d))
            X[0] = 9 * W[np.linalg.norm(W, axis=1).argmax()]  # the largest score of all is in row 0
            y = (X @ W.T).argmax(axis=1)
            wrong = rng.random(n) < (0.1 if i < len(sizes) - 1 else 0.8)  # the last batch is much worse
            y = np.where(wrong, (y + 1) % k, y)
            y[0], y[-1] = (X @ W.T).argmax(axis=1)[0], ((X @ W.T).argmax(axis=1)[-1] + 1) % k
            batches.append((X, y))
        return W, batches

    return [case(3, 5, (31, 31, 7)), case(5, 7, (41, 13)), case(3, 3, (23, 23, 11)), case(7, 2, (37, 5))]


def evaluated(*, before=True, after=True, share=lambda rights, sizes: sum(rights) / sum(sizes), axis=1):
    """An evaluate without one of the modes, with another share, or another argmax."""

    def wrong(model, batches):
        if before:
            model.eval()
        rights, sizes = [], []
        for X, y in batches:
            rights.append(int((model(X).argmax(axis) == y).sum()))
            sizes.append(len(y))
        if after:
            model.train()
        return float(share(rights, sizes))

    return wrong


def _modes_exchanged(model, batches):
    model.train()
    share = evaluated(before=False, after=False)(model, batches)
    model.eval()
    return share


def _training_after_one_batch(model, batches):
    model.eval()
    right = total = 0
    for X, y in batches:
        right += int((model(X).argmax(1) == y).sum())
        total += len(y)
        model.train()
    return right / total


def counted(hits):
    """An evaluate that takes the sum of hits(scores, y) for the number of right answers of a batch."""

    def wrong(model, batches):
        model.eval()
        right = sum(int(hits(model(X), y).sum()) for X, y in batches)
        model.train()
        return right / sum(len(y) for _, y in batches)

    return wrong


def _as_in_pytorchs_examples(model, batches):
    model.eval()
    correct = total = 0
    for X, y in batches:
        predicted = model(X).argmax(dim=1, keepdim=True)
        correct += predicted.eq(y.view_as(predicted)).sum().item()
        total += y.numel()
    model.train()
    return correct / total


def _as_in_many_tutorials(model, batches):
    correct, total = 0, 0
    model.eval()
    for X, y in batches:
        _, predicted = model(X).max(1)
        total += y.size(0)
        correct += predicted.eq(y).sum().item()
    model.train()
    return correct / total


EVALUATE = Exercise(
    id="12.7",
    title="Evaluate",
    task="""
    Write `evaluate(model, batches)`. It puts the model into evaluation mode (`model.eval()`), goes through `batches`, a list of pairs `(X, y)` that need not be equally long, and returns the share of *all* examples whose
    largest score `model(X)[i]` is in column `y[i]`. At the end the model is in training mode again (`model.train()`). `scores.argmax(1)` works for tensors as for arrays; `torch.no_grad()` is not your concern here, it stands around the call.
    """,
    solution=evaluate,
    cases=evaluate_cases,
    drive=drive_evaluate,
    outputs=("share", "mode at the end"),
    points=2,
    needs=("11.5",),
    hints=(
        "Count the right ones and all of them, over all batches. Divide once, at the end.",
        "right += int((model(X).argmax(1) == y).sum()); total += len(y)",
        "model.eval() before the loop, model.train() after it.",
    ),
    mistakes=(
        Mistake("no eval", evaluated(before=False), "The model was never put into evaluation mode, so layers such as dropout go on as in training: half of the inputs are missing, at random. Call model.eval() first."),
        Mistake("stays in eval", evaluated(after=False), "The share is right, but the model is left in evaluation mode: from the next epoch on dropout and batch norm do not work as in training. End with model.train()."),
        Mistake("training after the first batch", _training_after_one_batch, "model.train() stands inside the loop, so that only the first batch is measured in evaluation mode. It belongs after the loop."),
        Mistake("argmax of all", evaluated(axis=None), "argmax without an axis looks at the whole batch and returns one place. One winner per row: argmax(1)."),
        Mistake("down the columns", evaluated(axis=0), "argmax(0) runs down the columns and gives one number for each class. One winner per row: argmax(1)."),
        Mistake("values and places", counted(lambda scores, y: scores.max(1) == y), "max(1) of a tensor gives two things, the largest values and their places, and the pair equals no tensor. Take the places: max(1).indices, or argmax(1)."),
        Mistake("value for place", counted(lambda scores, y: scores.max(1).values == y), "The share comes out as 0. Was the largest *score* compared with the label? A label names a column: compare it with the place of the largest score, argmax(1). (// and int() make 0 of any share below 1, too.)"),
        Mistake("column against row", counted(lambda scores, y: scores.argmax(1, keepdim=True) == y), "With keepdim=True the winners are a column, (N, 1), and the labels a row, (N,): compared, they make a table of all pairs, N × N. Leave keepdim out, or give y the same shape."),
        Mistake("first batch only", evaluated(share=lambda r, n: r[0] / n[0]), "Only the first batch counts: does the return stand inside the loop?"),
        Mistake("mean of means", evaluated(share=lambda r, n: np.mean(np.divide(r, n))), "You averaged the shares of the batches. A short last batch then counts as much as a full one. Count the right ones, count all, divide once."),
        Mistake("by batches", evaluated(share=lambda r, n: sum(r) / len(n)), "You divided by the number of batches; divide by the number of examples."),
        Mistake("sum of shares", evaluated(share=lambda r, n: np.divide(r, n).sum()), "You added up the shares of the batches. Add up the right answers and the examples, and divide once, at the end."),
        Mistake("modes exchanged", _modes_exchanged, "The modes are exchanged: eval() before the loop, so that dropout and the like are off while you measure, and train() after it."),
        Mistake("count", evaluated(share=lambda r, n: sum(r)), "This is the number of right answers. The share was asked for."),
        Mistake("last batch only", evaluated(share=lambda r, n: r[-1] / n[-1]), "Only the last batch counts: is something set back to 0 inside the loop?"),
        Mistake("largest batch assumed", evaluated(share=lambda r, n: sum(r) / (len(n) * n[0])), "You divided by the number of batches times the size of the first. The last batch is shorter: add up len(y)."),
        Mistake("per cent", evaluated(share=lambda r, n: 100 * sum(r) / sum(n)), "This is in per cent. Asked for is the share, from 0 to 1."),
        Mistake("share of wrong ones", evaluated(share=lambda r, n: 1 - sum(r) / sum(n)), "This is the share of wrong answers."),
    ),
    alternatives=(_as_in_many_tutorials, _as_in_pytorchs_examples),
)  # fmt: skip


# --- Check yourself ---------------------------------------------------------------------------------------------------

FLOOR = Exercise(
    id="12.8",
    title="How low can it go?",
    kind="number",
    task="""
    A network for {K} classes ends in a softmax, and its outputs, probabilities, are then given to `nn.CrossEntropyLoss`, which takes a softmax itself. What is the least loss that such a network can ever have on an example, when
    it gives the right class the probability 1 and all others 0?
    """,
    given={"K": 26},
    draw=lambda rng: {"K": int(rng.integers(3, 13))},
    solution=lambda K: float(np.log(1 + (K - 1) / np.e)),
    rtol=5e-3,
    difficulty=2,
    hints=(
        "The loss takes the outputs 1, 0, 0, … for logits. What does the softmax make of them?",
        "The right class gets e/(e + K − 1). The loss is minus its logarithm.",
    ),
    mistakes=(
        Mistake("zero", 0.0, "With probabilities 1 and 0 a cross-entropy of probabilities would be 0. But this loss takes the 1 and the 0 for *logits*, and the softmax of (1, 0, 0, …) is far from certain."),
        Mistake("ln K", lambda K: float(np.log(K)), "That is the loss of a network that knows nothing. This one gives the right class a logit of 1, which is a little better."),
        Mistake("logit left out", lambda K: float(np.log(np.e + K - 1)), "Nearly: this is the logarithm of the sum e + K − 1 alone. The probability is e over that sum, and the logarithm of e is 1: subtract it."),
        Mistake("one class too many", lambda K: float(np.log(1 + K / np.e)), "Nearly: the right class is one of the K. The others, with logit 0, are K − 1."),
        Mistake("probability", lambda K: float(np.e / (np.e + K - 1)), "This is the probability that the second softmax gives to the right class. The loss is minus its logarithm."),
    ),
)  # fmt: skip

REGISTERED = Exercise(
    id="12.9",
    title="Layers in a list",
    kind="number",
    task="""
    A module keeps `self.hidden = [nn.Linear({n}, {h}), nn.Linear({h}, {h})]`, a plain Python list, and `self.out = nn.Linear({h}, {k})`. How many numbers does `model.parameters()` hand to the optimizer?
    """,
    given={"n": 784, "h": 64, "k": 10},
    draw=lambda rng: {"n": int(rng.choice([100, 256, 784])), "h": int(rng.choice([32, 50, 64])), "k": int(rng.integers(3, 9))},
    solution=lambda n, h, k: float(h * k + k),
    rtol=1e-9,
    hints=(
        "How does a module know which of its attributes hold parameters?",
        "Modules, parameters and nn.ModuleList are noticed when they are assigned to self. A plain list is not looked into.",
    ),
    mistakes=(
        Mistake("all", lambda n, h, k: float(n * h + h + h * h + h + h * k + k), "These are all the numbers there are. But a module does not look into a plain list: the two hidden layers are not handed over, and never trained. nn.ModuleList is made for this."),
        Mistake("no bias", lambda n, h, k: float(h * k), "The layers in the plain list are rightly left out; but self.out has biases too."),
        Mistake("none", 0.0, "self.out is a module, assigned to self, and so it is noticed."),
    ),
)  # fmt: skip

TOTAL = Exercise(
    id="12.10",
    title="Memory that grows",
    kind="choice",
    task="""
    A training loop collects its losses with `total = total + loss`, where `loss` is what `loss_fn` returned. Memory grows from batch to batch. Why?
    """,
    choices=(
        "The gradients are not cleared, so there are more of them with every batch.",
        "`total` is itself a node of the graph. It keeps every loss, and with it every batch's graph and kept values, alive.",
        "Adding float32 numbers makes float64 numbers of them.",
        "`backward()` keeps the graph, in case it is called again.",
    ),
    solution="b",
    hints=("What is total, after the first addition: a number or a tensor?", "What does a tensor with requires_grad hold on to?"),
    mistakes=(
        Mistake("gradients", "a", "Gradients are added *into* the same arrays: wrong numbers, but no more memory."),
        Mistake("types", "c", "The sum of two float32 tensors is a float32 tensor; and one number more would not be noticed."),
        Mistake("kept by backward", "d", "backward() frees what it has used, unless retain_graph=True is asked for. It is total that holds on to the rest."),
    ),
)  # fmt: skip

CUT = Exercise(
    id="12.11",
    title="A cut wire",
    kind="choice",
    task="""
    Somebody computes the loss in NumPy, `torch.tensor(np_loss(model(X).detach().numpy(), y))`, is told that this tensor does not require grad, and adds `requires_grad=True`. Now `backward()` runs without an error. What happens?
    """,
    choices=(
        "Training works: PyTorch follows NumPy's operations too.",
        "The parameters' gradients are None: the graph begins at the new tensor, and nothing leads from it to the weights.",
        "The gradients are right, but training is slower, since the data are copied.",
        "The gradients are those of the last layer only.",
    ),
    solution="b",
    hints=("Draw the graph. Which operations did PyTorch see?", "detach() cuts the wire. Does requires_grad=True on the far side mend it?"),
    mistakes=(
        Mistake("follows NumPy", "a", "PyTorch records its own operations only. What NumPy did with the numbers left no trace."),
        Mistake("slower", "c", "There is no graph between the loss and the weights, so there are no gradients at all, right or wrong."),
        Mistake("last layer", "d", "The wire is cut after the last layer: nothing before the cut gets a gradient."),
    ),
)  # fmt: skip

BY_HAND = Exercise(
    id="12.12",
    title="A step by hand",
    kind="choice",
    task="""
    Somebody does without an optimizer. After `loss.backward()` the loop says `w = w - lr * w.grad`, outside of `torch.no_grad()`, for the weights `w` that were made with `requires_grad=True`. What happens?
    """,
    choices=(
        "It works, as in NumPy.",
        "The first step is right, but its result is a new tensor, a node of the graph and no leaf: from the second backward() on, `w.grad` is None.",
        "PyTorch refuses the subtraction, because w requires a gradient.",
        "The steps go uphill, because the minus is differentiated too.",
    ),
    solution="b",
    hints=("What is w after the line: the tensor that was marked, or another one?", "backward() fills .grad of the leaves only, the tensors that were made by nobody."),
    mistakes=(
        Mistake("as in NumPy", "a", "In NumPy an array has no past. Here the subtraction is recorded, and the new w is its result: backward() leaves a slope in the old w, which nobody holds any more."),
        Mistake("refused", "c", "What is refused, outside of no_grad(), is writing *into* w, w -= lr * w.grad. The line given makes a new tensor, and that is allowed."),
        Mistake("uphill", "d", "Nothing is differentiated before the next backward(). The first step is even right; it is the second that finds no gradient."),
    ),
)  # fmt: skip

EXERCISES = (
    TENSOR_GRADIENT, PORT, ACCUMULATED, POWER, HOOKS, TRAIN_STEP, EVALUATE, FLOOR, REGISTERED, TOTAL, CUT, BY_HAND,
)  # fmt: skip
