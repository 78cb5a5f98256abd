"""Layers and networks: gradients by finite differences through the whole network, PyTorch's layers, and what layers promise."""

import numpy as np
import pytest

from bpedu import initializers, rules
from bpedu import layers as L
from bpedu.gradcheck import numerical_gradient

F64 = {"dtype": np.float64}


def rng(seed=0):
    return np.random.default_rng(seed)


def images(*shape):
    return rng(1).standard_normal(shape)


NETWORKS = {  # name: (layers, input)
    "dense": (lambda: [L.Dense(3, 4, rng=rng(), **F64), L.Tanh(), L.Dense(4, 2, rng=rng(1), **F64)], images(5, 3)),
    "images": (
        lambda: [
            L.Conv2d(2, 3, 3, padding="same", rng=rng(), **F64), L.BatchNorm(3, **F64), L.GELU(), L.MaxPool2d(),
            L.Conv2d(3, 4, 2, stride=2, padding=1, rng=rng(), **F64), L.SiLU(), L.AvgPool2d(),
            L.Flatten(), L.Dense(4, 3, rng=rng(), **F64),
        ],
        images(2, 2, 6, 6),
    ),
    "global pooling": (lambda: [L.Conv2d(1, 3, 3, rng=rng(), **F64), L.GlobalAveragePool()], images(2, 1, 4, 5)),
    "lstm": (
        lambda: [L.Embedding(6, 3, rng=rng(), **F64), L.LSTM(3, 4, rng=rng(), **F64), L.Dense(4, 6, rng=rng(), **F64)],
        rng(2).integers(0, 6, (2, 5)),
    ),
    "rnn and gru": (lambda: [L.RNN(3, 4, rng=rng(), **F64), L.GRU(4, 2, rng=rng(), **F64), L.LastStep()], images(2, 4, 3)),
    "transformer": (
        lambda: [
            L.Embedding(6, 4, rng=rng(), **F64), L.Positions(7, 4, rng=rng(), **F64),
            L.Residual([L.LayerNorm(4, **F64), L.MultiHeadAttention(4, 2, causal=True, rng=rng(), **F64)]),
            L.Residual([L.LayerNorm(4, **F64), L.Dense(4, 8, rng=rng(), **F64), L.GELU(tanh=True), L.Dense(8, 4, rng=rng(), **F64)]),
        ],
        rng(3).integers(0, 6, (2, 5)),
    ),
    "residual first": (lambda: [L.Residual([L.Dense(3, 3, rng=rng(), **F64), L.ELU()]), L.Sigmoid()], images(4, 3)),
    "other activations": (
        lambda: [L.Dense(3, 4, rng=rng(), **F64), L.Softplus(), L.LeakyReLU(0.2), L.Softmax(), L.Activation(rules.elu, alpha=2.0)],
        images(4, 3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_has_the_gradient_of_finite_differences(name):
    build, X = NETWORKS[name]
    network = L.Network(build())
    cotangent = rng(9).standard_normal(network.forward(X).shape)
    assert network.backward(cotangent) is None  # the input is data
    analytic = network.gradients()
    assert analytic.keys() == network.parameters().keys()
    for key, parameter in network.parameters().items():

        def weighted_output(value, parameter=parameter):
            before, parameter[...] = parameter.copy(), value
            total = float((network.forward(X) * cotangent).sum())
            parameter[...] = before
            return total

        numeric = numerical_gradient(weighted_output, parameter.copy())
        scale = max(1.0, np.abs(numeric).max())
        np.testing.assert_allclose(analytic[key], numeric, atol=1e-6 * scale, err_msg=key)


@pytest.mark.parametrize("name", ["dense", "images", "rnn and gru", "residual first"])
def test_the_input_gradient_when_it_is_asked_for(name):
    build, X = NETWORKS[name]
    network = L.Network(build(), input_gradient=True)
    cotangent = rng(9).standard_normal(network.forward(X).shape)
    dX = network.backward(cotangent)
    numeric = numerical_gradient(lambda X: float((network.forward(X) * cotangent).sum()), X.copy())
    np.testing.assert_allclose(dX, numeric, atol=1e-6)


def test_the_first_layer_leaves_out_the_gradient_of_the_data():
    network = L.Network([L.Flatten(), L.Dense(6, 4, rng=rng()), L.ReLU(), L.Dense(4, 2, rng=rng())])
    network.forward(np.ones((5, 2, 3), np.float32))
    first = network.layers[1]
    dX, *_ = first._pullback(np.ones((5, 4), np.float32))
    assert dX is None
    assert network.backward(np.ones((5, 2), np.float32)) is None
    assert first.dW.shape == (4, 6)
    assert network.layers[3].input_gradient


def test_float32_by_default_throughout():
    for build, X in NETWORKS.values():
        F64["dtype"] = np.float32
        try:
            network = L.Network(build())
        finally:
            F64["dtype"] = np.float64
        Y = network.forward(X.astype(np.float32) if X.dtype == np.float64 else X)
        network.backward(np.ones_like(Y))
        network.update_parameters(0.1)
        assert Y.dtype == np.float32
        assert {g.dtype for g in [*network.gradients().values(), *network.state().values()]} == {np.dtype(np.float32)}


def test_update_parameters_takes_a_step_against_the_gradient_in_place():
    network = L.Network(NETWORKS["dense"][0]())
    Y = network.forward(NETWORKS["dense"][1])
    network.backward(np.ones_like(Y))
    before = {k: p.copy() for k, p in network.parameters().items()}
    arrays = network.parameters()
    network.update_parameters(lr=0.25)
    for key, p in network.parameters().items():
        assert p is arrays[key]
        np.testing.assert_allclose(p, before[key] - 0.25 * network.gradients()[key])


def test_update_parameters_reaches_inside_residuals():
    network = L.Network(NETWORKS["transformer"][0]())
    Y = network.forward(NETWORKS["transformer"][1])
    network.backward(rng(5).standard_normal(Y.shape))
    before = {k: p.copy() for k, p in network.parameters().items()}
    network.update_parameters(0.1)
    assert all((p != before[k]).any() for k, p in network.parameters().items())
    assert "2.1.W_qkv" in before


def test_backward_needs_a_forward():
    network = L.Network([L.Dense(2, 2, rng=rng())])
    with pytest.raises(RuntimeError, match=r"Dense\.backward goes back through the last forward"):
        network.backward(np.ones((1, 2), np.float32))
    Y = network.forward(np.ones((1, 2), np.float32))
    network.backward(Y)
    with pytest.raises(RuntimeError, match="second forward"):
        network.backward(Y)
    network.predict(np.ones((1, 2), np.float32))
    with pytest.raises(RuntimeError, match="predict keeps nothing"):
        network.backward(Y)


def test_a_layer_without_a_rule_says_what_it_needs():
    with pytest.raises(NotImplementedError, match="needs a method rule"):
        L.Layer().forward(np.ones(2))


def test_a_layer_of_ones_own_needs_only_a_rule_and_names():
    class Scale(L.Layer):
        names = ("s",)

        def __init__(self):
            self.s = np.array(3.0)

        def rule(self, X, training):
            return rules.mul(X, self.s)

    network = L.Network([Scale()])
    np.testing.assert_array_equal(network.forward(np.array([1.0, 2.0])), [3, 6])
    network.backward(np.array([1.0, 1.0]))
    assert network.gradients()["0.s"] == 3


# Two behaviours: in training and after.


def test_dropout_is_silent_after_training_and_keeps_the_mean_in_it():
    X = np.ones((200, 300), np.float32)
    network = L.Network([L.Dropout(0.25, rng=rng())], input_gradient=True)
    Y = network.forward(X)
    assert set(np.unique(Y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert abs(Y.mean() - 1) < 0.02
    np.testing.assert_array_equal(network.backward(X), Y)  # the same mask on the way back
    assert network.predict(X) is X
    network.forward(X, training=False)
    np.testing.assert_array_equal(network.backward(X), X)


def test_batch_norm_follows_pytorch_in_training_and_after():
    torch = pytest.importorskip("torch")
    ours, theirs = L.BatchNorm(3, dtype=np.float64), torch.nn.BatchNorm2d(3, dtype=torch.float64)
    for step in range(3):
        X = rng(step).standard_normal((4, 3, 5, 2)) * 2 + 1
        np.testing.assert_allclose(ours.forward(X), theirs(torch.tensor(X)).detach().numpy(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(ours.running_mean, theirs.running_mean.numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours.running_variance, theirs.running_var.numpy(), rtol=1e-12)
    theirs.eval()
    after = ours.forward(X, training=False)
    np.testing.assert_allclose(after, theirs(torch.tensor(X)).detach().numpy(), rtol=1e-10)
    assert set(ours.state()) == {"gamma", "beta", "running_mean", "running_variance"}


def test_lstm_and_gru_are_pytorchs_with_the_same_weights():
    torch = pytest.importorskip("torch")
    X = rng(1).standard_normal((2, 5, 3))
    for ours, theirs in (
        (L.LSTM(3, 4, rng=rng(), dtype=np.float64), torch.nn.LSTM(3, 4, batch_first=True, dtype=torch.float64)),
        (L.GRU(3, 4, rng=rng(), dtype=np.float64), torch.nn.GRU(3, 4, batch_first=True, dtype=torch.float64)),
        (L.RNN(3, 4, rng=rng(), dtype=np.float64), torch.nn.RNN(3, 4, batch_first=True, dtype=torch.float64)),
    ):
        with torch.no_grad():
            for weight, array in zip(theirs.parameters(), [*ours.parameters().values(), 0.0], strict=False):
                weight.copy_(torch.as_tensor(array))
        np.testing.assert_allclose(ours.forward(X), theirs(torch.tensor(X))[0].detach().numpy(), rtol=1e-10)


def test_attention_is_causal_when_asked():
    layer = L.MultiHeadAttention(4, 2, causal=True, rng=rng(), dtype=np.float64)
    X = rng(1).standard_normal((1, 5, 4))
    changed = X.copy()
    changed[0, 3] += 1
    same = np.isclose(layer.forward(X), layer.forward(changed)).all(axis=2)[0]
    assert same.tolist() == [True, True, True, False, False]


def test_attention_sees_everything_unless_causal():
    layer = L.MultiHeadAttention(4, 2, rng=rng(), dtype=np.float64)
    X = rng(1).standard_normal((1, 5, 4))
    changed = X.copy()
    changed[0, 4] += 1
    assert not np.isclose(layer.forward(X), layer.forward(changed)).all(axis=2).any()


def test_an_lstm_starts_by_remembering():
    assert L.LSTM(2, 3, rng=rng()).b.tolist() == [0] * 3 + [1] * 3 + [0] * 6


def test_same_padding_keeps_height_and_width():
    X = np.zeros((1, 1, 7, 4), np.float32)
    assert L.Conv2d(1, 2, 5, padding="same", rng=rng()).forward(X).shape == (1, 2, 7, 4)
    assert L.Conv2d(1, 2, 3, padding=2, rng=rng()).forward(X).shape == (1, 2, 9, 6)


def test_positions_and_residual_and_heads_say_what_does_not_fit():
    with pytest.raises(ValueError, match="vectors for 3 places and the sequence has 4"):
        L.Positions(3, 2, rng=rng()).forward(np.zeros((1, 4, 2), np.float32))
    with pytest.raises(ValueError, match=r"Residual adds X \(2, 3\)"):
        L.Residual([L.Dense(3, 4, rng=rng())]).forward(np.zeros((2, 3), np.float32))
    with pytest.raises(ValueError, match="10 features among 4 heads"):
        L.MultiHeadAttention(10, 4, rng=rng())
    with pytest.raises(ValueError, match="odd size; 2 came"):
        L.Conv2d(1, 1, 2, padding="same", rng=rng())


def test_how_a_network_shows_itself():
    network = L.Network([L.Dense(784, 128, rng=rng()), L.ReLU(), L.Dense(128, 10, rng=rng())])
    assert network.parameter_count == 101_770
    assert repr(network).splitlines() == [
        "Network(",
        "  0: Dense(W (128, 784), b (128,))",
        "  1: ReLU()",
        "  2: Dense(W (10, 128), b (10,))",
        ")  # 101,770 parameters",
    ]


# Initializers.


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (initializers.glorot_uniform, 2 / (200 + 300)),
        (initializers.glorot_normal, 2 / (200 + 300)),
        (initializers.he_normal, 2 / 200),
        (initializers.he_uniform, 2 / 200),
        (initializers.lecun_normal, 1 / 200),
        (initializers.torch_linear, 1 / (3 * 200)),
        (initializers.normal, 0.0001),
    ],
)
def test_initializers_have_the_variance_they_promise(initializer, variance):
    W = initializer((300, 200), rng=rng())
    assert W.dtype == np.float32
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=0.03)
    assert "uniform" not in initializer.__name__ or np.abs(W).max() <= np.sqrt(3 * variance) * 1.001


def test_a_kernels_fan_counts_its_pixels():
    K = initializers.he_normal((64, 16, 3, 3), rng=rng())
    assert K.var() == pytest.approx(2 / (16 * 9), rel=0.05)


def test_torch_linear_has_the_bound_of_pytorchs_linear():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.Linear(50, 400).weight.detach().numpy()
    ours = initializers.torch_linear((400, 50), rng=rng())
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01)


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4), (6, 2, 3, 3)])
def test_orthogonal_rows_or_columns(shape):
    W = initializers.orthogonal(shape, rng=rng(), gain=2.0, dtype=np.float64).reshape(shape[0], -1)
    small = W @ W.T if W.shape[0] <= W.shape[1] else W.T @ W
    np.testing.assert_allclose(small, 4 * np.eye(min(W.shape)), atol=1e-12)


def test_orthogonal_favours_no_sign():
    assert {initializers.orthogonal((1, 1), rng=rng(seed)).item() for seed in range(8)} == {1.0, -1.0}


def test_a_vector_has_no_fans():
    with pytest.raises(ValueError, match="A bias starts with zeros"):
        initializers.glorot_uniform((5,), rng=rng())
    assert initializers.zeros(3).tolist() == [0, 0, 0]
    assert initializers.ones((2,)).tolist() == [1, 1]
