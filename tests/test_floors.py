"""The package is a house of floors: imports run downward, never in a circle, and few rooms may bring in a library."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "bpedu"
FLOORS = {
    1: "exercise closeness explain faults runner judge words records paths data shapes initializers memory",
    2: "rules gradcheck circuits",
    3: "layers tensor optimizers",
    4: "training exercises feedback grading workspace packs",
    5: "plots notebook optional nb_check lab cli cli_assign cli_grading __main__",
    6: "widgets",
}
APART = {"scalar"}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
LIBRARIES = {  # who may import what besides the standard library and NumPy
    "matplotlib": {"plots", "widgets"},
    "matplotlib_inline": {"plots"},
    "anywidget": {"widgets"},
    "traitlets": {"widgets", "grading"},
    "ipywidgets": {"widgets"},
    "IPython": {"notebook", "optional", "training", "plots", "widgets"},
    "rich": {"cli", "cli_grading", "training", "grading"},
    "jupyterlab": {"lab"},
    "nbformat": {"grading"},
    "nbgrader": {"grading", "cli_grading"},
    "pyseccomp": {"grading"},
    "distributed": {"grading"},
    "dask": {"grading"},
}
LATE = [  # imported inside one function, where the modules are long complete
    ("bpedu.exercises", "bpedu.feedback"),  # where an id is unknown
    ("bpedu.grading.pool", "bpedu.grading.cluster"),  # where the marking is done elsewhere
]


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def room(module: str) -> str:
    """'rules' of 'bpedu.rules.losses'; '' of 'bpedu' itself."""
    return module.split(".")[1] if "." in module else ""


def imports(module: str) -> set[str]:
    """The modules that a module imports, anywhere in it; of bpedu's the most exact name that is a module."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import; write bpedu.{node.module}"
            for alias in node.names:
                exact = f"{node.module}.{alias.name}"
                found.add(exact if exact in MODULES else node.module)
    return found


def test_every_room_has_a_floor():
    assert {room(m) for m in MODULES} - {""} <= set(FLOOR) | APART


@pytest.mark.parametrize("module", MODULES)
def test_imports_run_downward(module):
    here = room(module)
    for other in imports(module):
        if other.split(".")[0] != "bpedu" or room(other) in ("", here) or not here:
            continue
        assert here not in APART, f"{module} stands apart, and imports {other}"
        assert room(other) not in APART, f"{module} imports {other}, which stands apart"
        up = f"{module} (floor {FLOOR[here]}) imports {other} (floor {FLOOR[room(other)]})"
        assert FLOOR[room(other)] <= FLOOR[here], up


def test_there_is_no_circle():
    graph = {m: {o for o in imports(m) if o in MODULES and o != m} for m in MODULES}
    for module, other in LATE:
        graph[module].remove(other)
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"a circle: {' <- '.join(error.args[1])}")


@pytest.mark.parametrize("module", MODULES)
def test_libraries_stay_in_their_rooms(module):
    tops = {name.split(".")[0] for name in imports(module)} - {"bpedu", "numpy"} - set(sys.stdlib_module_names)
    if module.startswith("bpedu.grading.box."):  # alone in a sandbox these find each other, and the runner, by name
        tops -= {m.split(".")[-1] for m in MODULES if m.startswith("bpedu.grading.box.")} | {"runner"}
    for name in tops:
        assert room(module) in LIBRARIES.get(name, ()), f"{module} imports {name}"


def test_the_rules_need_nothing_but_numpy():
    for module in MODULES:
        if room(module) == "rules":
            outside = {name.split(".")[0] for name in imports(module)} - {"bpedu"}
            assert outside - set(sys.stdlib_module_names) <= {"numpy"}


def test_the_independent_witness_needs_nothing_at_all():
    assert {name.split(".")[0] for name in imports("bpedu.scalar")} <= set(sys.stdlib_module_names)
