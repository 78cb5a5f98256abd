"""The data are what data/README.md says, come without a network, and refuse to be read when they are damaged."""

import hashlib
import re
import shutil
import socket
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from bpedu import data, paths

DATA = paths.share("data")
FILES = {"mnist/mnist.npz", "mnist/LICENSE", "LICENSE-scikit-learn"} | {
    f"{name}.csv" for name in ("iris", "breast_cancer", "diabetes", "wine")
}
ORIGINALS = {  # SHA-256 of the values in the four original files, after their headings
    "train_images": ("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", (60000, 28, 28)),
    "train_labels": ("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", (60000,)),
    "test_images": ("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", (10000, 28, 28)),
    "test_labels": ("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", (10000,)),
}
TABLES = {  # name: rows, columns, count of each class
    "iris": (150, 4, [50, 50, 50]),
    "breast_cancer": (569, 30, [212, 357]),
    "diabetes": (442, 10, None),
    "wine": (178, 13, [59, 71, 48]),
}


@pytest.fixture
def copy_of_data(tmp_path, monkeypatch):
    """A copy of data/ that a test may spoil, without the archive of digits, which only one test needs."""
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder, ignore=shutil.ignore_patterns("build"))
    monkeypatch.setattr(data, "share", lambda name: folder)
    return folder


# The files


def test_checksums_list_every_file_and_agree_with_it():
    lines = (DATA / "CHECKSUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(listed) == FILES
    for name, digest in listed.items():
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == digest, name


def test_the_readme_gives_each_data_file_with_its_checksum():
    readme = (DATA / "README.md").read_text("utf-8")
    for line in (DATA / "CHECKSUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert name in readme
        if not name.split("/")[-1].startswith("LICENSE"):
            assert f"**SHA-256** `{digest}`" in readme


def test_data_stay_under_thirty_megabytes():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 30e6


def test_the_archive_has_no_trace_of_when_or_where_it_was_made():
    with zipfile.ZipFile(DATA / "mnist" / "mnist.npz") as archive:
        members = archive.infolist()
    assert [member.filename for member in members] == [f"{name}.npy" for name in ORIGINALS]
    assert {(member.date_time, member.create_system) for member in members} == {((1980, 1, 1, 0, 0, 0), 3)}


# The digits


@pytest.mark.parametrize("name", ORIGINALS)
def test_mnist_is_byte_for_byte_the_original(name):
    digest, shape = ORIGINALS[name]
    with np.load(DATA / "mnist" / "mnist.npz", allow_pickle=False) as archive:
        array = archive[name]
    assert array.dtype == np.uint8
    heading = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">i4").tobytes()
    assert array.shape == shape
    assert hashlib.sha256(heading + array.tobytes()).hexdigest() == digest


def test_digits_have_the_documented_shapes_types_and_counts():
    digits = data.mnist()
    assert {name: getattr(digits, name).shape for name in ORIGINALS} == {n: s for n, (_, s) in ORIGINALS.items()}
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
    assert np.bincount(digits.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]


def test_the_three_parts_do_not_overlap_and_leave_nothing_out():
    digits = data.mnist()
    (X, y), (V, v), (T, t) = digits.train(), digits.validation(), digits.test()
    assert X.shape == (50000, 784)
    assert V.shape == T.shape == (10000, 784)
    assert X.dtype == V.dtype == T.dtype == np.float32
    np.testing.assert_array_equal(np.concatenate([y, v]), digits.train_labels)
    np.testing.assert_array_equal(t, digits.test_labels)
    np.testing.assert_array_equal(V * 255, digits.train_images[50000:].reshape(10000, 784))
    np.testing.assert_array_equal(T[-1] * 255, digits.test_images[-1].ravel())
    assert (X.min(), X.max()) == (0.0, 1.0)


def test_the_first_n_of_a_part_are_its_first_rows():
    digits = data.mnist()
    for part in (digits.train, digits.validation, digits.test):
        X, y = part(37)
        assert (X.shape, y.shape) == ((37, 784), (37,))
        longer, labels = part(50)
        np.testing.assert_array_equal(X, longer[:37])
        np.testing.assert_array_equal(y, labels[:37])
    assert not np.array_equal(digits.train(37)[0], digits.validation(37)[0])


def test_the_cached_digits_cannot_be_changed_but_the_parts_can():
    digits = data.mnist()
    assert data.mnist() is digits
    with pytest.raises(ValueError, match="read-only"):
        digits.train_images[0] = 0
    X, y = digits.train(5)
    X[:], y[:] = 0, 0
    assert digits.train_labels[:5].tolist() == [5, 0, 4, 1, 9]


@pytest.mark.parametrize("n", [0, -1, 50001])
def test_asking_for_more_digits_than_there_are_is_a_sentence(n):
    with pytest.raises(ValueError, match=f"The training part of MNIST has 50,000 digits; {n} of them were asked for"):
        data.mnist().train(n)


def test_flatten_divides_by_255_exactly_and_refuses_what_is_scaled_already():
    every_grey = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)
    flat = data.flatten(every_grey)
    assert (flat.shape, flat.dtype) == ((1, 256), np.float32)
    np.testing.assert_array_equal(flat[0], every_grey.ravel().astype(np.float32) / np.float32(255))
    with pytest.raises(ValueError, match="was given float32"):
        data.flatten(every_grey.astype(np.float32))


# The tables


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_documented_shape_types_and_classes(name):
    rows, columns, counts = TABLES[name]
    table = getattr(data, name)()
    assert (table.name, table.X.shape, table.X.dtype) == (name, (rows, columns), np.float64)
    assert len(table.features) == len(table.units) == len(set(table.features)) == columns
    assert np.isfinite(table.X).all()
    if counts is None:
        assert (table.classes, table.y.dtype, table.y.shape) == ((), np.float64, (rows,))
    else:
        assert (table.y.dtype, len(table.classes)) == (np.int64, len(counts))
        assert np.bincount(table.y).tolist() == counts


def test_first_rows_are_those_of_the_sources():
    assert data.iris().X[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert data.breast_cancer().X[0, :4].tolist() == [17.99, 10.38, 122.8, 1001.0]
    assert data.diabetes().X[0].tolist() == [59, 2, 32.1, 101, 157, 93.2, 38, 4, 4.8598, 87]
    assert data.diabetes().y[:3].tolist() == [151, 75, 141]
    assert data.wine().X[0, [0, 12]].tolist() == [14.23, 1065]


def test_classes_are_counted_in_the_order_of_scikit_learn():
    assert data.iris().classes == ("setosa", "versicolor", "virginica")
    assert data.breast_cancer().classes == ("malignant", "benign")
    assert data.wine().classes == ("class_0", "class_1", "class_2")
    assert (np.diff(data.iris().y) >= 0).all()


def test_units_are_taken_from_the_headings():
    assert data.iris().features == ("sepal length", "sepal width", "petal length", "petal width")
    assert data.iris().units == ("cm",) * 4
    assert data.diabetes().units[:4] == ("years", "", "kg/m²", "")


def test_a_table_is_the_callers_own():
    data.iris().X[:] = 0
    assert data.iris().X[0, 0] == 5.1


# What can go wrong


@pytest.mark.parametrize("missing", ["iris.csv", "CHECKSUMS"])
def test_a_missing_file_is_named_with_what_to_do(copy_of_data, missing):
    (copy_of_data / missing).unlink()
    with pytest.raises(FileNotFoundError, match=rf"{missing}, and it is not there\. Restore it"):
        data.iris()


def damage(path, how):
    content = path.read_bytes()
    changed = {
        "cut short": content[: len(content) // 2],
        "one bit": content[:100] + bytes([content[100] ^ 1]) + content[101:],
        "line ends": content.replace(b"\n", b"\r\n"),
        "empty": b"",
    }[how]
    path.write_bytes(changed)


@pytest.mark.parametrize("how", ["cut short", "one bit", "line ends", "empty"])
def test_a_damaged_table_is_refused(copy_of_data, how):
    damage(copy_of_data / "wine.csv", how)
    with pytest.raises(ValueError, match=r"wine\.csv is damaged or was changed: its SHA-256 starts with .* Restore it"):
        data.wine()


@pytest.mark.parametrize("how", ["cut short", "one bit"])
def test_damaged_digits_are_refused(copy_of_data, how):
    damage(copy_of_data / "mnist" / "mnist.npz", how)
    with pytest.raises(ValueError, match=r"mnist\.npz is damaged or was changed"):
        data.mnist.__wrapped__()


def test_a_file_that_no_checksum_vouches_for_is_refused(copy_of_data):
    (copy_of_data / "CHECKSUMS").write_bytes(b"\nnot a list\n\xff\n")
    with pytest.raises(ValueError, match="CHECKSUMS says nothing"):
        data.diabetes()


def test_pickles_are_never_read(copy_of_data, monkeypatch):
    np.savez(copy_of_data / "mnist" / "mnist.npz", train_images=np.array([{}], dtype=object))
    monkeypatch.setattr(data, "_checksums", lambda path: {"mnist/mnist.npz": hashlib.sha256(
        (copy_of_data / "mnist" / "mnist.npz").read_bytes()).hexdigest()})  # fmt: skip
    with pytest.raises(ValueError, match="allow_pickle=False"):
        data.mnist.__wrapped__()


def test_every_loader_works_with_sockets_refused(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("a loader tried to use the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(OSError, match="tried to use the network"):
        socket.create_connection(("localhost", 9))
    assert len(data.mnist.__wrapped__().train_labels) == 60000
    for name, (rows, _, _) in TABLES.items():
        assert len(getattr(data, name)().y) == rows


def test_data_needs_nothing_but_numpy():
    code = "import sys; from bpedu import data; data.iris(); print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"sklearn", "pandas", "torch", "matplotlib", "urllib3"} & set(done.stdout.split())


# The folders


def test_share_in_a_checkout_and_in_a_wheel(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "PACKAGE", tmp_path / "bpedu")
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path)
    (tmp_path / "data").mkdir()
    assert paths.in_checkout()
    assert paths.share("data") == tmp_path / "data"
    (tmp_path / "bpedu" / "_share" / "data").mkdir(parents=True)
    assert not paths.in_checkout()
    assert paths.share("data") == tmp_path / "bpedu" / "_share" / "data"


def test_share_says_what_is_missing_and_what_there_is(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="'book'; bpedu shares data, chapters, solutions"):
        paths.share("book")
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path)
    missing = re.escape(str(tmp_path / "chapters"))
    with pytest.raises(FileNotFoundError, match=f"'chapters' at {missing}, and it is not there"):
        paths.share("chapters")


# The bibliography


def test_every_reference_has_a_key_of_its_own_and_what_a_citation_needs():
    source = (paths.CHECKOUT / "book" / "references.bib").read_text("utf-8")
    entries = re.findall(r"^@(\w+)\{(\w+),\n(.*?)^\}$", source, re.MULTILINE | re.DOTALL)
    keys = [key for _, key, _ in entries]
    assert len(keys) == len(set(keys)) == source.count("@")
    for _, key, fields in entries:
        names = re.findall(r"^  (\w+) = \{.*\},$", fields, re.MULTILINE)
        assert {"author", "title", "year"} <= set(names), key
        assert len(names) == len(set(names)) == fields.count("\n"), key
        assert fields.count("{") == fields.count("}"), key
