"""Makes nbval run the notebooks as Jupyter does. It is loaded by every test run and does something in `--nbval` only."""

import json
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent


def pytest_configure(config):
    if config.getoption("nbval", default=False):
        keep_history()
        start_kernels_again()
        follow_updates()
        left_out = [str(ROOT / path) for path in not_comparable()]
        config.option.ignore = [*(config.option.ignore or []), *left_out]
        config.addinivalue_line("filterwarnings", "ignore::Warning")  # of Jupyter's; a notebook's go to its kernel


def pytest_terminal_summary(terminalreporter, config):
    for path, libraries in not_comparable().items() if config.getoption("nbval", default=False) else ():
        terminalreporter.write_line(f"NOT COMPARED: {path}, whose outputs need {libraries}, which is not installed.")


def not_comparable():
    """Notebooks whose outputs were made with a library that is not here: {path: what is missing}. They name it in `needs`."""
    found = {}
    for path in [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("solutions/*.ipynb")]:
        needs = json.loads(path.read_text(encoding="utf-8"))["metadata"].get("bpedu", {}).get("needs", [])
        missing = [name for name in needs if find_spec(name) is None]
        if missing:
            found[str(path.relative_to(ROOT))] = " and ".join(missing)
    return found


def keep_history():
    """Cells run with history, or else a `;` at the end of a line would not silence its output."""
    from nbval.kernel import RunningKernel

    def execute_cell_input(self, cell_input, allow_stdin=None):
        return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)

    RunningKernel.execute_cell_input = execute_cell_input


def start_kernels_again(times=3):
    """A kernel that does not come up, as happens now and then on a loaded machine, is started again."""
    from nbval import kernel

    start = kernel.start_new_kernel

    def start_new_kernel(*args, **kwargs):
        for _ in range(times - 1):
            try:
                return start(*args, **kwargs)
            except RuntimeError:
                continue
        return start(*args, **kwargs)

    kernel.start_new_kernel = start_new_kernel


def follow_updates():
    """An output that is changed while its cell runs, as a progress bar is, is compared in its last state."""
    from nbval.kernel import RunningKernel

    read = RunningKernel.get_message

    def get_message(self, stream, timeout=None):
        if stream != "iopub":
            return read(self, stream, timeout)
        waiting = self.__dict__.setdefault("waiting", [])
        while not waiting:
            waiting += with_updates(until_idle(lambda: read(self, stream, timeout)))
        return waiting.pop(0)

    RunningKernel.get_message = get_message


def until_idle(read):
    """All that a kernel says until it rests or is silent for too long."""
    from queue import Empty

    messages = [read()]
    while messages[-1]["content"].get("execution_state") != "idle":
        try:
            messages.append(read())
        except Empty:
            break
    return messages


def with_updates(messages):
    """`messages` with each update put into the message it changes."""
    shown, kept = {}, []
    for message in messages:
        name = message["content"].get("transient", {}).get("display_id")
        if message["msg_type"] != "update_display_data":
            shown[name] = message
            kept.append(message)
        elif name in shown:
            shown[name]["content"]["data"] = message["content"]["data"]
    return kept
