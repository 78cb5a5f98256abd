"""Optimizers against torch.optim over several steps with a changing learning rate; schedules; clipping."""

import math

import numpy as np
import pytest

from bpedu import optimizers as O

SCHEDULE = O.warm_up(O.cosine(0.05, steps=6, floor=0.01), steps=2)
CASES = {
    "SGD": (lambda: O.SGD(SCHEDULE), "SGD", {}),
    "SGD with weight decay": (lambda: O.SGD(SCHEDULE, weight_decay=0.1), "SGD", {"weight_decay": 0.1}),
    "Momentum": (lambda: O.Momentum(SCHEDULE, momentum=0.8), "SGD", {"momentum": 0.8}),
    "Momentum with weight decay": (
        lambda: O.Momentum(SCHEDULE, weight_decay=0.1),
        "SGD",
        {"momentum": 0.9, "weight_decay": 0.1},
    ),
    "Nesterov": (lambda: O.Nesterov(SCHEDULE), "SGD", {"momentum": 0.9, "nesterov": True}),
    "AdaGrad": (lambda: O.AdaGrad(SCHEDULE), "Adagrad", {}),
    "RMSProp": (lambda: O.RMSProp(SCHEDULE, decay=0.9), "RMSprop", {"alpha": 0.9}),
    "Adam": (lambda: O.Adam(SCHEDULE), "Adam", {}),
    "Adam with weight decay": (lambda: O.Adam(SCHEDULE, weight_decay=0.1), "Adam", {"weight_decay": 0.1}),
    "AdamW": (lambda: O.AdamW(SCHEDULE, weight_decay=0.1, betas=(0.8, 0.95)), "AdamW", {"weight_decay": 0.1, "betas": (0.8, 0.95)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_ten_steps_are_pytorchs_ten_steps(name):
    torch = pytest.importorskip("torch")
    build, torch_name, options = CASES[name]
    rng = np.random.default_rng(0)
    parameters = {"W": rng.standard_normal((3, 2)), "b": rng.standard_normal(3)}
    theirs = {key: torch.tensor(a.copy(), requires_grad=True) for key, a in parameters.items()}
    ours, torch_optimizer = build(), getattr(torch.optim, torch_name)(theirs.values(), lr=1.0, **options)
    for step in range(10):
        gradients = {key: rng.standard_normal(a.shape) for key, a in parameters.items()}
        ours.step(parameters, gradients)
        for key, p in theirs.items():
            p.grad = torch.tensor(gradients[key])
        torch_optimizer.param_groups[0]["lr"] = SCHEDULE(step)
        torch_optimizer.step()
        for key, p in theirs.items():
            np.testing.assert_allclose(parameters[key], p.detach().numpy(), rtol=1e-12, err_msg=f"{key}, step {step}")


@pytest.mark.parametrize("name", CASES)
def test_parameters_change_in_place_gradients_do_not_and_float32_stays(name):
    W, g = np.ones(3, np.float32), np.full(3, 0.5, np.float32)
    optimizer = CASES[name][0]()
    for _ in range(2):
        optimizer.step({"W": W}, {"W": g})
    assert W.dtype == np.float32
    assert (W < 1).all()
    assert (g == 0.5).all()
    assert {m.dtype for memory in optimizer.memories.values() for m in memory.values()} <= {np.dtype(np.float32)}


def test_a_missing_or_misshapen_gradient_is_named():
    with pytest.raises(KeyError, match="'W' has no gradient; there are gradients for b"):
        O.SGD(0.1).step({"W": np.ones(2)}, {"b": np.ones(2)})
    with pytest.raises(ValueError, match=r"shape \(3,\), the parameter \(2,\)"):
        O.SGD(0.1).step({"W": np.ones(2)}, {"W": np.ones(3)})


def test_an_optimizer_without_update_says_what_it_needs():
    with pytest.raises(NotImplementedError, match="needs a method update"):
        O.Optimizer(0.1).step({"W": np.ones(2)}, {"W": np.ones(2)})


def test_schedules():
    assert [O.constant(0.3)(t) for t in (0, 9)] == [0.3, 0.3]
    assert [O.step_decay(1.0, every=2, factor=0.5)(t) for t in range(5)] == [1, 1, 0.5, 0.5, 0.25]
    half_way = O.cosine(1.0, steps=10, floor=0.2)
    assert [half_way(0), half_way(10), half_way(99)] == pytest.approx([1.0, 0.2, 0.2])
    assert half_way(5) == pytest.approx(0.6)
    assert half_way(2) == pytest.approx(0.2 + 0.8 * (1 + math.cos(0.2 * math.pi)) / 2)
    warm = O.warm_up(O.step_decay(1.0, every=2), steps=4)
    assert [warm(t) for t in range(7)] == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.1])


def test_clipping_by_norm_keeps_the_direction_and_the_input():
    gradients = {"W": np.array([[3.0, 0.0]], np.float32), "b": np.array([4.0], np.float32)}
    clipped = O.clip_by_norm(gradients, 2.5)
    assert O.global_norm(gradients) == 5.0
    np.testing.assert_allclose(clipped["W"], [[1.5, 0]])
    np.testing.assert_allclose(clipped["b"], [2.0])
    assert clipped["b"].dtype == np.float32
    assert gradients["b"] == 4.0
    np.testing.assert_array_equal(O.clip_by_norm(gradients, 10.0)["W"], gradients["W"])


def test_clipping_by_norm_is_pytorchs():
    torch = pytest.importorskip("torch")
    g = np.random.default_rng(0).standard_normal(7)
    p = torch.zeros(7, dtype=torch.float64, requires_grad=True)
    p.grad = torch.tensor(g)
    torch.nn.utils.clip_grad_norm_([p], 0.5)
    np.testing.assert_allclose(O.clip_by_norm({"p": g}, 0.5)["p"], p.grad.numpy(), rtol=1e-5)


def test_clipping_by_value():
    g = np.array([-3.0, 0.5, 2.0])
    np.testing.assert_array_equal(O.clip_by_value({"W": g}, 1.0)["W"], [-1, 0.5, 1])
    assert g[0] == -3
