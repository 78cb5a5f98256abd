"""The loop learns, repeats itself, stops early with the best weights, and a saved network predicts as before."""

import numpy as np
import pytest

from bpedu import training
from bpedu.layers import BatchNorm, Dense, Dropout, Network, ReLU
from bpedu.optimizers import SGD, Adam, clip_by_norm
from bpedu.rules import mse, softmax_cross_entropy
from bpedu.training.progress import progress_bar


def blobs(n, seed=0):
    """Three clouds of points that a small network can tell apart."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    centres = np.array([[0, 2], [2, -1], [-2, -1]])
    return (centres[labels] + 0.5 * rng.standard_normal((n, 2))).astype(np.float32), labels


def network(seed=0):
    rng = np.random.default_rng(seed)
    return Network([Dense(2, 8, rng=rng), BatchNorm(8), ReLU(), Dropout(0.1, rng=rng), Dense(8, 3, rng=rng)])


def run(net, **options):
    settings = {"epochs": 5, "rng": np.random.default_rng(0), "batch_size": 16, "progress": False} | options
    return training.train(net, blobs(120), softmax_cross_entropy, Adam(0.02), **settings)


def test_the_loop_learns_and_keeps_its_history():
    net = network()
    history = run(net, validation=blobs(60, seed=1), metrics={"accuracy": training.accuracy})
    assert history.epochs == 5
    assert len(history.validation_loss) == len(history.metrics["accuracy"]) == 5
    assert history.loss[-1] < 0.5 * history.loss[0]
    assert history.metrics["accuracy"][-1] > 0.9
    assert not history.stopped_early
    loss, metrics = training.evaluate(
        net, *blobs(60, seed=1), softmax_cross_entropy, metrics={"accuracy": training.accuracy}
    )
    assert loss == history.validation_loss[-1]
    assert metrics["accuracy"] == history.metrics["accuracy"][-1]


def test_the_same_seeds_give_the_same_numbers():
    assert run(network()).loss == run(network()).loss
    assert run(network()).loss != run(network(), rng=np.random.default_rng(1)).loss


def test_the_loss_of_an_epoch_is_the_mean_over_its_examples():
    X, T = np.array([[1.0], [2.0], [4.0]]), np.zeros((3, 1))
    net = Network([Dense(1, 1, rng=np.random.default_rng(0), dtype=np.float64)])
    w = net.layers[0].W[0, 0]
    history = training.train(
        net, (X, T), mse, SGD(0.0), epochs=1, rng=np.random.default_rng(0), batch_size=2, progress=False
    )
    assert history.loss == pytest.approx([w * w * (1 + 4 + 16) / 3])


def test_early_stopping_gives_back_the_weights_of_the_best_epoch():
    X, labels = blobs(60, seed=1)
    net, optimizer = (
        network(),
        SGD(lambda step: 0.05 if step < 24 else -0.05),
    )  # from the fourth epoch on it only gets worse
    history = training.train(
        net, blobs(120), softmax_cross_entropy, optimizer, epochs=50, rng=np.random.default_rng(0), batch_size=16,
        validation=(X, labels), patience=3, progress=False,
    )  # fmt: skip
    assert history.stopped_early
    assert history.epochs == history.best_epoch + 4 < 50
    assert min(history.validation_loss) == history.validation_loss[history.best_epoch]
    assert training.evaluate(net, X, labels, softmax_cross_entropy)[0] == min(history.validation_loss)
    assert history.validation_loss[-1] > min(history.validation_loss)


def test_patience_that_does_not_run_out_gives_the_best_weights_too():
    X, labels = blobs(60, seed=1)
    net, optimizer = network(), SGD(lambda step: 0.05 if step < 24 else -0.05)
    history = training.train(
        net, blobs(120), softmax_cross_entropy, optimizer, epochs=5, rng=np.random.default_rng(0), batch_size=16,
        validation=(X, labels), patience=10, progress=False,
    )  # fmt: skip
    assert not history.stopped_early
    assert history.best_epoch < 4
    assert training.evaluate(net, X, labels, softmax_cross_entropy)[0] == min(history.validation_loss)


def test_a_loss_that_is_not_a_number_is_never_the_best():
    assert training.History(loss=[np.nan, 2.0, np.nan, 1.0]).best_epoch == 3


def test_gradients_are_clipped_together():
    seen = []

    def clip(gradients):
        clipped = clip_by_norm(gradients, 0.01)
        seen.append(set(clipped))
        return clipped

    slow, fast = network(), network()
    run(slow, epochs=1, clip=clip)
    assert seen[0] == set(slow.parameters())
    run(fast, epochs=1)
    assert len(seen) == 8
    start = network().parameters()
    clipped = run_sgd(network(), clip)
    free = run_sgd(network(), None)
    moved = [np.abs(n.parameters()["0.W"] - start["0.W"]).max() for n in (clipped, free)]
    assert moved[0] < moved[1]


def run_sgd(net, clip):
    training.train(
        net,
        blobs(120),
        softmax_cross_entropy,
        SGD(0.1),
        epochs=1,
        rng=np.random.default_rng(0),
        clip=clip,
        progress=False,
    )
    return net


def test_minibatches_take_every_example_once():
    X = np.arange(10)[:, None]
    found = [
        x for batch, _ in training.minibatches(X, X, batch_size=3, rng=np.random.default_rng(0)) for x in batch[:, 0]
    ]
    assert sorted(found) == list(range(10))
    assert found != list(range(10))
    for batch, targets in training.minibatches(X, 2 * X, batch_size=3):
        np.testing.assert_array_equal(targets, 2 * batch)


def test_what_does_not_fit_together_is_refused():
    X, labels = blobs(20)
    with pytest.raises(ValueError, match="data has 20 examples and 19 targets"):
        training.train(
            network(), (X, labels[1:]), softmax_cross_entropy, SGD(0.1), epochs=1, rng=np.random.default_rng(0)
        )
    with pytest.raises(ValueError, match="patience= needs validation="):
        training.train(
            network(), (X, labels), softmax_cross_entropy, SGD(0.1), epochs=1, rng=np.random.default_rng(0), patience=1
        )


# Saving and loading.


def test_a_save_that_breaks_off_leaves_the_older_file_whole(tmp_path, monkeypatch):
    path = training.save(network(), tmp_path / "net.npz")
    before = path.read_bytes()

    def breaks_off(file, **arrays):
        file.write(b"half of it")
        raise OSError("no space left on the device")

    monkeypatch.setattr(np, "savez", breaks_off)
    with pytest.raises(OSError, match="no space left"):
        training.save(network(), path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["net.npz"]


def test_a_loaded_network_predicts_exactly_as_the_saved_one(tmp_path):
    net = network()
    run(net, epochs=2)
    X, _ = blobs(30, seed=2)
    path = training.save(net, tmp_path / "blobs")
    assert path == tmp_path / "blobs.npz"
    other = network(seed=7)
    assert (other.predict(X) != net.predict(X)).any()
    training.load(other, path)
    np.testing.assert_array_equal(other.predict(X), net.predict(X))
    assert not any(np.shares_memory(a, b) for a, b in zip(net.state().values(), other.state().values(), strict=True))


def test_the_file_holds_no_pickle(tmp_path):
    path = training.save(network(), tmp_path / "net.npz")
    with np.load(path, allow_pickle=False) as file:
        assert {file[name].dtype for name in file.files} == {np.dtype(np.float32)}


def small(*sizes, dtype=np.float32):
    rng = np.random.default_rng(0)
    return Network([Dense(n, m, rng=rng, dtype=dtype) for n, m in zip(sizes, sizes[1:], strict=False)])


@pytest.mark.parametrize(
    ("saved", "sentence"),
    [
        (small(2, 4, 3), r"its 0.W is \(4, 2\) float32, the network's \(5, 2\) float32"),
        (small(2, 5, 3, dtype=np.float64), r"its 0.W is \(5, 2\) float64, the network's \(5, 2\) float32"),
        (small(2, 5), r"it has no 1.W, 1.b"),
        (small(2, 5, 3, 3), r"it also holds 2.W, 2.b, for which the network has no place"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_and_changes_nothing(tmp_path, saved, sentence):
    path = training.save(saved, tmp_path / "other.npz")
    net = small(2, 5, 3)
    before = {name: a.copy() for name, a in net.state().items()}
    with pytest.raises(ValueError, match=sentence):
        training.load(net, path)
    assert all((a == before[name]).all() for name, a in net.state().items())


def test_a_missing_damaged_or_foreign_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file"):
        training.load(network(), tmp_path / "nothing.npz")
    good = training.save(network(), tmp_path / "good.npz").read_bytes()
    for content in (b"", b"not a zip file", good[: len(good) // 2], np.arange(3).tobytes()):
        path = tmp_path / "bad.npz"
        path.write_bytes(content)
        with pytest.raises(ValueError, match="is not a file that save"):
            training.load(network(), path)
    np.savez(tmp_path / "pickled.npz", a=np.array([object()]))
    with pytest.raises(ValueError, match="is not a file that save"):
        training.load(network(), tmp_path / "pickled.npz")
    np.save(tmp_path / "one.npy", np.arange(3))
    with pytest.raises(ValueError, match="is not a file that save"):
        training.load(network(), tmp_path / "one.npy")


# The progress bar.


def test_nothing_is_written_where_nobody_looks(capsys):
    with progress_bar(3) as advance:
        advance("loss 1.0")
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress_bar(3) as advance:
        advance("loss 1.0")
    assert capsys.readouterr().out == ""


def test_a_notebook_keeps_only_the_number_of_epochs(monkeypatch):
    shown = []

    class Handle:
        def update(self, html):
            shown.append(html.data)

    def display(html, display_id):
        shown.append(html.data)
        return Handle()

    monkeypatch.setattr("bpedu.training.progress._in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    with progress_bar(2) as advance:
        advance("loss 1.0")
        advance("loss 0.5")
    assert "loss 0.5" in shown[2]
    assert shown[-1] == "<small>2 of 2 epochs</small>"
