"""The book's data sets, each behind one function. Nothing is downloaded: the files are part of bpedu.

=================== ======== ========= ============================================== =======
function            rows     inputs    what is asked                                  chapter
=================== ======== ========= ============================================== =======
``mnist()``         70,000   28 × 28   which of ten digits is written here            00, 05 →
``iris()``          150      4         which of three species is this flower          02
``breast_cancer()`` 569      30        is this tumour malignant or benign             04
``diabetes()``      442      10        how far has the disease gone after a year      05
``wine()``          178      13        which of three cultivars gave this wine        –
=================== ======== ========= ============================================== =======

Every file is compared with its SHA-256 when it is read. Sources and licences: data/README.md.
"""

import csv
import hashlib
import io
from dataclasses import dataclass
from functools import cache

import numpy as np

from bpedu.paths import share

VALIDATION = 10_000  # the last 10,000 training digits: every choice from chapter 05 on is made on them


@dataclass(frozen=True, repr=False)
class Digits:
    """MNIST: 70,000 handwritten digits in grey, 60,000 to train on and 10,000 to test on.

    ``train_images`` (60000, 28, 28) and ``test_images`` (10000, 28, 28) are uint8: 0 is paper, 255 is ink, row 0 is the
    top. ``train_labels`` (60000,) and ``test_labels`` (10000,) are int64, 0 to 9. All four are read-only, because every
    call of ``mnist()`` returns the same arrays; ``.copy()`` gives one of your own.

    The methods return what a network takes: ``X`` float32 (N, 784), 0 to 1, and ``y`` int64 (N,). They split the 60,000
    into 50,000 to train on and the last 10,000 to choose by. Each call makes new arrays, which are yours to change.

    Source: LeCun, Bottou, Bengio and Haffner (1998). Licence of the data: CC BY-SA 3.0.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray

    def train(self, n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The first 50,000 training digits (157 MB as float32), or the first ``n`` of them: ``X`` (n, 784), ``y`` (n,)."""
        return _rows(self.train_images[:-VALIDATION], self.train_labels[:-VALIDATION], n, "training")

    def validation(self, n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The last 10,000 training digits, or the first ``n`` of those: to choose by, not to train on."""
        return _rows(self.train_images[-VALIDATION:], self.train_labels[-VALIDATION:], n, "validation")

    def test(self, n: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The 10,000 test digits, or the first ``n`` of them: to be looked at once, when every choice is made."""
        return _rows(self.test_images, self.test_labels, n, "test")

    def __repr__(self) -> str:
        return f"Digits({len(self.train_images):,} to train on, {len(self.test_images):,} to test on, 28 × 28, uint8)"


@dataclass(frozen=True, repr=False)
class Table:
    """A small table: one row per flower, tumour, patient or wine.

    ``X`` (N, d) is float64, one column per name in ``features``; ``units`` gives each column's unit, ``""`` where it has
    none or the source states none. With classes, ``y`` (N,) is int64 and counts into ``classes``; without, ``classes``
    is empty and ``y`` is float64. ``target`` says what ``y`` is. The arrays are new at each call and yours to change.
    """

    name: str
    X: np.ndarray
    y: np.ndarray
    features: tuple[str, ...]
    units: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    source: str
    licence: str

    def __repr__(self) -> str:
        kind = f"{len(self.classes)} classes" if self.classes else "a number"
        return f"Table({self.name}: {len(self.X)} rows, {len(self.features)} columns, target {self.target}: {kind})"


@cache
def mnist() -> Digits:
    """The 70,000 handwritten digits of MNIST. The first call takes about 0.2 s, later calls return the same object.

    >>> digits = mnist()
    >>> digits.train_images.shape, digits.train_images.dtype
    ((60000, 28, 28), dtype('uint8'))
    >>> X, y = digits.train(1000)
    >>> X.shape, X.dtype, y[:5].tolist()
    ((1000, 784), dtype('float32'), [5, 0, 4, 1, 9])
    """
    with np.load(io.BytesIO(_read("mnist/mnist.npz")), allow_pickle=False) as archive:
        arrays = {name: archive[name] for name in archive.files}
    for name in ("train_labels", "test_labels"):
        arrays[name] = arrays[name].astype(np.int64)
    for array in arrays.values():
        array.setflags(write=False)
    return Digits(**arrays)


def flatten(images: np.ndarray) -> np.ndarray:
    """Images (N, 28, 28) in uint8, 0 to 255, as rows (N, 784) in float32, 0 to 1. Raises ValueError for another dtype."""
    if images.dtype != np.uint8:
        raise ValueError(
            f"flatten() turns uint8 images, 0 to 255, into numbers from 0 to 1, and was given {images.dtype}. "
            "Give it the images as they were loaded; if they run from 0 to 1 already, reshape(len(images), -1) is enough."
        )
    return _BRIGHTNESS[images.reshape(len(images), -1)]


def iris() -> Table:
    """Fisher's irises: ``X`` (150, 4) in cm, ``y`` 0 setosa, 1 versicolor, 2 virginica, fifty of each.

    >>> iris()
    Table(iris: 150 rows, 4 columns, target species: 3 classes)
    """
    return _table(
        "iris",
        classes=("setosa", "versicolor", "virginica"),
        source="R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936",
        licence="CC BY 4.0 (UCI), BSD-3-Clause (scikit-learn)",
    )


def breast_cancer() -> Table:
    """Cell nuclei of breast tumours (Wisconsin, diagnostic): ``X`` (569, 30), ``y`` 0 malignant (212), 1 benign (357).

    Ten measures of the nuclei, each as mean, standard error and "worst" (mean of the three largest); no units are stated.

    >>> breast_cancer().classes
    ('malignant', 'benign')
    """
    return _table(
        "breast_cancer",
        classes=("malignant", "benign"),
        source="W. H. Wolberg, W. N. Street, O. L. Mangasarian, UCI Machine Learning Repository, 1995",
        licence="CC BY 4.0 (UCI), BSD-3-Clause (scikit-learn)",
    )


def diabetes() -> Table:
    """442 patients: ``X`` (442, 10) as measured, not scaled; ``y`` float64, a score of the disease a year later, 25 to 346.

    Age is in years and sex is coded 1 and 2; the source states no units for the six blood values, s1 to s6.

    >>> diabetes().features[:4]
    ('age', 'sex', 'bmi', 'bp')
    """
    return _table(
        "diabetes",
        source="B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least angle regression, Annals of Statistics 32, 2004",
        licence="BSD-3-Clause (scikit-learn); its authors state none",
    )


def wine() -> Table:
    """Chemistry of Italian wines: ``X`` (178, 13), ``y`` 0, 1, 2 for three cultivars (59, 71, 48 wines); no units stated.

    >>> wine().X.shape
    (178, 13)
    """
    return _table(
        "wine",
        classes=("class_0", "class_1", "class_2"),
        source="S. Aeberhard, M. Forina, UCI Machine Learning Repository, 1992",
        licence="CC BY 4.0 (UCI), BSD-3-Clause (scikit-learn)",
    )


_BRIGHTNESS = np.arange(256, dtype=np.float32) / np.float32(255)  # by table: three times as quick as dividing


def _rows(images, labels, n, part):
    if n is not None and not 0 < n <= len(images):
        raise ValueError(f"The {part} part of MNIST has {len(images):,} digits; {n} of them were asked for.")
    return flatten(images[:n]), labels[:n].copy()


def _table(name, *, source, licence, classes=()):
    header, *rows = csv.reader(io.StringIO(_read(f"{name}.csv").decode("utf-8")))
    features, units = zip(*(_name_and_unit(column) for column in header[:-1]), strict=True)
    answers = [row[-1] for row in rows]
    y = np.array([classes.index(answer) for answer in answers]) if classes else np.array(answers, dtype=np.float64)
    X = np.array([row[:-1] for row in rows], dtype=np.float64)
    y = y.astype(np.int64) if classes else y
    return Table(name, X, y, features, units, header[-1], classes, source, licence)


def _name_and_unit(column):
    """``"petal length (cm)"`` as ``("petal length", "cm")``; the unit is empty where there is none."""
    name, _, unit = column.partition(" (")
    return name, unit.removesuffix(")")


def _read(name) -> bytes:
    """The bytes of one file of data/, which must be the ones that data/CHECKSUMS promises."""
    repair = "Restore it with `git checkout -- data` in a clone, or install bpedu again."
    folder = share("data")
    for path in (folder / name, folder / "CHECKSUMS"):
        if not path.is_file():
            raise FileNotFoundError(f"bpedu wanted to read its data file {path}, and it is not there. {repair}")
    content = (folder / name).read_bytes()
    found, listed = hashlib.sha256(content).hexdigest(), _checksums(folder / "CHECKSUMS").get(name)
    if found != listed:
        raise ValueError(
            f"bpedu's data file {folder / name} is damaged or was changed: "
            f"its SHA-256 starts with {found[:12]}, data/CHECKSUMS says {(listed or 'nothing')[:12]}. {repair}"
        )
    return content


def _checksums(path) -> dict[str, str]:
    """``{file: SHA-256}`` from a list in the format of ``sha256sum``."""
    lines = path.read_text("utf-8", errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
