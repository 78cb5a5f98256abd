"""Exercises of chapter 13, The same network in TensorFlow and Keras.

None of them needs TensorFlow or JAX to be judged: tapes, models and optimizers are stood in for by small classes that
behave alike, and what comes out is compared as numbers.
"""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 13.1 ------------------------------------------------------------------------------------------------------------


def parameter_count(sizes):
    """Return how many weights and biases a dense network has
    whose layers have sizes[0], sizes[1], … units.
    """
    return sum(n * m + m for n, m in zip(sizes, sizes[1:]))


def size_cases(rng):
    a, b, c, d, e = (int(n) for n in rng.permutation([2, 3, 5, 7, 11]))
    return [(sizes,) for sizes in ([784, 128, 10], [10, 10, 1], [a, b, c, d], [e, b], [c, a, a, e, d])]


def _three_sizes(sizes):
    n, h, k = sizes
    return n * h + h + h * k + k


PARAMETER_COUNT = Exercise(
    id="13.1",
    title="How many parameters?",
    task="""
    Write `parameter_count(sizes)`: the number of weights and biases of a dense network with `sizes[0]` inputs, `sizes[1]` units in its first layer, and so on. It is the number that Keras calls "Total params".
    """,
    solution=parameter_count,
    cases=size_cases,
    hints=(
        "What belongs to one pair of neighbouring layers with n and m units?",
        "n·m weights and m biases. zip(sizes, sizes[1:]) gives the pairs.",
        "sum(n * m + m for n, m in zip(sizes, sizes[1:]))",
    ),
    mistakes=(
        Mistake("biases left out", lambda sizes: sum(n * m for n, m in zip(sizes, sizes[1:], strict=False)), "These are the weights. Each unit that is not an input has a bias as well."),
        Mistake("input biases", lambda sizes: sum(n * m + m for n, m in zip(sizes, sizes[1:], strict=False)) + sizes[0], "You gave the inputs biases too. They only pass on what comes."),
        Mistake("one bias a layer", lambda sizes: sum(n * m + 1 for n, m in zip(sizes, sizes[1:], strict=False)), "You counted one bias for each layer; there is one for each unit."),
        Mistake("bias for each input", lambda sizes: sum(n * m + n for n, m in zip(sizes, sizes[1:], strict=False)), "You counted a bias for each input of a layer. A bias belongs to a unit: add m, not n."),
        Mistake("two layers only", lambda sizes: sizes[0] * sizes[1] + sizes[1] + sizes[1] * sizes[2] + sizes[2], "This counts exactly two layers of weights. A network may have one, or any number: go through all pairs of neighbours."),
        Mistake("three sizes", _three_sizes, "This counts a network of exactly three sizes. There may be two, or any number: go through all pairs of neighbours."),
        Mistake("layer by layer", lambda sizes: [n * m + m for n, m in zip(sizes, sizes[1:], strict=False)], "These are the numbers of the single layers: add them up."),
        Mistake("units", lambda sizes: sum(sizes), "This is the number of units. Each *pair* of units in neighbouring layers has a weight."),
        Mistake("all pairs", lambda sizes: int(np.prod(sizes)), "Weights connect neighbouring layers only. Products of two neighbours are added, and not all sizes multiplied."),
    ),
    alternatives=(lambda sizes: np.int64(sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(sizes) - 1))),),
)  # fmt: skip


# --- 13.2 ------------------------------------------------------------------------------------------------------------


def to_keras(parameters):
    """Return the list that set_weights wants, [kernel, bias, kernel, bias, …],
    for {"W1": (n1, n0), "b1": (n1,), "W2": …}.
    """
    weights = []
    for k in range(1, len(parameters) // 2 + 1):
        weights += [parameters[f"W{k}"].T, parameters[f"b{k}"]]
    return weights


def drive_to_keras(to_keras, parameters):
    weights = to_keras(parameters)
    if weights is None:
        return None
    weights = [f"of a {type(weights).__name__}"] if isinstance(weights, dict) else list(weights)
    arrays = {f"array {i}": weights[i] if i < len(weights) else "missing" for i in range(len(parameters))}
    return {"number of arrays": len(weights)} | arrays


def network_cases(rng):
    def parameters(*sizes):
        found = {}
        for k, (n, m) in enumerate(zip(sizes, sizes[1:], strict=False), start=1):
            found[f"W{k}"], found[f"b{k}"] = rng.normal(size=(m, n)), rng.normal(size=m)
        return found

    return [(parameters(*sizes),) for sizes in ((7, 5, 3), (5, 3, 11, 2), (3, 2), (3, 3, 3), (2, 7, 5, 3, 11))]


def listed(order):
    """A to_keras that makes its list with order(W, b), layer by layer."""

    def wrong(parameters):
        return [a for k in range(1, len(parameters) // 2 + 1) for a in order(parameters[f"W{k}"], parameters[f"b{k}"])]

    return wrong


def _weights_first(parameters):
    layers = range(1, len(parameters) // 2 + 1)
    return [parameters[f"W{k}"].T for k in layers] + [parameters[f"b{k}"] for k in layers]


TO_KERAS = Exercise(
    id="13.2",
    title="Port the weights, again",
    task="""
    A Keras `Dense` layer computes `X @ kernel + bias` with a kernel of shape $(n_{\\text{in}}, n_{\\text{out}})$. Write `to_keras(parameters)`: for the arrays of one of our networks, `{"W1": (n1, n0), "b1": (n1,), "W2": …}` with any
    number of layers, it returns the list that `set_weights` wants, kernel and bias of the first layer, then of the second, and so on.
    """,
    solution=to_keras,
    cases=network_cases,
    drive=drive_to_keras,
    hints=(
        "Ours is X @ W.T + b. What is the kernel, then?",
        "The kernel is W.T. The order is kernel 1, bias 1, kernel 2, bias 2 …",
        'weights += [parameters[f"W{k}"].T, parameters[f"b{k}"]] for k from 1 on.',
    ),
    mistakes=(
        Mistake("two layers only", lambda p: [p["W1"].T, p["b1"], p["W2"].T, p["b2"]], "Exactly two layers are carried over. A network may have any number: len(parameters) // 2 of them."),
        Mistake("a dictionary", lambda parameters: {"W1": None}, "A dictionary came back. set_weights wants a list of arrays: kernel, bias, kernel, bias …"),
        Mistake("not transposed", listed(lambda W, b: [W, b]), "These are our own W, (n_out, n_in). Keras keeps its kernels the other way round, (n_in, n_out): transpose them. (For a square layer Keras could not tell, and would compute something else.)"),
        Mistake("reshaped", listed(lambda W, b: [W.reshape(W.shape[::-1]), b]), "The shapes are right and the entries are not in their places: reshape reads the numbers row by row and writes them into other rows. To exchange rows and columns, transpose: W.T."),
        Mistake("pairs", listed(lambda W, b: [(W.T, b)]), "You made a pair for each layer. set_weights wants one flat list: kernel, bias, kernel, bias …"),
        Mistake("biases first", listed(lambda W, b: [b, W.T]), "In each layer the kernel comes first, then the bias."),
        Mistake("kernels first", _weights_first, "All kernels come first in your list, then all biases. Keras wants them layer by layer: kernel, bias, kernel, bias."),
        Mistake("biases left out", listed(lambda W, b: [W.T]), "The biases are missing: two arrays for each layer."),
        Mistake("biases as rows", listed(lambda W, b: [W.T, b[None, :]]), "A bias has one axis, (n_out,); yours has two."),
    ),
    alternatives=(lambda parameters: [parameters[f"{x}{k + 1}"].T for k in range(len(parameters) // 2) for x in "Wb"],),
)  # fmt: skip


# --- 13.3 ------------------------------------------------------------------------------------------------------------


def tape_gradient(GradientTape, f, x):
    """Return the gradient of f(x), a number, with respect to the constant x (n,),
    with a tape made by GradientTape().
    """
    with GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, x)


def drive_tape(tape_gradient, name, x):
    """Gives a tape that behaves as TensorFlow's: it records only while it is open, and only what is watched by then."""
    functions = {
        "sum of squares": (lambda x: np.sum(x**2), lambda x: 2 * x),
        "sum of sines": (lambda x: np.sum(np.sin(x)), np.cos),
        "log of the sum": (lambda x: np.log(np.sum(np.exp(x))), lambda x: np.exp(x) / np.sum(np.exp(x))),
    }
    compute, slope = functions[name]
    open_tapes, remarks, answers = [], [], []

    class Value(float):
        pass

    class GradientTape:
        def __init__(self, persistent=False, watch_accessed_variables=True):
            self.watched, self.seen, self.recorded, self.variables = [], [], {}, watch_accessed_variables
            self.entered, self.persistent, self.used = False, persistent, False

        def __enter__(self):
            open_tapes.append(self)
            self.entered = True
            return self

        def __exit__(self, *error):
            open_tapes.remove(self)

        def watch(self, tensor):
            if not self.entered:
                raise AttributeError("'NoneType' object has no attribute '_tape'")
            for one in tensor if isinstance(tensor, (list, tuple)) else [tensor]:
                if callable(one):
                    raise ValueError(f"Passed in object {one} of type 'function', not tf.Tensor or tf.Variable")
                self.watched.append(id(one))

        def gradient(self, target, sources):
            if self.used and not self.persistent:
                raise RuntimeError("A non-persistent GradientTape can only be used to compute one set of gradients")
            self.used = True
            if isinstance(sources, dict):
                return {key: self.slope(target, source) for key, source in sources.items()}
            if isinstance(sources, (list, tuple)):
                return [self.slope(target, source) for source in sources]
            return self.slope(target, sources)

        def slope(self, target, source):
            if target is x:
                remarks.append("asked for the slope of x")
            elif target is f:
                remarks.append("asked for the slope of f itself")
            elif not isinstance(target, Value):
                remarks.append("asked for the slope of something else")
            elif id(target) in self.recorded and self.recorded[id(target)][1] is source:
                answers.append(target)
                return slope(np.asarray(source))
            elif not any(target is value for value in self.seen):
                remarks.append("f was called while the tape was closed")
            elif id(source) in self.watched:
                remarks.append("x was watched too late")
            else:
                remarks.append("watched the result" if self.watched else "nothing was watched")
            return None

    def f(tensor):
        value = Value(compute(np.asarray(tensor)))
        for tape in open_tapes:
            tape.seen.append(value)
            if id(tensor) in tape.watched or (tape.variables and hasattr(tensor, "assign")):  # a tf.Variable is watched
                tape.recorded[id(value)] = value, tensor
        return value

    found = tape_gradient(GradientTape, f, x)
    if not answers and not remarks:
        remarks.append("no tape was asked")
    return found, ", ".join(remarks) or "as it should be"


def tape_cases(rng):
    names = ("sum of sines", "log of the sum", "sum of squares")
    return [(name, rng.normal(0, 1.5, n)) for name, n in zip(names, (7, 5, 3), strict=True)]


def _unwatched(GradientTape, f, x):
    with GradientTape() as tape:
        value = f(x)
    return tape.gradient(value, x)


def _outside(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(f(x), x)


def _watched_late(GradientTape, f, x):
    with GradientTape() as tape:
        value = f(x)
        tape.watch(x)
    return tape.gradient(value, x)


def _watched_result(GradientTape, f, x):
    with GradientTape() as tape:
        value = f(x)
        tape.watch(value)
    return tape.gradient(value, x)


def _exchanged(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(x, value)


def _the_value(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
        return f(x)


def _inside(GradientTape, f, x):
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        return tape.gradient(f(x), x)


def _of_f_itself(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(f, x)


def _slope_not_returned(GradientTape, f, x):
    tape_gradient(GradientTape, f, x)


def _without_brackets(GradientTape, f, x):
    with GradientTape as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, x)


def _asked_twice(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    tape.gradient(value, x)
    return tape.gradient(value, x)


def _a_list(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, [x])


def _by_nudging(GradientTape, f, x):
    nudges = 1e-6 * np.eye(len(x))
    return np.array([(f(x + nudge) - f(x - nudge)) / 2e-6 for nudge in nudges])


def _list_and_names(GradientTape, f, x):
    with GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch([x])
        value = f(x)
    return tape.gradient(target=value, sources=[x])[0]


def _in_a_dictionary(GradientTape, f, x):
    with GradientTape() as tape:
        tape.watch(x)
        value = f(x)
    return tape.gradient(value, {"x": x})["x"]


def _as_variable(GradientTape, f, x):
    class Variable(np.ndarray):  # what tf.Variable(x) is, as far as the tape can tell
        def assign(self, value):
            self[...] = value

    variable = x.view(Variable)
    with GradientTape() as tape:
        value = f(variable)
    return tape.gradient(value, variable)


TAPE_GRADIENT = Exercise(
    id="13.3",
    title="Find the bug: a slope of None",
    task="""
    This function returns `None` for every `f`, and no error is raised. Mend it. `GradientTape` is TensorFlow's, or one that behaves alike; `x` $(n,)$ is a constant and `f(x)` a number. The gradient of `f` at `x`, $(n,)$, is to be returned.
    """,
    solution=tape_gradient,
    starter=_unwatched,
    cases=tape_cases,
    drive=drive_tape,
    outputs=("gradient", "use of the tape"),
    points=2,
    hints=(
        "A tape records what happens to variables. What is x?",
        "A constant has to be pointed out to the tape, before it is used: tape.watch(x).",
        "with GradientTape() as tape: tape.watch(x), then value = f(x). After the block: return tape.gradient(value, x).",
    ),
    mistakes=(
        Mistake("not watched", _unwatched, "The tape was never told to watch x. It watches variables by itself, but x is a constant: call tape.watch(x) before it is used."),
        Mistake("f outside", _outside, "f is called after the block, when the tape has stopped recording. Call it inside the with block."),
        Mistake("watched too late", _watched_late, "x is watched after f has used it. The tape cannot know what was done before: watch first."),
        Mistake("watched the result", _watched_result, "You watch the result. The slope is asked for with respect to x: watch x, before it is used."),
        Mistake("exchanged", _exchanged, "The arguments are exchanged: tape.gradient(target, source), first what is differentiated, then by what."),
        Mistake("of f itself", _of_f_itself, "The tape was asked for the slope of the function f. It knows numbers that were computed while it was open: call f(x) inside the with block, and ask for the slope of what comes out."),
        Mistake("the slope is not returned", _slope_not_returned, "The tape was asked rightly, and its answer is not returned: return tape.gradient(value, x)."),
        Mistake("the class", _without_brackets, "GradientTape is the class. GradientTape() with brackets makes a tape: with GradientTape() as tape."),
        Mistake("asked twice", _asked_twice, "The tape was asked twice, and what it kept is given up after the first time. Keep the first answer, or make the tape with persistent=True."),
        Mistake("a list", _a_list, "A list with one gradient came back: asked for a list of sources, the tape answers with a list. Ask for x, or take the first entry."),
        Mistake("by nudging", _by_nudging, "These are central differences: right to some digits, but no tape was asked, and for a million weights nobody can wait so long. Let the tape watch x."),
        Mistake("the value", _the_value, "This is the value f(x). Its gradient was asked for."),
    ),
    alternatives=(_inside, _list_and_names, _in_a_dictionary, _as_variable),
)  # fmt: skip


# --- 13.4 ------------------------------------------------------------------------------------------------------------


def train(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    """Return a new SimpleNN() after `epochs` steps on all of x_train and y_train."""
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            predictions = model(x_train)
            loss = loss_fn(y_train, predictions)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return model


def train_as_printed(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    """Return a new SimpleNN() after `epochs` steps on all of x_train and y_train."""
    for _ in range(epochs):
        with GradientTape() as tape:
            predictions = model(x_train)
            loss = loss_fn(y_train, predictions)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))


def drive_train(train, x_train, y_train, lr, epochs, seed):
    """Gives a linear model, a squared error, a tape and an optimizer that behave as TensorFlow's do."""
    rng = np.random.default_rng(seed)
    open_tapes = []

    class Variable:
        def __init__(self, value):
            self.value = value

    class SimpleNN:
        def __init__(self):
            self.trainable_variables = [Variable(rng.normal(size=(x_train.shape[1], 1))), Variable(rng.normal(size=1))]

            self.trainable_weights = self.weights = self.variables = self.trainable_variables

        def __call__(self, x, training=None):
            return Output(self, x)

        call = __call__

        def compile(self, *args, **options):
            raise RuntimeError("here the steps are made with the tape")

        fit = train_on_batch = compile

    class Output:
        def __init__(self, model, x):
            kernel, bias = model.trainable_variables
            self.value, self.model, self.x, self.tapes = x @ kernel.value + bias.value, model, x, list(open_tapes)
            self.slopes = self.back(np.ones_like(self.value))  # a tape that is asked for many numbers takes their sum

        def back(self, slope):
            return [self.x.T @ slope, slope.sum(axis=0)]

    class Loss(float):
        def __new__(cls, y_true, y_pred):
            if not isinstance(y_pred, Output):
                raise TypeError("loss_fn(targets, predictions): the predictions come second")
            return super().__new__(cls, np.mean((y_pred.value - y_true) ** 2))

        def __init__(self, y_true, y_pred):
            self.model, self.slopes = y_pred.model, y_pred.back(2 * (y_pred.value - y_true) / len(y_true))
            self.tapes = [tape for tape in y_pred.tapes if tape in open_tapes]

        def numpy(self):
            return np.float32(self)

    class GradientTape:
        def __init__(self, persistent=False, watch_accessed_variables=True):
            self.persistent, self.used = persistent, False

        def __enter__(self):
            open_tapes.append(self)
            return self

        def __exit__(self, *error):
            open_tapes.remove(self)

        def gradient(self, target, sources):
            if self.used and not self.persistent:
                raise RuntimeError("A non-persistent GradientTape can only be used to compute one set of gradients")
            self.used, own = True, target.model.trainable_variables
            slopes = dict(zip(own, target.slopes)) if self in target.tapes else {}
            return [slopes.get(v) for v in sources] if isinstance(sources, (list, tuple)) else slopes.get(sources)

    class Optimizer:
        def apply_gradients(self, grads_and_vars):
            for gradient, variable in grads_and_vars:
                if gradient is None:
                    raise ValueError("No gradients provided for any variable")
                if not isinstance(variable, Variable):
                    raise ValueError("apply_gradients takes pairs (gradient, variable)")
                variable.value = variable.value - lr * gradient

        def apply(self, gradients, variables):
            self.apply_gradients(zip(gradients, variables, strict=True))

        def minimize(self, *args, **options):
            raise RuntimeError("here the steps are made with the tape")

    model = train(SimpleNN, Loss, Optimizer(), GradientTape, x_train, y_train, epochs)
    if not isinstance(model, SimpleNN):
        return "no model came back", ""
    return model.trainable_variables[0].value, model.trainable_variables[1].value


def train_cases(rng):
    return [
        (rng.random((n, d)), rng.random((n, 1)), float(rng.uniform(0.05, 0.2)), epochs, int(rng.integers(10**6)))
        for n, d, epochs in ((11, 5, 4), (7, 3, 3), (5, 2, 7), (3, 3, 2))
    ]


def _new_model_each_epoch(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    for _ in range(epochs):
        model = SimpleNN()
        with GradientTape() as tape:
            loss = loss_fn(y_train, model(x_train))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return model


def _loss_outside(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            predictions = model(x_train)
        loss = loss_fn(y_train, predictions)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return model


def _pairs_exchanged(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_train, model(x_train))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(model.trainable_variables, gradients, strict=True))
    return model


def _compile_and_fit(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    model.compile(optimizer=optimizer, loss=loss_fn)
    model.fit(x_train, y_train, epochs=epochs)
    return model


def _not_zipped(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_train, model(x_train))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(gradients, model.trainable_variables)
    return model


def _gradients_alone(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_train, model(x_train))
        optimizer.apply_gradients(tape.gradient(loss, model.trainable_variables))
    return model


def _slope_of_the_predictions(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            predictions = model(x_train)
        gradients = tape.gradient(predictions, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return model


def _one_step_less(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    return train(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs - 1)


def _one_step_more(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    return train(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs + 1)


def _never_applied(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_train, model(x_train))
        tape.gradient(loss, model.trainable_variables)
    return model


def _one_epoch(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    return train(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, 1)


def _not_returned(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    train(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs)


def _gradient_inside(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    network = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_train, network(x_train))
            gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply_gradients(list(zip(gradients, network.trainable_variables, strict=True)))
    return network


def _the_class(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    return train(lambda: SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs)


def _targets_second(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    return train(SimpleNN, lambda y, p: loss_fn(p, y), optimizer, GradientTape, x_train, y_train, epochs)


def _variable_by_variable(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape(persistent=True) as tape:
            loss = loss_fn(y_train, model(x_train))
        gradients = [tape.gradient(target=loss, sources=variable) for variable in model.trainable_variables]
        optimizer.apply_gradients(grads_and_vars=zip(gradients, model.trainable_variables, strict=True))
    return model


def _keras_3(SimpleNN, loss_fn, optimizer, GradientTape, x_train, y_train, epochs):
    model = SimpleNN()
    for _ in range(epochs):
        with GradientTape() as tape:
            loss = loss_fn(y_true=y_train, y_pred=model(x_train, training=True))
        optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
    return model


PRINTED = Exercise(
    id="13.4",
    title="Find the bug: the printed program",
    task="""
    Here is the article's program as a function: the class, the loss, the optimizer and the tape are handed in, and so are the data. As printed it stops at once. Mend it. It is to train one new `SimpleNN()` for `epochs` steps and return it.
    """,
    solution=train,
    starter=train_as_printed,
    cases=train_cases,
    drive=drive_train,
    outputs=("trained kernel", "trained bias"),
    points=2,
    hints=(
        "Run it. Which name does Python not know, and who should have made it?",
        "A class is a plan. SimpleNN() makes a network; how often is one wanted?",
        "model = SimpleNN() before the loop, and return model after it.",
    ),
    mistakes=(
        Mistake("untouched", train_as_printed, "This is still the printed program. It stops with a NameError: `model` is used and never made. SimpleNN is only the plan; SimpleNN() builds a network. And do not forget to return it."),
        Mistake("the class itself", _the_class, "SimpleNN is the class, the plan, and SimpleNN() with empty brackets builds a network from it. The data are given to that network: model(x_train)."),
        Mistake("compile and fit", _compile_and_fit, "compile and fit can train a network too, but they hide the loop that is to be mended here. Keep the printed program's tape and optimizer: one network before the loop, one step for each round on all the data, and the network returned."),
        Mistake("not zipped", _not_zipped, "apply_gradients takes one argument, the pairs (gradient, variable): zip(gradients, model.trainable_variables)."),
        Mistake("gradients alone", _gradients_alone, "The optimizer has to be told which gradient belongs to which variable: apply_gradients(zip(gradients, model.trainable_variables))."),
        Mistake("slope of the predictions", _slope_of_the_predictions, "The tape was asked for the slope of the predictions. It is the loss that is to fall: tape.gradient(loss, …)."),
        Mistake("one step less", _one_step_less, "The model has made one step too few: range(epochs) has as many rounds as epochs says."),
        Mistake("one step more", _one_step_more, "The model has made one step too many: range(epochs) has as many rounds as epochs says."),
        Mistake("targets second", _targets_second, "The arguments of the loss are exchanged. In Keras the targets come first, the predictions second: loss_fn(y_train, predictions)."),
        Mistake("a new model each epoch", _new_model_each_epoch, "The model is made inside the loop, so every epoch begins with fresh weights and the last one has made a single step. Make it once, before the loop."),
        Mistake("loss outside the tape", _loss_outside, "Every gradient is None: the forward pass or the loss is computed where the tape does not record. Both belong inside the with block."),
        Mistake("pairs exchanged", _pairs_exchanged, "apply_gradients wants pairs (gradient, variable), in this order; yours are (variable, gradient)."),
        Mistake("never applied", _never_applied, "The model that comes back is as it was at first: its gradients are never used. optimizer.apply_gradients belongs into the loop."),
        Mistake("one epoch", _one_epoch, "The model has made one step, whatever `epochs` says. Does the return stand inside the loop, or the update after it?"),
        Mistake("not returned", _not_returned, "The training is right, but what it has trained is not returned: return model."),
    ),
    alternatives=(_gradient_inside, _variable_by_variable, _keras_3),
)  # fmt: skip


# --- 13.5 ------------------------------------------------------------------------------------------------------------

BEST_ERROR = Exercise(
    id="13.5",
    title="The best that can be done",
    kind="number",
    task="""
    The targets are drawn evenly from between {low} and {high}, and have nothing to do with the inputs. What is the least mean squared error that any network can be expected to reach on *new* data?
    """,
    given={"low": 0, "high": 1},
    draw=lambda rng: {"low": 0, "high": int(rng.choice([2, 4, 5]))},
    solution=lambda low, high: (high - low) ** 2 / 12,
    rtol=6e-3,
    difficulty=2,
    hints=(
        "If the inputs say nothing, what is the best constant answer?",
        "The mean of the targets. The error that is left is their variance: the mean of (t − mean)² for t between low and high.",
    ),
    mistakes=(
        Mistake("zero", 0.0, "The inputs do not determine the targets, so no function of them can be right every time. Zero can be reached on the *training* data at most, by learning them by heart."),
        Mistake("standard deviation", lambda low, high: (high - low) / 12**0.5, "This is the standard deviation. The mean *squared* error of the best constant is the variance, its square."),
        Mistake("answering low", lambda low, high: (high - low) ** 2 / 3, "This is the error of a network that always answers with the lower end. The middle is better."),
        Mistake("mean absolute error", lambda low, high: (high - low) / 4, "This is the mean *absolute* error of the best constant."),
        Mistake("guessing", lambda low, high: (high - low) ** 2 / 6, "This is the error of somebody who guesses at random too. A constant in the middle has half of it."),
    ),
)  # fmt: skip


# --- 13.6 ------------------------------------------------------------------------------------------------------------


def update(parameters, gradients, lr):
    """Return new parameters, each array minus lr times its gradient;
    both are arrays in dicts and lists, nested alike.
    """
    if isinstance(parameters, dict):
        return {name: update(parameters[name], gradients[name], lr) for name in parameters}
    if isinstance(parameters, list):
        return [update(p, g, lr) for p, g in zip(parameters, gradients)]
    return parameters - lr * gradients


def drive_update(update, parameters, gradients, lr):
    def leaves(tree, place="result"):
        if isinstance(tree, dict):
            return {k: v for name in sorted(tree) for k, v in leaves(tree[name], f"{place}[{name!r}]").items()}
        if isinstance(tree, (list, tuple)):
            kind = "" if isinstance(tree, list) else " of a tuple"
            return {k: v for i, part in enumerate(tree) for k, v in leaves(part, f"{place}[{i}]{kind}").items()}
        return {place: tree}

    found = update(parameters, gradients, lr)
    return None if found is None else leaves(found)


def tree_cases(rng):
    def like(shapes):
        if isinstance(shapes, dict):
            return {name: like(inner) for name, inner in shapes.items()}
        if isinstance(shapes, list):
            return [like(inner) for inner in shapes]
        return rng.normal(size=shapes)

    trees = (
        [{"W": (5, 3), "b": (5,)}, {"W": (2, 5), "b": (2,)}],
        {"W": (7, 2), "b": (7,)},
        {"body": [{"W": (3, 3), "b": (3,)}, {"W": (5, 3), "b": (5,)}], "head": {"W": (2, 5), "b": (2,)}},
        (11,),
    )
    return [(like(shapes), like(shapes), float(rng.uniform(0.01, 0.3))) for shapes in trees]


def updated(leaf):
    """An update that does something else, leaf(p, g, lr, depth), with each array."""

    def wrong(parameters, gradients, lr, depth=0):
        if isinstance(parameters, dict):
            return {k: wrong(parameters[k], gradients[k], lr, depth + 1) for k in parameters}
        if isinstance(parameters, list):
            return [wrong(p, g, lr, depth + 1) for p, g in zip(parameters, gradients, strict=True)]
        return leaf(parameters, gradients, lr, depth)

    return lambda parameters, gradients, lr: wrong(parameters, gradients, lr)


def _dictionaries_only(parameters, gradients, lr):
    if isinstance(parameters, dict):
        return {k: _dictionaries_only(parameters[k], gradients[k], lr) for k in parameters}
    return parameters - lr * gradients


def _list_indexed_by_elements(parameters, gradients, lr):
    if isinstance(parameters, (dict, list)):
        inner = [_list_indexed_by_elements(parameters[k], gradients[k], lr) for k in parameters]
        return dict(zip(parameters, inner, strict=True)) if isinstance(parameters, dict) else inner
    return parameters - lr * gradients


def _no_call_inside(parameters, gradients, lr):
    if isinstance(parameters, dict):
        return {k: parameters[k] - lr * gradients[k] for k in parameters}
    if isinstance(parameters, list):
        return [p - lr * g for p, g in zip(parameters, gradients, strict=True)]
    return parameters - lr * gradients


def _tuples(parameters, gradients, lr):
    if isinstance(parameters, dict):
        return {k: _tuples(parameters[k], gradients[k], lr) for k in parameters}
    if isinstance(parameters, list):
        return tuple(_tuples(p, g, lr) for p, g in zip(parameters, gradients, strict=True))
    return parameters - lr * gradients


UPDATE = Exercise(
    id="13.6",
    title="New parameters for old",
    task="""
    JAX's arrays cannot be changed, so an update *returns* new ones. Write `update(parameters, gradients, lr)`. Parameters are arrays, or dictionaries and lists of such, nested as deep as you like: an array, `{"W": …, "b": …}`, a list of such
    dictionaries. The gradients are nested in the same way. Return the new parameters $\\theta-\\eta\\,\\mathrm d\\theta$, nested alike, and leave what you were given as it is.
    """,
    solution=update,
    cases=tree_cases,
    drive=drive_update,
    rtol=1e-5,  # JAX computes in float32
    atol=1e-6,
    difficulty=2,
    points=2,
    hints=(
        "What would you do with a single array? With a dictionary whose values you already know how to handle?",
        "isinstance(parameters, dict): update each value, with the gradient of the same name. A list: each element with its own. Otherwise it is an array.",
        "return {name: update(parameters[name], gradients[name], lr) for name in parameters} for a dictionary.",
    ),
    mistakes=(
        Mistake("flat dictionaries only", lambda p, g, lr: {k: p[k] - lr * g[k] for k in p}, "This works for a dictionary of arrays and for nothing else. Parameters may also be a single array, a list, or dictionaries in dictionaries: ask what came (isinstance), and call update again for what is inside."),
        Mistake("one array only", lambda p, g, lr: p - lr * g, "This is right for a single array. Parameters may also be dictionaries and lists of arrays, or of such: ask what came (isinstance), and call update again for what is inside, with its own gradient and with lr."),
        Mistake("a list of dictionaries only", lambda ps, gs, lr: [{k: p[k] - lr * g[k] for k in p} for p, g in zip(ps, gs, strict=False)], "This works for a list of dictionaries of arrays and for nothing else. Ask what came (isinstance), and call update again for what is inside."),
        Mistake("uphill", updated(lambda p, g, lr, depth: p + lr * g), "The steps go uphill: the gradient points to where the loss grows. Subtract it."),
        Mistake("lr forgotten", updated(lambda p, g, lr, depth: p - g), "The learning rate is missing."),
        Mistake("lists forgotten", _dictionaries_only, "A single array and a dictionary of arrays come out right; where a list comes it stops. Ask for lists too, isinstance(parameters, list), and call update for each of a list's elements: they may be dictionaries, or lists again."),
        Mistake("a list indexed by its elements", _list_indexed_by_elements, "A loop over a dictionary gives its keys, and a loop over a list its elements: parameters[k] does not fit there. Go through both lists together: [update(p, g, lr) for p, g in zip(parameters, gradients)]."),
        Mistake("not called for what is inside", _no_call_inside, "Dictionaries and lists of arrays come out right. What stands in them may be a dictionary or a list again: call update for it, in place of p - lr * g."),
        Mistake("tuples for lists", _tuples, "The numbers are right, but your lists came back as tuples. Nested alike means: a list for a list. jax.tree.map would refuse to compare the two."),
        Mistake("one level", updated(lambda p, g, lr, depth: p - lr * g if depth < 2 else p), "Arrays that lie deeper than one level come back unchanged. Call update again for what is inside."),
        Mistake("matrices only", updated(lambda p, g, lr, depth: p - lr * g if p.ndim > 1 else p), "The arrays with one axis, the biases, come back unchanged."),
        Mistake("the change", updated(lambda p, g, lr, depth: -lr * g), "This is the change, −η dθ. The new parameters were asked for: θ − η dθ."),
        Mistake("lr at each level", updated(lambda p, g, lr, depth: p - lr ** max(1, depth) * g), "The learning rate is multiplied in once for each level. It belongs to the arrays alone; pass it on unchanged."),
    ),
)  # fmt: skip


# --- Check yourself ---------------------------------------------------------------------------------------------------

FROM_LOGITS = Exercise(
    id="13.7",
    title="One word forgotten",
    kind="choice",
    task="""
    A Keras network ends in `Dense(10)` without an activation, and is compiled with `loss="sparse_categorical_crossentropy"`, whose default is `from_logits=False`. What does the loss do with the ten numbers?
    """,
    choices=(
        "It notices that they do not sum to 1 and takes their softmax.",
        "It takes them for probabilities: negative ones are cut off, their logarithm is taken, and the gradients are wrong or zero.",
        "It takes the softmax twice, so that the loss cannot fall below ln(1 + 9/e).",
        "Nothing is lost: softmax does not change which output is the largest.",
    ),
    solution="b",
    hints=("What would you do with a probability of −3 in −ln p?", "The flag says what the network puts out. It is not checked."),
    mistakes=(
        Mistake("notices", "a", "It divides them by their sum, but it does not take their exponential; nothing warns you. The flag is believed."),
        Mistake("twice", "c", "That is the opposite case: a softmax in the network, and from_logits=True. Here there is no softmax at all."),
        Mistake("same argmax", "d", "True for reading an answer off. But the network is *trained* by the loss's gradient, and that is a different one."),
    ),
)  # fmt: skip

USED_UP = Exercise(
    id="13.8",
    title="Twice from one tape",
    kind="choice",
    task="""
    Two losses are computed on one tape made by `tf.GradientTape()`. `tape.gradient(loss1, w)` works, then `tape.gradient(loss2, w)` raises a RuntimeError. Why?
    """,
    choices=(
        "A tape can hold one loss only.",
        "The first call has added its gradients to w, and they were not cleared.",
        "What the tape has kept is given up after one way back, unless it was made with persistent=True.",
        "w is not watched any more.",
    ),
    solution="c",
    hints=("What happened in chapter 12 when backward() was called twice on one loss?", "The kept values take memory. When may they be thrown away?"),
    mistakes=(
        Mistake("one loss", "a", "It records whatever is computed while it is open, any number of losses. It can be *played back* once."),
        Mistake("not cleared", "b", "TensorFlow adds nothing to anything: tape.gradient returns its result. (It is PyTorch that adds to .grad.)"),
        Mistake("not watched", "d", "Then the result would be None, without an error. Variables are always watched."),
    ),
)  # fmt: skip

NOISE = Exercise(
    id="13.9",
    title="It goes down",
    kind="choice",
    task="""
    The training error of a network has fallen by a third and goes on falling. What may be concluded?
    """,
    choices=(
        "It has learned something about how targets depend on inputs.",
        "It will do better on new data than before.",
        "It fits these examples better than before; whether that carries over has to be measured on others.",
        "Gradient descent has come near a minimum.",
    ),
    solution="c",
    hints=("What did the error on the training data do when the targets were noise?", "Which of the four speaks of the training data only?"),
    mistakes=(
        Mistake("learned", "a", "The same was seen above with targets that do not depend on the inputs at all."),
        Mistake("better", "b", "On the noise above, the error on new data *rose* while that on the training data fell."),
        Mistake("minimum", "d", "A falling error says nothing about how far it has still to fall."),
    ),
)  # fmt: skip

TRACED = Exercise(
    id="13.10",
    title="A print inside",
    kind="choice",
    task="""
    A function marked with `jax.jit` (or `tf.function`) contains `print("step")`. It is called a hundred times with arrays of one shape. How often is "step" printed?
    """,
    choices=(
        "A hundred times.",
        "Once, while the function is recorded; after that the recorded operations run, and Python is not asked any more.",
        "Never: printing is not an operation on arrays.",
        "Once for each thread.",
    ),
    solution="b",
    hints=("What does jit keep of the function: its Python code, or the operations on arrays that it made?", "To record them, it has to run the function. How often?"),
    mistakes=(
        Mistake("hundred", "a", "Without jit it would be. With it, Python runs the function to see which operations it makes, and then runs those."),
        Mistake("never", "c", "To record the operations the function has to be run in Python, and then it prints."),
        Mistake("threads", "d", "The recording is made by one run of the function, whatever executes it later."),
    ),
)  # fmt: skip

EXERCISES = (
    PARAMETER_COUNT, TO_KERAS, TAPE_GRADIENT, PRINTED, BEST_ERROR, UPDATE, FROM_LOGITS, USED_UP, NOISE, TRACED,
)  # fmt: skip
