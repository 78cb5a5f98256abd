"""An earlier exercise's function, lent to a later answer that calls it, which so is judged on its own merits.

The function runs in another sandbox; only arguments and results cross, as data. Here are both ends of the wire.
"""

import os

import codec
import runner
from codec import CALL, LARGEST_CALL

MOST = 100_000  # values in the arguments of a call; an array counts as one


class Refused(RuntimeError):
    """The call could not be answered."""


def lend(space, lent, fd):
    """Puts functions that ask into the notebook. lent: (name, whether it replaces the notebook's own)."""
    for number, (name, replace) in enumerate(lent):
        if replace or name not in space:
            space[name] = borrowed(number, name, fd)


def borrowed(number, name, fd):
    def function(*arguments, **options):
        raw = codec.encode((arguments, options))
        write(fd, CALL.pack(number, len(raw)) + raw)
        worked, length = CALL.unpack(read(fd, CALL.size))
        result = codec.decode(read(fd, min(length, LARGEST_CALL)))
        if not worked:
            raise Refused(f"{name} cannot be computed for these arguments.")
        return result

    function.__name__ = name
    return function


def serve(fd, functions):
    """Answers calls, one by one, until the other end is closed or sends what is too long."""
    while True:
        number, length = CALL.unpack(read(fd, CALL.size))
        if length > LARGEST_CALL:
            return
        worked, result = call(functions, number, read(fd, length))
        write(fd, CALL.pack(worked, len(result)) + result)


def call(functions, number, raw) -> tuple[bool, bytes]:
    try:
        arguments, options = codec.decode(raw, MOST)
        return True, codec.encode(runner.as_data(functions[number](*arguments, **options)))
    except Exception:  # whatever the arguments provoke is an error of the call
        return False, codec.encode(None)


def write(fd, raw):
    while raw:
        raw = raw[os.write(fd, raw) :]


def read(fd, length):
    parts = b""
    while len(parts) < length:
        part = os.read(fd, length - len(parts))
        if not part:
            raise Refused("Nobody is at the other end.")
        parts += part
    return parts
