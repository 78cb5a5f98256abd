"""An earlier exercise's function, answered by the judge: so a later answer that calls it is judged on its own merits.

Only arguments and results cross, as data; the function itself stays with the judge.
"""

import os

import codec
from codec import CALL, LARGEST_CALL


class Refused(RuntimeError):
    """The judge could not answer the call."""


def lend(space, lent, fd):
    """Puts functions that ask the judge into the notebook. lent: (name, whether it replaces the notebook's own)."""
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


def write(fd, raw):
    while raw:
        raw = raw[os.write(fd, raw) :]


def read(fd, length):
    parts = b""
    while len(parts) < length:
        part = os.read(fd, length - len(parts))
        if not part:
            raise Refused("The judge does not answer.")
        parts += part
    return parts
