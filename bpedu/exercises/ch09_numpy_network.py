"""Exercises of chapter 09, A neural network in NumPy."""

import numpy as np

from bpedu.exercise import Exercise, Mistake

# --- 9.1 -------------------------------------------------------------------------------------------------------------


def initialize(self, input_size, hidden_size, output_size, rng):
    """Set self.W1 (hidden, input), self.b1 (hidden,),
    self.W2 (output, hidden) and self.b2 (output,).
    """
    self.W1 = rng.normal(0, 1 / np.sqrt(input_size), (hidden_size, input_size))
    self.b1 = np.zeros(hidden_size)
    self.W2 = rng.normal(0, 1 / np.sqrt(hidden_size), (output_size, hidden_size))
    self.b2 = np.zeros(output_size)


def drive_initialize(initialize, input_size, hidden_size, output_size, seed):
    class Network:
        def __getattr__(self, name):
            raise AttributeError(
                f"self.{name} has not been set; {name} = … without self. is forgotten when the method ends"
            )

    network = Network()
    initialize(network, input_size, hidden_size, output_size, np.random.default_rng(seed))
    return network.W1, network.b1, network.W2, network.b2


def initialize_cases(rng):
    sizes = ((5, 3, 2), (3, 7, 5), (784, 11, 10), (2, 2, 1), (7, 1, 3))
    return [(*s, int(rng.integers(1, 10_000))) for s in sizes]


def initialized(first, second, bias=np.zeros, columns=False):
    """A wrong initialize: first(n_in, n_out) and second(...) are the standard deviations, None for zeros."""

    def wrong(self, n, h, k, rng):
        def weights(n_in, n_out, std):
            shape = (n_in, n_out) if columns else (n_out, n_in)
            return np.zeros(shape) if std is None else rng.normal(0, std(n_in, n_out), shape)

        self.W1, self.b1 = weights(n, h, first), bias(h)
        self.W2, self.b2 = weights(h, k, second), bias(k)

    return wrong


def by_root(n_in, n_out):
    return 1 / np.sqrt(n_in)


def by_other_root(n_in, n_out):
    return 1 / np.sqrt(n_out)


def constant_weights(self, n, h, k, rng):
    self.W1, self.b1 = np.full((h, n), 1 / np.sqrt(n)), np.zeros(h)
    self.W2, self.b2 = np.full((k, h), 1 / np.sqrt(h)), np.zeros(k)


def uniform_weights(self, n, h, k, rng):
    self.W1, self.b1 = rng.random((h, n)) / np.sqrt(n), np.zeros(h)
    self.W2, self.b2 = rng.random((k, h)) / np.sqrt(h), np.zeros(k)


def second_by_inputs(self, n, h, k, rng):
    self.W1, self.b1 = rng.normal(0, 1 / np.sqrt(n), (h, n)), np.zeros(h)
    self.W2, self.b2 = rng.normal(0, 1 / np.sqrt(n), (k, h)), np.zeros(k)


def own_generator(self, n, h, k, rng):
    initialize(self, n, h, k, np.random.default_rng(0))


def uniform_both_signs(self, n, h, k, rng):
    self.W1, self.b1 = rng.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), (h, n)), np.zeros(h)
    self.W2, self.b2 = rng.uniform(-1 / np.sqrt(h), 1 / np.sqrt(h), (k, h)), np.zeros(k)


def later_layer_first(self, n, h, k, rng):
    self.W2, self.b2 = rng.normal(0, 1 / np.sqrt(h), (k, h)), np.zeros(k)
    self.W1, self.b1 = rng.normal(0, 1 / np.sqrt(n), (h, n)), np.zeros(h)


def with_standard_normal(self, input_size, hidden_size, output_size, rng):
    self.W1 = rng.standard_normal((hidden_size, input_size)) * input_size**-0.5
    self.W2 = rng.standard_normal((output_size, hidden_size)) * hidden_size**-0.5
    self.b1, self.b2 = np.zeros(hidden_size), np.zeros(output_size)


def sizes_for_moments(self, n, h, k, rng):
    self.W1, self.b1 = rng.normal(h, n) / np.sqrt(n), np.zeros(h)
    self.W2, self.b2 = rng.normal(k, h) / np.sqrt(h), np.zeros(k)


def deviation_for_mean(self, n, h, k, rng):
    self.W1, self.b1 = rng.normal(1 / np.sqrt(n), size=(h, n)), np.zeros(h)
    self.W2, self.b2 = rng.normal(1 / np.sqrt(h), size=(k, h)), np.zeros(k)


def first_by_hidden(self, n, h, k, rng):
    self.W1, self.b1 = rng.normal(0, 1 / np.sqrt(h), (h, n)), np.zeros(h)
    self.W2, self.b2 = rng.normal(0, 1 / np.sqrt(h), (k, h)), np.zeros(k)


INITIALIZE = Exercise(
    id="9.1",
    title="The parameters to start with",
    task="""
    Write `initialize(self, input_size, hidden_size, output_size, rng)`, which will become the class's `__init__`. It returns nothing. It sets four attributes: `self.W1` and `self.W2`, one row for each unit, with entries
    drawn from a normal distribution with mean 0 and standard deviation $1/\\sqrt{\\text{number of inputs of the layer}}$, and `self.b1`, `self.b2`, all zero. Draw with `rng.normal`, `W1` first.
    """,
    solution=initialize,
    cases=initialize_cases,
    drive=drive_initialize,
    outputs=("W1", "b1", "W2", "b2"),
    hints=(
        "Which shape has W1, if it has one row for each hidden unit? How many inputs has a unit of layer 2?",
        "W1 is (hidden_size, input_size) with standard deviation 1/√input_size; W2 is (output_size, hidden_size) with 1/√hidden_size.",
        "self.W1 = rng.normal(0, 1 / np.sqrt(input_size), (hidden_size, input_size)), and so on; self.b1 = np.zeros(hidden_size).",
    ),
    mistakes=(
        Mistake("zeros", initialized(None, None), "All weights are zero. Then every hidden unit puts out 0 and hands back no blame: no weight ever moves, only the last bias. Draw them at random."),
        Mistake("constant", constant_weights, "All weights of a layer are the same number. Then the hidden units do the same, get the same slopes, and stay the same for ever: one unit, written several times. Draw them at random."),
        Mistake("unscaled", initialized(lambda n, m: 1.0, lambda n, m: 1.0), "The standard deviation is 1 whatever the number of inputs. A unit with 784 inputs then has a sum of typical size 28·|x|, and its tanh is saturated. Divide by the square root of the number of inputs."),
        Mistake("variance for deviation", initialized(lambda n, m: 1 / n, lambda n, m: 1 / n), "You gave 1/n as the standard deviation. It is the *variance* that is 1/n; rng.normal wants the standard deviation, 1/√n."),
        Mistake("for ReLU", initialized(lambda n, m: np.sqrt(2 / n), lambda n, m: np.sqrt(2 / n)), "√(2/n) is the deviation for ReLU units (chapter 14). Asked for is 1/√n."),
        Mistake("second layer by the network's inputs", second_by_inputs, "W1 is right. The units of the second layer have hidden_size inputs, not input_size: 1/√hidden_size for W2."),
        Mistake("tiny", initialized(lambda n, m: 0.01, lambda n, m: 0.01), "0.01 for every layer: whether that is small or large depends on the number of inputs. Asked for is 1/√(number of inputs)."),
        Mistake("by outputs", initialized(by_other_root, by_other_root), "You scaled with the number of *units*. What makes a sum large is the number of its terms, the inputs of the layer: the second axis of W."),
        Mistake("columns for units", initialized(by_root, by_root, columns=True), "Your weights have a column for each unit. In this book W has a row for each unit, (n_out, n_in), and the layer computes X @ W.T + b."),
        Mistake("biases as columns", initialized(by_root, by_root, bias=lambda m: np.zeros((m, 1))), "The biases have the shape (m, 1). Here they are (m,): added to a batch (N, m), (m, 1) would not fit, or, worse, fit."),
        Mistake("biases one number", initialized(by_root, by_root, bias=lambda m: 0.0), "A bias is one number for the whole layer. Each unit has its own: np.zeros(hidden_size), np.zeros(output_size)."),
        Mistake("biases as rows", initialized(by_root, by_root, bias=lambda m: np.zeros((1, m))), "The biases have the shape (1, m). In this book they are (m,), as their gradients dZ.sum(axis=0) are."),
        Mistake("sizes for mean and deviation", sizes_for_moments, "rng.normal(hidden_size, input_size) draws *one* number, with mean hidden_size and standard deviation input_size. The shape is the third argument, a tuple: rng.normal(0, 1 / np.sqrt(input_size), (hidden_size, input_size))."),
        Mistake("deviation for the mean", deviation_for_mean, "The first argument of rng.normal is the mean, and you gave it 1/√n. The mean is 0, the standard deviation comes second: rng.normal(0, 1 / np.sqrt(n), shape)."),
        Mistake("first layer by its units", first_by_hidden, "W2 is right. The units of the first layer have input_size inputs: 1/√input_size for W1."),
        Mistake("biases one", initialized(by_root, by_root, bias=np.ones), "The biases begin with 1. Asked for is 0."),
        Mistake("positive weights", uniform_weights, "rng.random draws numbers between 0 and 1, so all weights are positive. Use rng.normal(0, …), which has both signs."),
        Mistake("uniform", uniform_both_signs, "These numbers are uniform between −1/√n and 1/√n; their standard deviation is only 1/√(3n). (It is what PyTorch does by default.) Asked for is a normal distribution: rng.normal."),
        Mistake("inputs and outputs", initialized(lambda n, m: np.sqrt(2 / (n + m)), lambda n, m: np.sqrt(2 / (n + m))), "√(2/(n_in + n_out)) is a compromise between the way forward and the way back (chapter 14). Asked for is 1/√n_in."),
        Mistake("own generator", own_generator, "You made a random generator of your own, so the `rng` that was given makes no difference. Draw from `rng`."),
        Mistake("second layer first", later_layer_first, "The numbers are drawn in another order. Draw W1 first and then W2, so that the same `rng` gives everybody the same network."),
    ),
    alternatives=(with_standard_normal,),
)  # fmt: skip


# --- 9.2 -------------------------------------------------------------------------------------------------------------


def forward(self, x):
    """Return y_pred (N, output_size) for a batch x (N, input_size).
    Keeps self.x, self.A1 and self.Z2 for later.
    """
    self.x = x
    self.A1 = np.tanh(x @ self.W1.T + self.b1)
    self.Z2 = self.A1 @ self.W2.T + self.b2
    return self.output(self.Z2)


def drive_forward(forward, x, W1, b1, W2, b2, output):
    import dis

    if hasattr(forward, "__code__"):
        names = [i.argval for i in dis.get_instructions(forward) if i.opname == "LOAD_GLOBAL"]
        bare = next((name for name in names if name in ("W1", "b1", "W2", "b2", "A1", "Z2")), None)
        if bare:
            raise NameError(f"{bare} is not self.{bare}: without self. it is some other {bare}, outside the network")

    def softmax(Z):
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    def sigmoid(Z):
        return 1 / (1 + np.exp(-Z))

    class Network:
        def __getattr__(self, name):
            raise AttributeError(
                f"self.{name} has not been set; {name} = … without self. is forgotten when the method ends"
            )

    network = Network()
    network.W1, network.b1, network.W2, network.b2 = W1, b1, W2, b2
    network.output = {"softmax": softmax, "sigmoid": sigmoid}[output]
    y_pred = forward(network, x)
    return y_pred, network.x, network.A1, network.Z2


def layers(rng, n, h, k):
    return rng.normal(size=(h, n)), rng.normal(size=h), rng.normal(size=(k, h)), rng.normal(size=k)


def forward_cases(rng):
    sizes = ((7, 5, 3, 2, "softmax"), (5, 3, 7, 11, "softmax"), (3, 3, 3, 3, "softmax"), (1, 2, 5, 3, "softmax"), (7, 2, 3, 1, "sigmoid"))  # fmt: skip
    return [(rng.normal(size=(N, n)), *layers(rng, n, h, k), output) for N, n, h, k, output in sizes]


def forward_like(hidden=np.tanh, output=lambda self, Z: self.output(Z), b1=1, b2=1, keep="A1"):
    """A forward with another hidden activation, output, without a bias, or keeping something else."""

    def wrong(self, x):
        Z1 = x @ self.W1.T + b1 * self.b1
        A1 = hidden(Z1)
        self.x, self.A1 = x, A1 if keep == "A1" else Z1
        self.Z2 = A1 @ self.W2.T + b2 * self.b2
        return output(self, self.Z2)

    return wrong


def output_kept(self, x):
    y = forward(self, x)
    self.Z2 = y
    return y


def output_everywhere(self, x):
    self.x, self.A1 = x, self.output(x @ self.W1.T + self.b1)
    self.Z2 = self.A1 @ self.W2.T + self.b2
    return self.output(self.Z2)


def by_columns(self, x):
    self.x = x
    self.A1 = np.tanh(x @ self.W1 + self.b1)
    self.Z2 = self.A1 @ self.W2 + self.b2
    return self.output(self.Z2)


def in_steps(self, x):
    self.x = np.asarray(x)
    A = np.tanh(np.einsum("ij,kj->ik", self.x, self.W1) + self.b1[None, :])
    self.A1, self.Z2 = A, (self.W2 @ A.T).T + self.b2
    return self.output(self.Z2)


def examples_as_columns(self, x):
    self.x = x
    self.A1 = np.tanh(self.W1 @ x.T + self.b1[:, None])
    self.Z2 = self.W2 @ self.A1 + self.b2[:, None]
    return self.output(self.Z2)


def weights_first(self, x):
    self.x = x
    self.A1 = np.tanh(self.W1 @ x + self.b1)
    self.Z2 = self.W2 @ self.A1 + self.b2
    return self.output(self.Z2)


def own_softmax(self, x):
    forward(self, x)
    E = np.exp(self.Z2 - self.Z2.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def own_sigmoid(self, x):
    forward(self, x)
    return 1 / (1 + np.exp(-self.Z2))


def bias_after_tanh(self, x):
    self.x, self.A1 = x, np.tanh(x @ self.W1.T) + self.b1
    self.Z2 = self.A1 @ self.W2.T + self.b2
    return self.output(self.Z2)


def sums_handed_on(self, x):
    Z1 = x @ self.W1.T + self.b1
    self.x, self.A1 = x, np.tanh(Z1)
    self.Z2 = Z1 @ self.W2.T + self.b2
    return self.output(self.Z2)


def tanh_twice(self, x):
    forward(self, x)
    self.Z2 = np.tanh(self.Z2)
    return self.output(self.Z2)


FORWARD = Exercise(
    id="9.2",
    title="The method forward",
    task="""
    Write `forward(self, x)`, the second method. `self` has the attributes `W1`, `b1`, `W2`, `b2` of exercise 9.1, and `self.output`, a function: softmax or sigmoid, applied to all sums of the last layer at once. The hidden units are tanh.
    Return `y_pred` $(N, \\text{output\\_size})$ for a batch `x` $(N, \\text{input\\_size})$, and keep three things for later: `self.x`, the batch; `self.A1`, the hidden units' outputs; `self.Z2`, the sums of the last layer.
    """,
    solution=forward,
    cases=forward_cases,
    drive=drive_forward,
    outputs=("y_pred", "self.x", "self.A1", "self.Z2"),
    hints=(
        "It is the forward pass of chapter 08 with two layers. Which three values does the way back, or the loss, need?",
        "self.A1 = tanh(x W1ᵀ + b1), self.Z2 = A1 W2ᵀ + b2, and the result is self.output(self.Z2).",
        "self.x = x; self.A1 = np.tanh(x @ self.W1.T + self.b1); self.Z2 = self.A1 @ self.W2.T + self.b2; return self.output(self.Z2)",
    ),
    mistakes=(
        Mistake("no hidden activation", forward_like(hidden=lambda Z: Z), "The hidden units have no activation. Two layers without a bend are one layer (chapter 03): np.tanh around the first sums."),
        Mistake("no output function", forward_like(output=lambda self, Z: Z), "You returned the sums of the last layer. The prediction is self.output of them."),
        Mistake("output twice", forward_like(output=lambda self, Z: self.output(self.output(Z))), "self.output is applied twice. Then every probability is squeezed toward the middle."),
        Mistake("tanh at the end", forward_like(output=lambda self, Z: np.tanh(Z)), "At the end stands self.output, not tanh."),
        Mistake("first bias missing", forward_like(b1=0), "The bias b1 is missing in the hidden layer."),
        Mistake("second bias missing", forward_like(b2=0), "The hidden layer is right. The bias b2 is missing in the last one."),
        Mistake("sums kept", forward_like(keep="Z1"), "The prediction is right. Under self.A1 you kept the hidden layer's *sums*; its outputs, after the tanh, are wanted: the way back needs them for dW2 and for the slope 1 − A1²."),
        Mistake("prediction kept as Z2", output_kept, "The prediction is right. self.Z2 should hold the sums *before* self.output; the loss is computed from them, because that is safe (chapter 04)."),
        Mistake("no transpose", by_columns, "x @ W1 multiplies inputs with units. W has a row for each unit, so it is x @ W1.T."),
        Mistake("examples as columns", examples_as_columns, "Your examples stand in columns, as in books that write W x. In this one an example is a row, and so is its prediction: x @ self.W1.T + self.b1, of shape (N, hidden_size)."),
        Mistake("weights first", weights_first, "self.W1 @ x is the form for one example that stands as a column. Here each example is a row of x, and W has a row for each unit: x @ self.W1.T."),
        Mistake("softmax always", own_softmax, "self.A1 and self.Z2 are right. You computed a softmax yourself; the network carries its output function with it, and for a single output that is a sigmoid: return self.output(self.Z2)."),
        Mistake("sigmoid always", own_sigmoid, "self.A1 and self.Z2 are right. You computed a sigmoid yourself; the network carries its output function with it, and for several classes that is softmax: return self.output(self.Z2)."),
        Mistake("bias after the tanh", bias_after_tanh, "The bias b1 is added after the tanh. It belongs to the sum: np.tanh(x @ self.W1.T + self.b1)."),
        Mistake("sums handed on", sums_handed_on, "self.A1 is right, but the last layer was computed from the hidden units' *sums*. It reads their outputs: self.A1 @ self.W2.T + self.b2."),
        Mistake("tanh in the last layer too", tanh_twice, "self.A1 is right. The last layer has no tanh: its sums go straight into self.output."),
        Mistake("relu hidden", forward_like(hidden=lambda Z: np.maximum(0, Z)), "The hidden units of this network are tanh; you used ReLU."),
        Mistake("output function everywhere", output_everywhere, "self.output belongs to the last layer only. The hidden units are tanh."),
        Mistake("sigmoid hidden", forward_like(hidden=lambda Z: 1 / (1 + np.exp(-Z))), "The hidden units of this network are tanh; you used a sigmoid."),
    ),
    alternatives=(in_steps,),
)  # fmt: skip


# --- 9.3 -------------------------------------------------------------------------------------------------------------


def backward(self, y_true, y_pred):
    """Set self.dW1, self.db1, self.dW2 and self.db2, each in the shape of its parameter.
    y_true, y_pred (N, output_size).
    """
    dZ2 = (y_pred - y_true) / len(y_true)
    self.dW2 = dZ2.T @ self.A1
    self.db2 = dZ2.sum(axis=0)
    dZ1 = (dZ2 @ self.W2) * (1 - self.A1**2)
    self.dW1 = dZ1.T @ self.x
    self.db1 = dZ1.sum(axis=0)


def drive_backward(backward, y_true, y_pred, x, A1, W1, b1, W2, b2):
    import dis

    if hasattr(backward, "__code__"):
        names = [i.argval for i in dis.get_instructions(backward) if i.opname == "LOAD_GLOBAL"]
        bare = next((name for name in names if name in ("x", "A1", "W1", "b1", "W2", "b2")), None)
        if bare:
            raise NameError(f"{bare} is not self.{bare}: without self. it is some other {bare}, outside the network")

    class Network:
        def __getattr__(self, name):
            raise AttributeError(
                f"self.{name} has not been set; {name} = … without self. is forgotten when the method ends"
            )

    network = Network()
    network.x, network.A1, network.Z2 = x, A1, A1 @ W2.T + b2
    network.W1, network.b1, network.W2, network.b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    again = y_true.copy(), y_pred.copy(), A1.copy()
    backward(network, y_true, y_pred)
    network.A1 = again[2]
    backward(network, *again[:2])  # as in the next step: nothing is to be left of the first call
    for name, given in (("W1", W1), ("b1", b1), ("W2", W2), ("b2", b2)):
        if not np.array_equal(getattr(network, name), given):
            raise ValueError(f"backward has changed self.{name}, which is the task of update_parameters")
    return network.dW2, network.db2, network.dW1, network.db1


def backward_cases(rng):
    def case(N, n, h, k):
        W1, b1, W2, b2 = layers(rng, n, h, k)
        x = rng.normal(size=(N, n))
        A1 = np.tanh(x @ W1.T + b1)
        E = np.exp(A1 @ W2.T + b2)
        y_pred = E / (E.sum(axis=1, keepdims=True) if k > 1 else 1 + E)
        y_true = np.eye(k)[rng.integers(0, k, N)] if k > 1 else rng.integers(0, 2, (N, 1)).astype(float)
        return y_true, y_pred, x, A1, W1, b1, W2, b2

    return [case(7, 5, 3, 2), case(5, 3, 7, 11), case(3, 3, 3, 3), case(1, 2, 5, 3), case(11, 2, 3, 1)]


def backward_like(delta=lambda p, t: (p - t) / len(t), slope=lambda A: 1 - A**2, back=lambda d, W: d @ W, dW=lambda d, A: d.T @ A, db=lambda d: d.sum(axis=0)):  # fmt: skip
    """A backward with another blame, hidden slope, way back, or gradient of weights or biases."""

    def wrong(self, y_true, y_pred):
        dZ2 = delta(y_pred, y_true)
        dZ1 = back(dZ2, self.W2) * slope(self.A1)
        self.dW2, self.db2, self.dW1, self.db1 = dW(dZ2, self.A1), db(dZ2), dW(dZ1, self.x), db(dZ1)

    return wrong


def backward_from(self, y_true, y_pred, hidden):
    """A backward whose hidden blame is hidden(dZ2, W2, A1)."""
    dZ2 = (y_pred - y_true) / len(y_true)
    dZ1 = hidden(dZ2, self.W2, self.A1)
    self.dW2, self.db2, self.dW1, self.db1 = dZ2.T @ self.A1, dZ2.sum(axis=0), dZ1.T @ self.x, dZ1.sum(axis=0)


def updated_too_early(self, y_true, y_pred):
    dZ2 = (y_pred - y_true) / len(y_true)
    self.dW2, self.db2 = dZ2.T @ self.A1, dZ2.sum(axis=0)
    dZ1 = (dZ2 @ (self.W2 - 0.1 * self.dW2)) * (1 - self.A1**2)
    self.dW1, self.db1 = dZ1.T @ self.x, dZ1.sum(axis=0)


def moves_at_once(self, y_true, y_pred):
    backward(self, y_true, y_pred)
    for name in ("W1", "b1", "W2", "b2"):
        setattr(self, name, getattr(self, name) - 0.1 * getattr(self, "d" + name))


def first_layer_divided_again(self, y_true, y_pred):
    backward(self, y_true, y_pred)
    self.dW1, self.db1 = self.dW1 / len(y_true), self.db1 / len(y_true)


def accumulated(self, y_true, y_pred):
    before = [getattr(self, name, 0.0) for name in ("dW1", "db1", "dW2", "db2")]
    backward(self, y_true, y_pred)
    for name, old in zip(("dW1", "db1", "dW2", "db2"), before, strict=True):
        setattr(self, name, old + getattr(self, name))


BACKWARD = Exercise(
    id="9.3",
    title="The method backward",
    task="""
    Write `backward(self, y_true, y_pred)`. `self` has what `forward` kept, `self.x` and `self.A1`, and the parameters. `y_true` and `y_pred` are both $(N, \\text{output\\_size})$. The loss is cross-entropy, averaged over the $N$ examples; with softmax (or, for
    a single output, a sigmoid) its slope with respect to the last sums is $\\tfrac1N(\\text{y\\_pred} - \\text{y\\_true})$. Return nothing; set `self.dW1`, `self.db1`, `self.dW2`, `self.db2`, each in the shape of its parameter. Change no parameter.
    """,
    solution=backward,
    cases=backward_cases,
    drive=drive_backward,
    outputs=("dW2", "db2", "dW1", "db1"),
    difficulty=2,
    points=3,
    needs=("9.2",),
    hints=(
        "Begin with dZ2 = (y_pred − y_true)/N. What are dW2 and db2? (Exercise 8.1.)",
        "Then one layer back: dZ1 = (dZ2 W2) ⊙ (1 − A1²), and the same two formulas again with x in place of A1.",
        "dZ2.T @ self.A1, dZ2.sum(axis=0), (dZ2 @ self.W2) * (1 - self.A1**2), dZ1.T @ self.x, dZ1.sum(axis=0).",
    ),
    mistakes=(
        Mistake("1/N missing", backward_like(delta=lambda p, t: p - t), "Every gradient is N times too large. The loss is a mean over the batch; its 1/N belongs in dZ2."),
        Mistake("sign", backward_like(delta=lambda p, t: (t - p) / len(t)), "All signs are turned round: prediction minus truth. (Were the two arguments exchanged?)"),
        Mistake("output's slope too", backward_like(delta=lambda p, t: (p - t) * p * (1 - p) / len(t)), "Everything carries a factor y(1 − y) too many. With cross-entropy the slope of the output function has cancelled."),
        Mistake("hidden slope missing", backward_like(slope=lambda A: 1.0), "dW2 and db2 are right. On the way to the first layer the slope of the tanh is missing: times 1 − A1²."),
        Mistake("sigmoid's slope", backward_like(slope=lambda A: A * (1 - A)), "dW2 and db2 are right. A1(1 − A1) is the slope of a sigmoid; the hidden units are tanh: 1 − A1²."),
        Mistake("tanh again", backward_like(slope=lambda A: 1 - np.tanh(A) ** 2), "dW2 and db2 are right. self.A1 is the tanh's output already, so the slope is 1 − A1²."),
        Mistake("1/N twice", backward_like(dW=lambda d, A: d.T @ A / len(A), db=lambda d: d.mean(axis=0)), "Every gradient is N times too small: dZ2 has the 1/N, and you divided again."),
        Mistake("divided by the slope", backward_like(slope=lambda A: 1 / (1 - A**2)), "dW2 and db2 are right. You divided by the slope of the tanh; a unit that hardly reacts gets little blame: multiply by 1 − A1²."),
        Mistake("1/N again in the first layer", first_layer_divided_again, "dW2 and db2 are right. The first layer is divided by N twice: dZ1 comes from dZ2, which has the 1/N already."),
        Mistake("relu's slope", backward_like(slope=lambda A: A > 0), "dW2 and db2 are right. You went back through the hidden units as if they were ReLU; they are tanh: 1 − A1²."),
        Mistake("biases over units", backward_like(db=lambda d: d.sum(axis=1)), "The biases' slopes are summed over the units (axis 1), one number for each example. Sum over the examples, axis 0: one number for each unit."),
        Mistake("biases averaged", backward_like(db=lambda d: d.mean(axis=0)), "The weights are right. The biases' slopes are means where they should be sums: the 1/N is in dZ2."),
        Mistake("biases not summed", backward_like(db=lambda d: d.copy()), "db2 has a row for every example. One bias serves all of them: sum over axis 0."),
        Mistake("transposed", backward_like(dW=lambda d, A: A.T @ d), "Each dW is transposed. W has a row for each unit: dZ.T @ A."),
        Mistake("W2 transposed", backward_like(back=lambda d, W: d @ W.T), "Handing the blame back, you wrote dZ2 @ W2.T. That runs only for equal sizes. Sum over the units of the last layer: dZ2 @ W2."),
        Mistake("moved weights", updated_too_early, "dW2 and db2 are right. The blame of the hidden layer went through a W2 that had already been moved. Compute all gradients first; update_parameters comes later."),
        Mistake("by all entries", backward_like(delta=lambda p, t: (p - t) / t.size), "You divided by the number of all entries, N times output_size. The loss is a mean over the N examples: divide by len(y_true)."),
        Mistake("by the outputs", backward_like(delta=lambda p, t: (p - t) / t.shape[1]), "You divided by output_size. The loss is a mean over the N examples: divide by len(y_true)."),
        Mistake("truth over prediction", backward_like(delta=lambda p, t: -(t / p) / len(t)), "−t/y is the slope of the loss with respect to the *prediction*. With respect to the sums before softmax, or a sigmoid, it is (y_pred − y_true)/N."),
        Mistake("one minus A", backward_like(slope=lambda A: 1 - A), "dW2 and db2 are right. The square is missing: the slope of the tanh is 1 − A1²."),
        Mistake("brackets of the slope", lambda self, y_true, y_pred: backward_from(self, y_true, y_pred, lambda d, W, A: d @ W * 1 - A**2), "dW2 and db2 are right. The slope 1 − A1² needs brackets: without them A1² is subtracted from the blame."),
        Mistake("1/N again for the weights", backward_like(dW=lambda d, A: d.T @ A / len(A)), "The biases' slopes are right. dW is divided by N twice: dZ2 has the 1/N already."),
        Mistake("biases kept as rows", backward_like(db=lambda d: d.sum(axis=0, keepdims=True)), "The weights' slopes are right. Those of the biases have the shape (1, m), and a gradient has the shape of its parameter, (m,): no keepdims."),
        Mistake("biases summed to one number", backward_like(db=lambda d: d.sum()), "The weights' slopes are right. Those of the biases are summed over everything, into one number for the layer. Sum over the examples alone: dZ.sum(axis=0)."),
        Mistake("accumulated", accumulated, "The slopes of one call are added to those of the call before. backward sets them anew each time: self.dW2 = …, not += …"),
        Mistake("parameters moved", moves_at_once, "backward has changed the parameters. It only computes the slopes; moving the parameters is left to update_parameters, so that the two can be tested, and exchanged, one at a time."),
    ),
)  # fmt: skip


# --- 9.4 -------------------------------------------------------------------------------------------------------------


def update_parameters(self, learning_rate):
    """One step of gradient descent for all four parameters,
    with the gradients that backward has set.
    """
    self.W1 = self.W1 - learning_rate * self.dW1
    self.b1 = self.b1 - learning_rate * self.db1
    self.W2 = self.W2 - learning_rate * self.dW2
    self.b2 = self.b2 - learning_rate * self.db2


def drive_update(update_parameters, W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    import dis

    if hasattr(update_parameters, "__code__"):
        names = [i.argval for i in dis.get_instructions(update_parameters) if i.opname == "LOAD_GLOBAL"]
        bare = next((name for name in names if name in ("W1", "b1", "W2", "b2", "dW1", "db1", "dW2", "db2")), None)
        if bare:
            raise NameError(f"{bare} is not self.{bare}: without self. it is some other {bare}, outside the network")

    class Network:
        def __getattr__(self, name):
            raise AttributeError(
                f"self.{name} has not been set; {name} = … without self. is forgotten when the method ends"
            )

    network = Network()
    network.W1, network.b1, network.W2, network.b2 = W1.copy(), b1.copy(), W2.copy(), b2.copy()
    network.dW1, network.db1, network.dW2, network.db2 = dW1, db1, dW2, db2
    update_parameters(network, learning_rate)
    update_parameters(network, learning_rate / 2)
    return network.W1, network.b1, network.W2, network.b2


def update_cases(rng):
    return [
        (*layers(rng, n, h, k), *layers(rng, n, h, k), float(rng.uniform(0.05, 0.8)))
        for n, h, k in ((5, 3, 2), (2, 7, 3), (3, 3, 3), (2, 2, 1))
    ]


def updated(step):
    """A wrong update: step(parameter, its gradient, learning rate, name) -> new parameter."""

    def wrong(self, learning_rate):
        for name in ("W1", "b1", "W2", "b2"):
            setattr(self, name, step(getattr(self, name), getattr(self, "d" + name), learning_rate, name))

    return wrong


def in_place(self, learning_rate):
    for parameter, gradient in ((self.W1, self.dW1), (self.b1, self.db1), (self.W2, self.dW2), (self.b2, self.db2)):
        parameter -= learning_rate * gradient


UPDATE = Exercise(
    id="9.4",
    title="The method update_parameters",
    task="""
    Write `update_parameters(self, learning_rate)`: one step of gradient descent for `self.W1`, `self.b1`, `self.W2`, `self.b2`, with the gradients `self.dW1`, `self.db1`, `self.dW2`, `self.db2`. It returns nothing.
    """,
    solution=update_parameters,
    cases=update_cases,
    drive=drive_update,
    outputs=("W1", "b1", "W2", "b2"),
    hints=("In which direction does the gradient point?", "Each parameter moves by minus learning_rate times its gradient.", "self.W1 = self.W1 - learning_rate * self.dW1, and so for the others."),
    mistakes=(
        Mistake("uphill", updated(lambda p, g, lr, name: p + lr * g), "This goes uphill: the gradient points to where the loss grows. Subtract."),
        Mistake("biases stand still", updated(lambda p, g, lr, name: p if name[0] == "b" else p - lr * g), "The biases never move. They have gradients too."),
        Mistake("second layer only", updated(lambda p, g, lr, name: p - lr * g if name[1] == "2" else p), "Only the second layer moves."),
        Mistake("first layer only", updated(lambda p, g, lr, name: p - lr * g if name[1] == "1" else p), "Only the first layer moves."),
        Mistake("replaced", updated(lambda p, g, lr, name: -lr * g), "The parameter is *replaced* by the step. The step is to be added to what was there: W − lr·dW."),
        Mistake("nothing moves", updated(lambda p, g, lr, name: p), "Nothing has moved. The new value belongs into the attribute itself, self.W1 = …: not into a local variable, which is forgotten when the method ends, and not into the gradient, self.dW1."),
        Mistake("no learning rate", updated(lambda p, g, lr, name: p - g), "The learning rate is not used."),
        Mistake("divided", updated(lambda p, g, lr, name: p - g / lr), "You divided by the learning rate. A smaller learning rate is to make smaller steps: multiply."),
        Mistake("turned round", updated(lambda p, g, lr, name: lr * g - p), "This is the step minus the parameter. It is the other way round: W − lr·dW."),
        Mistake("brackets", updated(lambda p, g, lr, name: lr * (p - g)), "The learning rate multiplies the whole difference. It belongs to the gradient alone: W − lr·dW."),
        Mistake("last bias stands still", updated(lambda p, g, lr, name: p if name == "b2" else p - lr * g), "Three of the four are right. b2 never moves."),
        Mistake("shrunk", updated(lambda p, g, lr, name: (1 - lr) * p - lr * g), "The parameters also shrink by a factor 1 − lr. A step of gradient descent leaves the old value as it is and adds −lr·dW."),
    ),
    alternatives=(in_place,),
)  # fmt: skip


# --- 9.5 -------------------------------------------------------------------------------------------------------------


def train(model, batches, epochs, learning_rate):
    """Train `model` on the list of `batches`, pairs (x, y_true);
    return the mean loss of each epoch, a list.
    """
    history = []
    for _ in range(epochs):
        losses = []
        for x, y_true in batches:
            y_pred = model.forward(x)
            losses.append(model.loss(y_true))
            model.backward(y_true, y_pred)
            model.update_parameters(learning_rate)
        history.append(sum(losses) / len(losses))
    return history


def train_to_mend(model, batches, epochs, learning_rate):
    """Train `model` on the list of `batches`, pairs (x, y_true);
    return the mean loss of each epoch, a list.
    """
    for _ in range(num_epochs):  # noqa: F821
        for x, y_true in train_:  # noqa: F821
            y_pred = model.forward(x)
            model.backward(y_true, y_pred)
            model.update_parameters(learning_rate)


TRAIN_TO_MEND = '''
def train(model, batches, epochs, learning_rate):
    """Train `model` on the list of `batches`, pairs (x, y_true);
    return the mean loss of each epoch, a list.
    """
    for _ in range(num_epochs):
        for x, y_true in train_:
            y_pred = model.forward(x)
            model.backward(y_true, y_pred)
            model.update_parameters(learning_rate)
'''


def drive_train(train, xs, ys, sizes, epochs, learning_rate):
    """Runs the loop on a model of one weight and one bias, y = w x + b, with half the mean squared error."""

    class Line:
        w, b, dw, db = 0.3, -0.2, 0.4, -0.3

        def forward(self, x):
            self.x = np.asarray(x)
            self.y = self.w * self.x + self.b
            return self.y

        def loss(self, y_true):
            return float(np.mean((self.y - y_true) ** 2) / 2)

        def backward(self, y_true, y_pred):
            self.dw, self.db = np.mean((y_pred - y_true) * self.x), np.mean(y_pred - y_true)

        def update_parameters(self, learning_rate):
            self.w, self.b = self.w - learning_rate * self.dw, self.b - learning_rate * self.db

    model, batches, at = Line(), [], 0
    for size in sizes:
        batches.append((xs[at : at + size], ys[at : at + size]))
        at += size
    history = train(model, batches, epochs, learning_rate)
    return history, np.array([model.w, model.b])


def train_cases(rng):
    def case(sizes, epochs):
        xs = rng.normal(0, 1, sum(sizes))
        return xs, 0.8 * xs + 0.5 + rng.normal(0, 0.5, sum(sizes)), sizes, epochs, float(rng.uniform(0.1, 0.4))

    return [case((3, 3, 2), 4), case((5, 3), 3), case((2, 3, 2, 5), 2), case((7, 5), 5)]


def loop(order, loss_of=np.mean):
    """A training loop that does the four steps f, l, b, u in another order, or sums up its losses otherwise."""

    def wrong(model, batches, epochs, learning_rate):
        history = []
        for _ in range(epochs):
            losses = []
            for x, y_true in batches:
                for step in order:
                    if step == "f":
                        y_pred = model.forward(x)
                    elif step == "l":
                        losses.append(model.loss(y_true))
                    elif step == "b":
                        model.backward(y_true, y_pred)
                    elif step == "x":
                        model.backward(y_pred, y_true)
                    else:
                        model.update_parameters(learning_rate)
            history.append(loss_of(losses))
        return history

    return wrong


def every_batch(model, batches, epochs, learning_rate):
    history = []
    for _ in range(epochs):
        for x, y_true in batches:
            history += train(model, [(x, y_true)], 1, learning_rate)
    return history


def one_update_an_epoch(model, batches, epochs, learning_rate):
    history = []
    for _ in range(epochs):
        losses = []
        for x, y_true in batches:
            y_pred = model.forward(x)
            losses.append(model.loss(y_true))
            model.backward(y_true, y_pred)
        model.update_parameters(learning_rate)
        history.append(np.mean(losses))
    return history


def no_result(model, batches, epochs, learning_rate):
    train(model, batches, epochs, learning_rate)


def one_list(model, batches, epochs, learning_rate):
    losses, history = [], []
    for _ in range(epochs):
        for x, y_true in batches:
            losses += train(model, [(x, y_true)], 1, learning_rate)
        history.append(np.mean(losses))
    return history


def weighted_by_size(model, batches, epochs, learning_rate):
    history = []
    for _ in range(epochs):
        total, examples = 0.0, 0
        for x, y_true in batches:
            y_pred = model.forward(x)
            total, examples = total + len(x) * model.loss(y_true), examples + len(x)
            model.backward(y_true, y_pred)
            model.update_parameters(learning_rate)
        history.append(total / examples)
    return history


def returned_too_early(model, batches, epochs, learning_rate):
    return train(model, batches, 1, learning_rate)


def half_mended(model, batches, epochs, learning_rate):
    for _ in range(epochs):
        for x, y_true in train_:  # noqa: F821
            y_pred = model.forward(x)
            model.backward(y_true, y_pred)
            model.update_parameters(learning_rate)


def no_range(model, batches, epochs, learning_rate):
    for _ in epochs:
        train(model, batches, 1, learning_rate)


def measured_again(model, batches, epochs, learning_rate):
    history = []
    for _ in range(epochs):
        train(model, batches, 1, learning_rate)
        losses = []
        for x, y_true in batches:
            model.forward(x)
            losses.append(model.loss(y_true))
        history.append(np.mean(losses))
    return history


TRAIN = Exercise(
    id="9.5",
    title="Find the bugs: a training loop that was cut off",
    task="""
    This is the article's loop, as printed, in a function of its own: `train_` breaks off, `num_epochs` was never defined, and it keeps no record of how it goes. Mend it. `model` has the methods `forward(x)`, `loss(y_true)` (the loss of
    the *last forward pass*), `backward(y_true, y_pred)` and `update_parameters(learning_rate)`; `batches` is a list of pairs `(x, y_true)`. Return a list with one number for each epoch: the mean of the losses of its batches, each taken before the update.
    """,
    solution=train,
    starter=TRAIN_TO_MEND,
    cases=train_cases,
    drive=drive_train,
    outputs=("history", "trained model"),
    difficulty=2,
    points=2,
    hints=(
        "Which names in the two `for` lines are defined nowhere?",
        "Collect model.loss(y_true) right after forward; a fresh list for every epoch; append its mean to the history.",
        "for x, y_true in batches: y_pred = model.forward(x); losses.append(model.loss(y_true)); model.backward(y_true, y_pred); model.update_parameters(learning_rate).",
    ),
    mistakes=(
        Mistake("untouched", train_to_mend, "This is still the loop as it was found. It stops at once with a NameError: `num_epochs` is defined nowhere. Use the arguments `epochs` and `batches`."),
        Mistake("half mended", half_mended, "`train_` is defined nowhere either: it is where the article's text breaks off. Go through the argument `batches`."),
        Mistake("no range", no_range, "epochs is a number, and a number cannot be gone through. range(epochs) can."),
        Mistake("loss before forward", loop("lfbu"), "model.loss is called before model.forward. It tells the loss of the last forward pass, so it comes after it."),
        Mistake("one epoch too many", lambda model, batches, epochs, learning_rate: train(model, batches, epochs + 1, learning_rate), "There is one epoch too many: range(epochs) counts from 0 to epochs − 1, which makes `epochs` rounds."),
        Mistake("one epoch too few", lambda model, batches, epochs, learning_rate: train(model, batches, epochs - 1, learning_rate), "There is one epoch too few: range(1, epochs) leaves one out. range(epochs) makes `epochs` rounds."),
        Mistake("measured again", measured_again, "These losses are from a second pass over the batches, after the epoch. Asked for is the loss of the forward pass that each step began with, before its update."),
        Mistake("nothing returned", no_result, "The training itself is right, but the function returns nothing. Collect the mean loss of each epoch in a list and return it."),
        Mistake("update before backward", loop("fulb"), "The parameters are updated before the gradients of this batch are there: each step uses those of the batch before. First backward, then update_parameters."),
        Mistake("no update", loop("flb"), "Nothing is ever updated: the gradients are computed and not used."),
        Mistake("no backward", loop("flu"), "The gradients are never computed, so update_parameters steps along whatever it had before. backward comes between forward and update."),
        Mistake("arguments exchanged", loop("flxu"), "backward gets (y_pred, y_true); it wants (y_true, y_pred). Exchanged, every gradient has the wrong sign, and the loss climbs."),
        Mistake("loss after the update", loop("fbufl"), "The losses are those *after* the update. Asked for is the loss of the forward pass that the gradients belong to, before it."),
        Mistake("summed", loop("flbu", loss_of=np.sum), "These are the sums of the batches' losses. With more batches the same model would look worse: take the mean."),
        Mistake("last batch only", loop("flbu", loss_of=lambda losses: losses[-1]), "This is the loss of the last batch of each epoch. Take the mean over all of its batches."),
        Mistake("weighted", weighted_by_size, "You took the mean over all examples, which gives a large batch more weight than a small one. That is a sensible number as well; asked for is the plain mean of the batches' losses."),
        Mistake("returned too early", returned_too_early, "The function ends after one epoch. Is the return indented too far, inside the loop over the epochs?"),
        Mistake("every batch", every_batch, "The history has a number for every batch. Asked for is one for every epoch: the mean."),
        Mistake("one update an epoch", one_update_an_epoch, "There is only one update in each epoch, with the gradients of its last batch: update_parameters has to stand inside the inner loop."),
        Mistake("list never emptied", one_list, "The mean runs over all epochs so far. Begin a fresh list of losses in each epoch."),
    ),
)  # fmt: skip


# --- 9.6 -------------------------------------------------------------------------------------------------------------


def direction_error(loss, params, grads, directions, h):
    """Return |a − n| / (|a| + |n|), where a and n are the slope of the loss along `directions`,
    by `grads` and by nudging.

    loss(params) is a number;
    params, grads and directions are dictionaries of arrays with the same keys and shapes
    """
    up = {k: params[k] + h * directions[k] for k in params}
    down = {k: params[k] - h * directions[k] for k in params}
    n = (loss(up) - loss(down)) / (2 * h)
    a = sum(np.sum(grads[k] * directions[k]) for k in params)
    return abs(a - n) / (abs(a) + abs(n))


def drive_direction(direction_error, params, grads, directions, h):
    def loss(p):
        both = 0.1 * np.sum(p["W"]) ** 2 * np.sum(p["b"])  # what one array does depends on the other
        return float(np.sum(np.tanh(p["W"]) ** 3) + 0.3 * np.sum(p["W"] ** 4) + np.sum(np.exp(p["b"])) + both)

    return direction_error(loss, params, grads, directions, h)


def direction_cases(rng):
    def case(m, n, wrong):
        W, b = rng.normal(0, 1, (m, n)), rng.normal(0, 0.7, m)
        grads = {"W": 3 * np.tanh(W) ** 2 * (1 - np.tanh(W) ** 2) + 1.2 * W**3, "b": np.exp(b)}
        grads = {"W": grads["W"] + 0.2 * np.sum(W) * np.sum(b), "b": grads["b"] + 0.1 * np.sum(W) ** 2}
        if wrong == "b":
            grads["b"] = 1.5 * grads["b"]
        elif wrong in ("sign", "double"):  # along the gradient, so that |a| and |n| differ in a known way
            grads = {k: (-1 if wrong == "sign" else 2) * g for k, g in grads.items()}
            W_way, b_way = rng.normal(0, 0.3, (m, n)) - 0.5 * grads["W"], rng.normal(0, 0.3, m) - 0.5 * grads["b"]
            return {"W": W, "b": b}, grads, {"W": W_way, "b": b_way}, float(rng.uniform(0.05, 0.1))
        elif wrong == "W":
            grads["W"] = grads["W"] + rng.normal(0, 1, (m, n))
        directions = {"W": rng.normal(0.3, 1, (m, n)), "b": rng.normal(0.6, 1, m)}
        return {"W": W, "b": b}, grads, directions, float(rng.uniform(0.1, 0.3))

    return [case(5, 3, "W"), case(3, 7, "b"), case(7, 2, "W"), case(3, 3, ""), case(2, 5, "sign"), case(5, 2, "double")]


def direction_like(numeric=lambda up, here, down, h: (up - down) / (2 * h), measure=lambda a, n: abs(a - n) / (abs(a) + abs(n)), along=lambda g, d: np.sum(g * d), keys=None):  # fmt: skip
    """A direction_error with another difference, measure, or analytic slope."""

    def wrong(loss, params, grads, directions, h):
        up, down = ({k: params[k] + s * h * directions[k] for k in params} for s in (1, -1))
        n = numeric(loss(up), loss(params), loss(down), h)
        a = sum(along(grads[k], directions[k]) for k in keys or params)
        return measure(a, n)

    return wrong


def ones_for_the_direction(loss, params, grads, directions, h):
    up, down = ({k: params[k] + s * h for k in params} for s in (1, -1))
    n = (loss(up) - loss(down)) / (2 * h)
    a = sum(np.sum(grads[k] * directions[k]) for k in params)
    return abs(a - n) / (abs(a) + abs(n))


def one_array_at_a_time(loss, params, grads, directions, h):
    n = 0.0
    for k in params:
        up, down = ({**params, k: params[k] + s * h * directions[k]} for s in (1, -1))
        n += (loss(up) - loss(down)) / (2 * h)
    a = sum(np.sum(grads[k] * directions[k]) for k in params)
    return abs(a - n) / (abs(a) + abs(n))


def keys_in_pairs(loss, params, grads, directions, h):
    return loss({k: v + h * directions[k] for k, v in params})


DIRECTION = Exercise(
    id="9.6",
    title="A gradient check for large networks",
    task="""
    To nudge 100,000 parameters one at a time takes 200,000 forward passes. Nudge them all *at once*, along one random direction. Write `direction_error(loss, params, grads, directions, h)`: `loss(params)` is a number; `params`, `grads` and `directions` are
    dictionaries of arrays with the same keys and shapes. With $a = \\sum \\text{grads}\\odot\\text{directions}$, summed over all entries of all arrays, and $n = \\bigl(L(\\theta + h\\,\\mathbf v) - L(\\theta - h\\,\\mathbf v)\\bigr)/2h$, where $\\theta$ stands for all of `params` and
    $\\mathbf v$ for all of `directions`, return the relative error $\\dfrac{|a-n|}{|a|+|n|}$. Do not change `params`.
    """,
    solution=direction_error,
    cases=direction_cases,
    drive=drive_direction,
    difficulty=2,
    points=3,
    hints=(
        "A nudge of all parameters along v changes the loss by about h times … what? (Equation 6.2.)",
        "Build two dictionaries, {k: params[k] + h * directions[k]} and the same with a minus, and call loss twice.",
        "n = (loss(up) - loss(down)) / (2 * h); a = sum(np.sum(grads[k] * directions[k]) for k in params).",
    ),
    mistakes=(
        Mistake("one-sided", direction_like(numeric=lambda u, c, d, h: (u - c) / h), "This is the one-sided difference. Its error shrinks like h only; take the central one, from both sides."),
        Mistake("one-sided, from below", direction_like(numeric=lambda u, c, d, h: (c - d) / h), "This is the one-sided difference, from below. Its error shrinks like h only; take the central one, from both sides."),
        Mistake("down minus up", direction_like(numeric=lambda u, c, d, h: (d - u) / (2 * h)), "The sign of n is turned round: loss(up) − loss(down)."),
        Mistake("not divided", direction_like(numeric=lambda u, c, d, h: u - d), "The difference of the two losses is not divided by 2h. n is a slope: by how much the loss moves *for each unit* of the nudge."),
        Mistake("the same parameters twice", lambda loss, params, grads, directions, h: 1.0, "The result is always 1, so your n is 0: both calls of loss got the same numbers. up = params makes no copy, and params.copy() copies the dictionary but not the arrays in it, so that += writes into one array for both. Make new arrays: params[k] + h * directions[k]."),
        Mistake("one array at a time", one_array_at_a_time, "You nudge one array at a time, and add up. That takes two forward passes for each array. Put all of the nudged arrays into one dictionary, and call loss twice in all."),
        Mistake("keys in pairs", keys_in_pairs, "Going through a dictionary gives its keys. Pairs come from params.items(): for k, v in params.items()."),
        Mistake("divided by h", direction_like(numeric=lambda u, c, d, h: (u - d) / h), "From −h to +h the step is 2h; you divided by h, so a right gradient gets the error 1/3."),
        Mistake("precedence", direction_like(numeric=lambda u, c, d, h: (u - d) / 2 * h), "/ 2 * h divides by 2 and *multiplies* by h. Put 2 * h in brackets."),
        Mistake("brackets of the difference", direction_like(numeric=lambda u, c, d, h: u - d / (2 * h)), "Only the second loss is divided by 2h. The difference comes first: (loss(up) − loss(down)) / (2h)."),
        Mistake("by n alone", direction_like(measure=lambda a, n: abs(a - n) / abs(n)), "You divided by |n| alone. Asked for is |a| + |n|, which treats both alike and never exceeds 1."),
        Mistake("by a alone", direction_like(measure=lambda a, n: abs(a - n) / abs(a)), "You divided by |a| alone. Asked for is |a| + |n|, which treats both alike and never exceeds 1."),
        Mistake("brackets of the denominator", direction_like(measure=lambda a, n: abs(a - n) / abs(a) + abs(n)), "Only |a| is in the denominator, and |n| is added afterwards. Put the sum in brackets: / (abs(a) + abs(n))."),
        Mistake("absolute", direction_like(measure=lambda a, n: abs(a - n)), "This is the absolute difference. Whether 0.001 is much depends on how large the slopes are: divide by |a| + |n|."),
        Mistake("signed", direction_like(measure=lambda a, n: (a - n) / (abs(a) + abs(n))), "The sign is left in: an error of −0.5 would pass a test for \"smaller than 10⁻⁶\". Take absolute values."),
        Mistake("sum of gradients", direction_like(along=lambda g, d: np.sum(g)), "a is the sum of the gradients' entries, as if the direction were all ones. Multiply with `directions` before summing."),
        Mistake("mean of products", direction_like(along=lambda g, d: np.mean(g * d)), "You took the mean of the products in each array. a is their *sum*, over all entries."),
        Mistake("matrix product", direction_like(along=lambda g, d: np.sum(g @ d)), "@ is the matrix product: it runs only for some shapes, and gives another number. Multiply entry by entry, np.sum(grads[k] * directions[k])."),
        Mistake("matrix product, transposed", direction_like(along=lambda g, d: np.sum(g @ d.T)), "@ multiplies every row with every row. Multiply entry by entry, and add up: np.sum(grads[k] * directions[k])."),
        Mistake("not summed", direction_like(along=lambda g, d: g * d), "The products of each array have to be added up first, np.sum(grads[k] * directions[k]): sum(…) over the keys adds whole arrays, and those have different shapes."),
        Mistake("Python's sum", direction_like(along=lambda g, d: sum(g * d)), "Python's sum goes through the rows of a matrix and adds these, which leaves one number for each column. np.sum adds all entries."),
        Mistake("absolute products", direction_like(along=lambda g, d: np.sum(np.abs(g * d))), "The products are to be added with their signs: some parameters of the direction raise the loss, others lower it."),
        Mistake("first array only", direction_like(keys=("W",)), "a counts one array only, and the nudge moves all of them. Sum over all keys."),
        Mistake("last array only", direction_like(keys=("b",)), "a counts the last array only, and the nudge moves all of them. In the loop over the keys add to what is there: a += …"),
        Mistake("denominator a", direction_like(measure=lambda a, n: abs(a - n) / abs(a + n)), "The denominator is |a + n|. When the two have opposite signs it is nearly 0: take |a| + |n|."),
        Mistake("larger of the two", direction_like(measure=lambda a, n: abs(a - n) / max(abs(a), abs(n))), "You divided by the larger of |a| and |n|. Asked for is their sum, |a| + |n|."),
        Mistake("ones for the direction", ones_for_the_direction, "The nudges do not go along `directions`: every entry is moved by the same h. Use params[k] + h * directions[k] for all keys at once."),
    ),
)  # fmt: skip


# --- 9.7 -------------------------------------------------------------------------------------------------------------


class Twins:
    """A network n-h-1: tanh, then a sigmoid, with cross-entropy; trained on a full batch."""

    def __init__(self, n, h, rng):
        self.W1 = rng.normal(0, 1 / np.sqrt(n), (h, n))
        self.b1 = np.zeros(h)
        self.w2 = rng.normal(0, 1 / np.sqrt(h), h)
        self.b2 = 0.0

    def forward(self, X):
        self.A1 = np.tanh(X @ self.W1.T + self.b1)
        return 1 / (1 + np.exp(-(self.A1 @ self.w2 + self.b2)))

    def step(self, X, t, lr):
        dz2 = (self.forward(X) - t) / len(t)
        dZ1 = np.outer(dz2, self.w2) * (1 - self.A1**2)
        self.w2 = self.w2 - lr * self.A1.T @ dz2
        self.b2 = self.b2 - lr * dz2.sum()
        self.W1 = self.W1 - lr * dZ1.T @ X
        self.b1 = self.b1 - lr * dZ1.sum(axis=0)


TWINS_TO_MEND = '''
class Twins:
    """A network n-h-1: tanh, then a sigmoid, with cross-entropy; trained on a full batch."""

    def __init__(self, n, h, rng):
        self.W1 = np.full((h, n), 1 / np.sqrt(n))
        self.b1 = np.zeros(h)
        self.w2 = np.full(h, 1 / np.sqrt(h))
        self.b2 = 0.0

    def forward(self, X):
        self.A1 = np.tanh(X @ self.W1.T + self.b1)
        return 1 / (1 + np.exp(-(self.A1 @ self.w2 + self.b2)))

    def step(self, X, t, lr):
        dz2 = (self.forward(X) - t) / len(t)
        dZ1 = np.outer(dz2, self.w2) * (1 - self.A1**2)
        self.w2 = self.w2 - lr * self.A1.T @ dz2
        self.b2 = self.b2 - lr * dz2.sum()
        self.W1 = self.W1 - lr * dZ1.T @ X
        self.b1 = self.b1 - lr * dZ1.sum(axis=0)
'''


class Constant(Twins):
    def __init__(self, n, h, rng):
        super().__init__(n, h, rng)
        self.W1, self.w2 = np.full((h, n), 1 / np.sqrt(n)), np.full(h, 1 / np.sqrt(h))


class Zeros(Twins):
    def __init__(self, n, h, rng):
        super().__init__(n, h, rng)
        self.W1, self.w2 = np.zeros((h, n)), np.zeros(h)


class OneRow(Twins):
    def __init__(self, n, h, rng):
        self.W1 = np.tile(rng.normal(0, 1 / np.sqrt(n), n), (h, 1))
        self.b1, self.w2, self.b2 = np.zeros(h), np.full(h, rng.normal(0, 1 / np.sqrt(h))), 0.0


class BiasesOnly(Constant):
    def __init__(self, n, h, rng):
        super().__init__(n, h, rng)
        self.b1 = rng.normal(0, 1, h)


class HiddenOnly(Twins):
    def __init__(self, n, h, rng):
        super().__init__(n, h, rng)
        self.w2 = np.full(h, 1 / np.sqrt(h))


class OutputOnly(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1 = np.full((h, n), 1 / np.sqrt(n)), np.zeros(h)
        self.w2, self.b2 = rng.normal(0, 1 / np.sqrt(h), h), 0.0


class VarianceForDeviation(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1, self.w2, self.b2 = rng.normal(0, 1 / n, (h, n)), np.zeros(h), rng.normal(0, 1 / h, h), 0.0


class SecondFirst(Twins):
    def __init__(self, n, h, rng):
        self.w2, self.b2 = rng.normal(0, 1 / np.sqrt(h), h), 0.0
        self.W1, self.b1 = rng.normal(0, 1 / np.sqrt(n), (h, n)), np.zeros(h)


class Uniform(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1, self.w2, self.b2 = (
            rng.random((h, n)) / np.sqrt(n),
            np.zeros(h),
            rng.random(h) / np.sqrt(h),
            0.0,
        )


class UniformBothSigns(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1 = rng.uniform(-1 / np.sqrt(n), 1 / np.sqrt(n), (h, n)), np.zeros(h)
        self.w2, self.b2 = rng.uniform(-1 / np.sqrt(h), 1 / np.sqrt(h), h), 0.0


class ByUnits(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1, self.w2, self.b2 = (
            rng.normal(0, 1 / np.sqrt(h), (h, n)),
            np.zeros(h),
            rng.normal(0, 1 / np.sqrt(h), h),
            0.0,
        )


class ByInputs(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1, self.w2, self.b2 = (
            rng.normal(0, 1 / np.sqrt(n), (h, n)),
            np.zeros(h),
            rng.normal(0, 1 / np.sqrt(n), h),
            0.0,
        )


class OneNumber(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1 = np.full((h, n), rng.normal(0, 1 / np.sqrt(n))), np.zeros(h)
        self.w2, self.b2 = np.full(h, rng.normal(0, 1 / np.sqrt(h))), 0.0


class OneRowRandomOutput(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1 = np.tile(rng.normal(0, 1 / np.sqrt(n), n), (h, 1)), np.zeros(h)
        self.w2, self.b2 = rng.normal(0, 1 / np.sqrt(h), h), 0.0


class OwnGenerator(Twins):
    def __init__(self, n, h, rng):
        super().__init__(n, h, np.random.default_rng(0))


class Unscaled(Twins):
    def __init__(self, n, h, rng):
        self.W1, self.b1, self.w2, self.b2 = rng.normal(0, 1, (h, n)), np.zeros(h), rng.normal(0, 1, h), 0.0


def drive_twins(network, n, h, seed, X, t, lr):
    net = network(n, h, np.random.default_rng(seed))
    W1, w2, before = np.array(net.W1), np.array(net.w2), net.forward(X)
    for _ in range(3):
        net.step(X, t, lr)
    return W1, w2, before, net.W1, net.w2, net.forward(X)


def twins_cases(rng):
    return [
        (n, h, int(rng.integers(1, 9999)), rng.normal(size=(N, n)), rng.integers(0, 2, N).astype(float), float(rng.uniform(0.3, 1)))
        for N, n, h in ((7, 3, 5), (5, 2, 3), (11, 5, 2), (3, 3, 3))
    ]  # fmt: skip


TWINS = Exercise(
    id="9.7",
    title="Find the bug: eight units, and one would have done",
    task="""
    This network with 8 hidden units learns no more than one with a single hidden unit would, however long it is trained. Its gradients pass every check. Mend it. (Where something random is needed, draw it with `rng.normal`, with standard deviation $1/\\sqrt{\\text{number of inputs}}$ of the layer,
    the first layer first.)
    """,
    solution=Twins,
    kind="class",
    starter=TWINS_TO_MEND,
    cases=twins_cases,
    drive=drive_twins,
    outputs=(
        "W1", "w2", "first prediction", "W1 after three steps", "w2 after three steps", "prediction after three steps",
    ),
    difficulty=2,
    points=2,
    hints=(
        "Print W1 after a few steps. What do you notice about its rows?",
        "Two units with equal weights have equal outputs and get equal blame. What could ever make them differ?",
        "self.W1 = rng.normal(0, 1 / np.sqrt(n), (h, n)) and self.w2 = rng.normal(0, 1 / np.sqrt(h), h).",
    ),
    mistakes=(
        Mistake("untouched", Constant, "Still the same: all hidden units begin with equal weights, put out the same, get the same slopes and take the same steps. After any number of steps they are equal. Only different beginnings can make them different."),
        Mistake("zeros", Zeros, "With zeros it is worse: the hidden units put out 0, so w2 has slope 0, and w2 is 0, so no blame reaches the hidden layer. Only the last bias ever moves."),
        Mistake("one row for all", OneRow, "You drew one random unit and copied it. Equal units stay equal; every row has to be drawn for itself."),
        Mistake("biases only", BiasesOnly, "Now the biases differ, so the units do drift apart; but all of them still look in the same direction at the start. Draw the weights at random, and leave the biases at zero."),
        Mistake("second layer constant", HiddenOnly, "The hidden units differ now, which cures it. But the weights of the second layer are all equal and positive still; draw them at random too."),
        Mistake("first layer constant", OutputOnly, "The second layer is random now, so the hidden units get different blame and drift apart. But all of them still look in the same direction at the start: draw W1 at random too."),
        Mistake("variance for deviation", VarianceForDeviation, "The tie is broken. But 1/n is the variance that is wanted; rng.normal takes the standard deviation, 1/√n."),
        Mistake("second layer first", SecondFirst, "The tie is broken. The numbers are drawn in another order than asked: first W1, then w2."),
        Mistake("positive weights", Uniform, "The tie is broken. But rng.random draws numbers between 0 and 1, so all weights are positive; rng.normal(0, …) has both signs."),
        Mistake("uniform", UniformBothSigns, "The tie is broken. These numbers are uniform between −1/√n and 1/√n, and their standard deviation is only 1/√(3n). Asked for is rng.normal, with deviation 1/√n."),
        Mistake("by units", ByUnits, "The tie is broken. But W1 is scaled with the number of units, h. What makes a sum large is the number of its terms: 1/√n for the first layer."),
        Mistake("second layer by the network's inputs", ByInputs, "The tie is broken, and W1 is right. The unit of the last layer has h inputs, not n: 1/√h for w2."),
        Mistake("one number", OneNumber, "You drew one number for each layer and filled the layer with it. Equal units stay equal, whatever the number; every entry has to be drawn for itself."),
        Mistake("one row for all, random output", OneRowRandomOutput, "You drew one row and copied it to all hidden units. The second layer lets them drift apart, but all of them look in the same direction at the start: draw each row for itself, shape (h, n)."),
        Mistake("own generator", OwnGenerator, "The tie is broken. But you made a random generator of your own, so the `rng` that was given makes no difference. Draw from `rng`."),
        Mistake("unscaled", Unscaled, "The tie is broken. But the standard deviation is 1 whatever the number of inputs; it should be 1/√n for the first layer and 1/√h for the second."),
    ),
)  # fmt: skip


# --- 9.8 -------------------------------------------------------------------------------------------------------------


def train_xor(X, t, W1, b1, W2, b2, learning_rate, steps):
    """Return (P, losses): the outputs (N, 1) after `steps` steps of gradient descent,
    and the loss before each step, a list.

    X (N, n), t (N, 1); W1 (h, n), b1 (h,), W2 (1, h), b2 (1,) to begin with; tanh, then a sigmoid;
    mean cross-entropy
    """

    def predict():
        A1 = np.tanh(X @ W1.T + b1)
        return A1, 1 / (1 + np.exp(-(A1 @ W2.T + b2)))

    losses = []
    for _ in range(steps):
        A1, P = predict()
        losses.append(np.mean(-t * np.log(P) - (1 - t) * np.log(1 - P)))
        dZ2 = (P - t) / len(X)
        dZ1 = (dZ2 @ W2) * (1 - A1**2)
        W2, b2 = W2 - learning_rate * dZ2.T @ A1, b2 - learning_rate * dZ2.sum(axis=0)
        W1, b1 = W1 - learning_rate * dZ1.T @ X, b1 - learning_rate * dZ1.sum(axis=0)
    return predict()[1], losses


def xor_cases(rng):
    corners, xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([[0.0], [1.0], [1.0], [0.0]])

    def case(X, t, h, steps):
        W1, b1, W2, b2 = layers(rng, X.shape[1], h, 1)
        return X, t, W1, b1, W2, b2, float(rng.uniform(0.3, 0.9)), steps

    other = rng.normal(size=(7, 3)), rng.integers(0, 2, (7, 1)).astype(float)
    return [case(corners, xor, 2, 4), case(corners, xor, 3, 7), case(*other, 5, 5), case(corners, xor, 2, 1)]


def xor_like(blame=lambda P, t: (P - t) / len(t), slope=lambda A: 1 - A**2, move=lambda p, g, lr: p - lr * g, biases=True, early=False, before=True, after=True, loss=lambda P, t: np.mean(-t * np.log(P) - (1 - t) * np.log(1 - P))):  # fmt: skip
    """A train_xor with another blame, hidden slope, update or loss, or with its results taken at another time."""

    def wrong(X, t, W1, b1, W2, b2, learning_rate, steps):
        losses, last = [], None
        for step in range(steps + 1):
            A1 = np.tanh(X @ W1.T + b1)
            P = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
            if step > 0 or before:
                losses.append(loss(P, t))
            if step == steps:
                break
            last, dZ2 = P, blame(P, t)
            new = move(W2, dZ2.T @ A1, learning_rate)
            dZ1 = (dZ2 @ (new if early else W2)) * slope(A1)
            W1, W2 = move(W1, dZ1.T @ X, learning_rate), new
            if biases:
                b1, b2 = move(b1, dZ1.sum(axis=0), learning_rate), move(b2, dZ2.sum(axis=0), learning_rate)
        return P if after else last, losses[:steps]

    return wrong


def xor_sigmoid_hidden(X, t, W1, b1, W2, b2, learning_rate, steps):
    def predict():
        A1 = 1 / (1 + np.exp(-(X @ W1.T + b1)))
        return A1, 1 / (1 + np.exp(-(A1 @ W2.T + b2)))

    losses = []
    for _ in range(steps):
        A1, P = predict()
        losses.append(np.mean(-t * np.log(P) - (1 - t) * np.log(1 - P)))
        dZ2 = (P - t) / len(X)
        dZ1 = (dZ2 @ W2) * (1 - A1**2)
        W2, b2 = W2 - learning_rate * dZ2.T @ A1, b2 - learning_rate * dZ2.sum(axis=0)
        W1, b1 = W1 - learning_rate * dZ1.T @ X, b1 - learning_rate * dZ1.sum(axis=0)
    return predict()[1], losses


def xor_in_a_class(X, t, W1, b1, W2, b2, learning_rate, steps):
    class Net:
        pass

    net, losses = Net(), []
    net.W1, net.b1, net.W2, net.b2, net.output = W1, b1, W2, b2, lambda Z: 1 / (1 + np.exp(-Z))
    for _ in range(steps):
        P = forward(net, X)
        losses.append(float(np.mean(np.logaddexp(0, net.Z2) - t * net.Z2)))
        backward(net, t, P)
        update_parameters(net, learning_rate)
    return forward(net, X), np.array(losses)


TRAIN_XOR = Exercise(
    id="9.8",
    title="All six steps on one page",
    task="""
    Now without the class, from an empty function. Write `train_xor(X, t, W1, b1, W2, b2, learning_rate, steps)`: a network with tanh hidden units and one sigmoid output begins with the parameters that are given, `W1` $(h, n)$, `b1` $(h,)$, `W2` $(1, h)$, `b2` $(1,)$, and takes `steps`
    steps of gradient descent, each on all $N$ examples `X` $(N, n)$ with targets `t` $(N, 1)$. The loss is binary cross-entropy, averaged over the examples. Return the tuple `(P, losses)`: the outputs $(N, 1)$ *after* the last step, and a list of the losses *before* each step.
    Do not change the arrays that are given.
    """,
    solution=train_xor,
    cases=xor_cases,
    outputs=("P", "losses"),
    difficulty=2,
    points=3,
    needs=("9.2", "9.3", "9.4"),
    hints=(
        "The first code cell of this chapter does it for one example. What in it has to change for four, and what has to be returned?",
        "In the loop: forward, loss, dZ2 = (P − t)/N, dZ1 = (dZ2 W2) ⊙ (1 − A1²), and only then the four updates. After the loop one more forward pass gives P.",
        "W2 = W2 - learning_rate * dZ2.T @ A1, b2 = b2 - learning_rate * dZ2.sum(axis=0), and the same with dZ1 and X for W1 and b1. W2 -= … would change the array that was given.",
    ),
    mistakes=(
        Mistake("1/N missing", xor_like(blame=lambda P, t: P - t), "Each step is N times too large: the loss is a mean over the N examples, and its 1/N belongs in dZ2."),
        Mistake("uphill", xor_like(move=lambda p, g, lr: p + lr * g), "The loss climbs. Subtract learning_rate times the gradient, which begins with dZ2 = (P − t)/N, prediction minus truth."),
        Mistake("no learning rate", xor_like(move=lambda p, g, lr: p - g), "The learning rate is not used."),
        Mistake("divided by 4", xor_like(blame=lambda P, t: (P - t) / 4), "You divided by 4, the number of XOR's examples. The function is also called with other data: divide by N = len(X)."),
        Mistake("divided by all entries of X", lambda X, t, W1, b1, W2, b2, learning_rate, steps: xor_like(blame=lambda P, t: (P - t) / X.size)(X, t, W1, b1, W2, b2, learning_rate, steps), "You divided by the number of all entries of X. The loss is a mean over the examples, the rows: divide by len(X)."),
        Mistake("tanh again", xor_like(slope=lambda A: 1 - np.tanh(A) ** 2), "A1 is the tanh's output already, so its slope is 1 − A1²; you took the tanh once more."),
        Mistake("sigmoid hidden", xor_sigmoid_hidden, "The hidden units are tanh here; you used a sigmoid."),
        Mistake("one step too many", lambda X, t, W1, b1, W2, b2, learning_rate, steps: train_xor(X, t, W1, b1, W2, b2, learning_rate, steps + 1), "There is one step too many: range(steps) makes `steps` rounds."),
        Mistake("one step too few", lambda X, t, W1, b1, W2, b2, learning_rate, steps: train_xor(X, t, W1, b1, W2, b2, learning_rate, steps - 1), "There is one step too few: range(1, steps) leaves one out. range(steps) makes `steps` rounds."),
        Mistake("results exchanged", lambda *a: train_xor(*a)[::-1], "The two results are exchanged: (P, losses), the outputs first."),
        Mistake("slope missing", xor_like(slope=lambda A: 1.0), "The first layer learns without the slope of its tanh: dZ1 = (dZ2 @ W2) * (1 − A1²)."),
        Mistake("sigmoid's slope", xor_like(slope=lambda A: A * (1 - A)), "A1(1 − A1) is the slope of a sigmoid. The hidden units are tanh: 1 − A1²."),
        Mistake("output's slope too", xor_like(blame=lambda P, t: (P - t) * P * (1 - P) / len(t)), "dZ2 has a factor P(1 − P) too many. With cross-entropy it has cancelled: (P − t)/N."),
        Mistake("updated too early", xor_like(early=True), "W2 is moved before the blame goes back through it. Compute all four gradients first, then update."),
        Mistake("biases stand still", xor_like(biases=False), "The biases never move. They have gradients too: the rows of dZ2 and of dZ1, summed."),
        Mistake("outputs before the last step", xor_like(after=False), "The losses are right. P is what the network said *before* the last step; one more forward pass after the loop is missing."),
        Mistake("losses after the step", xor_like(before=False), "P is right. The losses are those *after* each step; asked for are those before it."),
        Mistake("loss summed", xor_like(loss=lambda P, t: np.sum(-t * np.log(P) - (1 - t) * np.log(1 - P))), "P is right. The losses are sums over the examples; asked for is the mean."),
        Mistake("half the loss", xor_like(loss=lambda P, t: np.mean(-t * np.log(P))), "P is right. The loss counts only the examples with target 1; those with target 0 cost −ln(1 − P)."),
        Mistake("squared error", xor_like(loss=lambda P, t: np.mean((P - t) ** 2)), "P is right. The losses are mean squared errors; asked for is binary cross-entropy."),
    ),
    alternatives=(xor_in_a_class,),
)  # fmt: skip


# --- 9.9 -------------------------------------------------------------------------------------------------------------


def batched_forward(X, W1, b1, W2, b2):
    """Return P (S, N, 1): the outputs of S networks for the same batch X (N, n).

    W1 (S, h, n), b1 (S, h), W2 (S, 1, h), b2 (S, 1): one network for each s; tanh, then a sigmoid
    """
    A1 = np.tanh(X @ W1.swapaxes(1, 2) + b1[:, None, :])
    Z2 = A1 @ W2.swapaxes(1, 2) + b2[:, None, :]
    return 1 / (1 + np.exp(-Z2))


def batched_cases(rng):
    sizes = ((5, 7, 2, 3), (3, 4, 2, 5), (3, 3, 3, 3), (1, 5, 2, 7), (11, 1, 3, 2), (2, 2, 2, 2))
    return [
        (rng.normal(size=(N, n)), rng.normal(size=(S, h, n)), rng.normal(size=(S, h)), rng.normal(size=(S, 1, h)), rng.normal(size=(S, 1)))
        for S, N, n, h in sizes
    ]  # fmt: skip


def one_by_one(X, W1, b1, W2, b2):
    return np.stack(
        [1 / (1 + np.exp(-(np.tanh(X @ W.T + b) @ V.T + c))) for W, b, V, c in zip(W1, b1, W2, b2, strict=True)]
    )


def with_einsum(X, W1, b1, W2, b2):
    A1 = np.tanh(np.einsum("ij,skj->sik", X, W1) + b1[:, None])
    return 1 / (1 + np.exp(-(np.einsum("sik,sok->sio", A1, W2) + b2[:, None])))


def reshaped(X, W1, b1, W2, b2):
    (S, h, n), k = W1.shape, W2.shape[1]
    A1 = np.tanh(X @ W1.reshape(S, n, h) + b1[:, None, :])
    return 1 / (1 + np.exp(-(A1 @ W2.reshape(S, h, k) + b2[:, None, :])))


def with_dot(X, W1, b1, W2, b2):
    A1 = np.tanh(np.dot(X, W1.swapaxes(1, 2)) + b1[:, None, :])
    return 1 / (1 + np.exp(-(A1 @ W2.swapaxes(1, 2) + b2[:, None, :])))


def wide_batched(hidden=np.tanh, bias1=lambda b: b[:, None, :], bias2=lambda b: b[:, None, :], flip=lambda W: W.swapaxes(1, 2), end=lambda Z: 1 / (1 + np.exp(-Z))):  # fmt: skip
    return lambda X, W1, b1, W2, b2: end(hidden(X @ flip(W1) + bias1(b1)) @ flip(W2) + bias2(b2))


BATCHED = Exercise(
    id="9.9",
    title="Two hundred networks at once",
    task="""
    `S` networks of the same size stand in four arrays whose *first axis* counts the networks: `W1` $(S, h, n)$, `b1` $(S, h)$, `W2` $(S, 1, h)$, `b2` $(S, 1)$. Write `batched_forward(X, W1, b1, W2, b2)`: the outputs $(S, N, 1)$ of all of them for the same batch
    `X` $(N, n)$; hidden units tanh, outputs sigmoid. No loop is needed: `@` multiplies the *last two* axes and repeats over the axes before them, with broadcasting.
    """,
    solution=batched_forward,
    reference=one_by_one,
    cases=batched_cases,
    difficulty=3,
    points=3,
    hints=(
        "What does .T do to an array with three axes? Which two axes should be exchanged?",
        "X @ W1.swapaxes(1, 2) is (S, N, h). To add b1 it needs an axis for the examples: b1[:, None, :].",
        "A1 = np.tanh(X @ W1.swapaxes(1, 2) + b1[:, None, :]); the same again with W2 and b2, and a sigmoid.",
    ),
    mistakes=(
        Mistake("axes not exchanged", wide_batched(flip=lambda W: W.T), "In each W the last two axes have to change places, and nothing else: W1.swapaxes(1, 2). (.T turns *all* axes round, (S, h, n) into (n, h, S); and with W1 as it is, the units stand where the inputs should.)"),
        Mistake("bias without its axis", wide_batched(bias1=lambda b: b), "b1 is (S, h), and the sums are (S, N, h). Broadcasting lines up the last axes, so S meets N. Put an axis for the examples in between: b1[:, None, :]."),
        Mistake("biases without their axis", wide_batched(bias1=lambda b: b, bias2=lambda b: b), "b1 is (S, h), and the sums are (S, N, h). Broadcasting lines up the last axes, so S meets N. Put an axis for the examples in between: b1[:, None, :], and so for b2."),
        Mistake("last bias without its axis", wide_batched(bias2=lambda b: b), "b2 is (S, 1), and the sums are (S, N, 1). Broadcasting lines up the last axes, so S meets N. Put an axis for the examples in between: b2[:, None, :]."),
        Mistake("axis at the end", wide_batched(bias1=lambda b: b[:, :, None], bias2=lambda b: b[:, :, None]), "The new axis of the biases stands at the end, so the units of b1 meet the examples. It belongs in between, where the examples are: b1[:, None, :]."),
        Mistake("reshaped", reshaped, "reshape writes the same numbers into another shape, row by row; the rows and columns of each W do not change places that way. swapaxes(1, 2) exchanges them."),
        Mistake("np.dot", with_dot, "np.dot combines every row of X with every network and puts the axes in another order, (N, S, h). @ goes through the networks one by one: (S, N, h)."),
        Mistake("last network only", lambda *a: one_by_one(*a)[-1], "Only one network's outputs came back. Keep those of each, and stack them: np.stack(list), of shape (S, N, 1)."),
        Mistake("relu hidden", wide_batched(hidden=lambda Z: np.maximum(0, Z)), "The hidden units are tanh here; you used ReLU."),
        Mistake("no sigmoid", wide_batched(end=lambda Z: Z), "These are the last sums. The sigmoid is missing."),
        Mistake("no tanh", wide_batched(hidden=lambda Z: Z), "The hidden units have no tanh."),
        Mistake("first biases missing", wide_batched(bias1=lambda b: 0), "The biases b1 are missing."),
        Mistake("last biases missing", wide_batched(bias2=lambda b: 0), "The biases b2 are missing."),
        Mistake("sigmoid hidden", wide_batched(hidden=lambda Z: 1 / (1 + np.exp(-Z))), "The hidden units are tanh here; you used a sigmoid."),
        Mistake("last axis lost", lambda *a: one_by_one(*a)[..., 0], "The numbers are right, but the last axis is gone: asked for is (S, N, 1)."),
        Mistake("first network only", lambda X, W1, b1, W2, b2: np.repeat(one_by_one(X, W1[:1], b1[:1], W2[:1], b2[:1]), len(W1), axis=0), "All networks give the first one's outputs."),
    ),
    alternatives=(one_by_one, with_einsum),
)  # fmt: skip


# --- Check yourself ----------------------------------------------------------------------------------------------------

OVERFIT = Exercise(
    id="9.10",
    title="It cannot learn ten examples",
    kind="choice",
    task="""
    Before a long training you try to overfit one batch of ten examples with a network of 100 hidden units. After 2,000 steps with several learning rates the loss is stuck well above zero. What do you conclude?
    """,
    choices=(
        "The network is too small; take more hidden units.",
        "Ten examples are too few to learn from; take more data.",
        "Something is wrong with the program or the data: look for a bug before anything else.",
        "It should be trained with dropout, so that it generalizes.",
    ),
    solution="c",
    hints=("How many parameters are there, and how many examples?", "A right program with so many parameters can learn ten different examples by heart."),
    mistakes=(
        Mistake("larger", "a", "With 100 hidden units there are far more parameters than ten examples need. If it cannot learn these by heart, size is not what is missing."),
        Mistake("more data", "b", "Fewer examples are easier to learn by heart, not harder. That is why the test uses one small batch."),
        Mistake("dropout", "d", "This is no question of generalizing. The test asks whether the machinery can lower the loss at all, and it cannot."),
    ),
)  # fmt: skip

LUCK = Exercise(
    id="9.11",
    title="How often to try",
    kind="number",
    task="""
    A kind of network fails to learn XOR in {percent} of 100 runs, depending on its random beginning. You train {runs} of them with different seeds and keep the best. With what probability does at least one succeed? (As a number between 0 and 1.)
    """,
    given={"percent": 40, "runs": 3},
    draw=lambda rng: {"percent": int(rng.integers(30, 48)), "runs": int(rng.integers(3, 6))},
    solution=lambda percent, runs: 1 - (percent / 100) ** runs,
    rtol=2e-3,
    hints=("With what probability do *all* of them fail?", "One minus the failure rate to the power of the number of runs."),
    mistakes=(
        Mistake("all fail", lambda percent, runs: (percent / 100) ** runs, "That is the probability that all of them fail. At least one succeeds otherwise: one minus that."),
        Mistake("all succeed", lambda percent, runs: (1 - percent / 100) ** runs, "That is the probability that *every* run succeeds. One is enough."),
        Mistake("one run", lambda percent, runs: 1 - percent / 100, "That is for a single run. Every further run is another chance."),
        Mistake("as a percentage", lambda percent, runs: 100 * (1 - (percent / 100) ** runs), "The number is right as a percentage. Asked for is a number between 0 and 1."),
    ),
)  # fmt: skip

ONE_SEED = Exercise(
    id="9.12",
    title="A verdict from one run",
    kind="choice",
    task="""
    You wrote a network with two tanh hidden units, trained it on XOR, and it got stuck: two of the four answers are ½. The gradient check passes. What do you know?
    """,
    choices=(
        "There is a bug: a right program learns XOR.",
        "Two hidden units cannot represent XOR.",
        "Nothing is wrong with the program, as far as this goes: from about four beginnings in ten such a network gets stuck. Try other seeds, or more units.",
        "Backpropagation computed a wrong gradient, which led into the wrong valley.",
    ),
    solution="c",
    hints=("What does the table of 200 seeds say for this network?", "The gradient check passed. What does that leave?"),
    mistakes=(
        Mistake("bug", "a", "A right program fails from about 41 of 100 beginnings with this network. One run that is stuck proves nothing, and one that works proves little."),
        Mistake("cannot represent", "b", "It can: other seeds find the weights, and chapter 02 built XOR from two hidden units by hand. To represent and to find are two things."),
        Mistake("wrong gradient", "d", "The check says that the gradient is right. Where a right gradient leads depends on where one begins."),
    ),
)  # fmt: skip

PASSED = Exercise(
    id="9.13",
    title="What a gradient check does not see",
    kind="choice",
    task="Your network passes a gradient check with a random direction, to ten digits. Which of these faults may it still have?",
    choices=(
        "The hidden slope is that of a sigmoid, and the units are tanh.",
        "The 1/N is missing in the gradients, and the loss is a mean.",
        "The forward pass uses `X @ W` for a square W, and so does the loss that was nudged.",
        "The biases' gradients are averaged where they should be summed.",
    ),
    solution="c",
    hints=("Which two things does a gradient check compare?", "Both the pullback and the nudged loss run the same forward pass."),
    mistakes=(
        Mistake("slope", "a", "That makes the gradients differ from those of the loss that is nudged, and the check sees it at once."),
        Mistake("1/N", "b", "The nudged loss is the mean, so its slopes are N times smaller than these gradients: the check reports a large error."),
        Mistake("biases", "d", "Along a random direction every parameter counts, and the biases' part would be wrong: the check sees it."),
    ),
)  # fmt: skip

EXERCISES = (
    INITIALIZE, FORWARD, BACKWARD, UPDATE, TRAIN, DIRECTION, TWINS, TRAIN_XOR, BATCHED, OVERFIT, LUCK, ONE_SEED, PASSED,
)  # fmt: skip
