"""Make the four small tables, data/*.csv, from the copies that scikit-learn 1.9.1 ships.

Run ``python data/build/tables.py``. It installs scikit-learn into a folder that is gone afterwards: bpedu itself does not
need it. The values are written with the fewest digits that give the same float64 back, classes by name.
"""

import csv
import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from common import DATA, write_checksums

PACKAGE = "scikit-learn==1.9.1"
EXPORT = """
import json
import sys
from importlib.metadata import distribution

from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

tables = {
    "iris": load_iris(),
    "breast_cancer": load_breast_cancer(),
    "diabetes": load_diabetes(scaled=False),
    "wine": load_wine(),
}
out = {
    name: {
        "features": list(table.feature_names),
        "classes": [str(c) for c in table.get("target_names", [])],
        "X": table.data.tolist(),
        "y": table.target.tolist(),
    }
    for name, table in tables.items()
}
(licence,) = [f for f in distribution("scikit-learn").files if f.name == "COPYING"]
json.dump({"tables": out, "licence": licence.read_text()}, sys.stdout)
"""
TARGET = {"iris": "species", "breast_cancer": "diagnosis", "diabetes": "progression", "wine": "cultivar"}
UNITS = {
    "diabetes": {"age": "age (years)", "bmi": "bmi (kg/m²)"}
}  # iris has its own in the source; the others have none


def export() -> dict:
    """The four tables and scikit-learn's licence, read by a Python that has scikit-learn."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", PACKAGE], check=True)
        done = subprocess.run([python, "-c", EXPORT], check=True, capture_output=True, encoding="utf-8")
    return json.loads(done.stdout)


def shortest(value: float) -> str:
    """The number with no more digits than it needs: ``1001``, ``0.1184``."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def write_table(name: str, table: dict) -> None:
    units = UNITS.get(name, {})
    header = [units.get(feature, feature).replace("_", " ") for feature in table["features"]]
    answers = [table["classes"][y] if table["classes"] else shortest(y) for y in table["y"]]
    with open(DATA / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*header, TARGET[name]])
        writer.writerows([*map(shortest, row), answer] for row, answer in zip(table["X"], answers, strict=True))


def main() -> None:
    made = export()
    for name, table in made["tables"].items():
        write_table(name, table)
        print(f"{name:14s} {len(table['X'])} rows, {len(table['features'])} columns")
    (DATA / "LICENSE-scikit-learn").write_bytes(made["licence"].encode())
    write_checksums()


if __name__ == "__main__":
    main()
