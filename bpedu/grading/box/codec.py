"""Data to bytes and back: None, truth values, numbers, text, tuples, lists, dicts and arrays. Never code.

Each value is one letter and its content. Reading is careful, for the bytes may come from an attacker: whatever
does not add up raises `Unreadable`, and nothing is allocated that the bytes do not hold. Nor is much time spent on them:
`most` bounds the number of values, and a table has few keys whose places in memory an attacker can choose.
"""

import struct

import numpy as np

try:
    from bpedu.runner import Foreign
except ImportError:  # inside the sandbox there is no bpedu, and `runner` lies beside this file
    from runner import Foreign

DEEPEST = 32
WIDEST = 1 << 22  # no axis is longer
EMPTY = 1 << 16  # an array without entries spans no more: a sum over its empty axis is as large as the others
TEXT = 1 << 18  # letters in an array of text, which has room for the longest word everywhere
NUMBERED_KEYS = 500  # whole numbers can be chosen to collide, words cannot
KINDS = "biufc"
CALL = struct.Struct("<BI")  # heads a call of a lent function: its number and length; and the answer: worked, length
LARGEST_CALL = 8 << 20


class Unreadable(Exception):
    """The bytes are not what `encode` writes."""


def encode(value) -> bytes:
    """The bytes of `value`; what is not data becomes `Foreign`."""
    out = bytearray()
    write(value, out, 0)
    return bytes(out)


def write(value, out, depth):
    if depth > DEEPEST:
        raise ValueError(f"Data nested more than {DEEPEST} deep cannot be sent to or from the sandbox.")
    if value is None or value is Ellipsis:
        out += b"N" if value is None else b"E"
    elif isinstance(value, (bool, np.bool_)) and not isinstance(value, np.ndarray):
        out += b"T" if value else b"F"
    elif isinstance(value, int):
        text(b"i", hex(value), out)
    elif isinstance(value, (np.ndarray, np.generic)):
        write_array(value, out, depth)
    elif isinstance(value, float):
        out += b"f" + struct.pack("<d", value)
    elif isinstance(value, complex):
        out += b"c" + struct.pack("<dd", value.real, value.imag)
    elif isinstance(value, str):
        text(b"s", value, out)
    elif isinstance(value, (tuple, list)):
        many(b"t" if isinstance(value, tuple) else b"l", value, out, depth)
    elif isinstance(value, dict):
        many(b"d", [x for pair in value.items() for x in pair], out, depth)
    elif isinstance(value, bytes):
        out += b"b" + struct.pack("<I", len(value)) + value
    else:
        text(b"o", value.type_name if isinstance(value, Foreign) else type(value).__name__, out)


def text(letter, value, out):
    raw = value.encode("utf-8", "replace")
    out += letter + struct.pack("<I", len(raw)) + raw


def many(letter, values, out, depth):
    out += letter + struct.pack("<I", len(values))
    for v in values:
        write(v, out, depth + 1)


def write_array(array, out, depth):
    scalar = isinstance(array, np.generic)
    array = np.asarray(array)
    if array.dtype.kind == "U":
        out += b"u"
        write(array.shape, out, depth + 1)
        many(b"l", [str(s) for s in array.ravel()], out, depth + 1)
        return
    if array.dtype.kind not in KINDS:
        text(b"o", f"array of {array.dtype}", out)
        return
    if array.dtype.itemsize > 16 or array.dtype == np.longdouble:
        array = array.astype(complex if array.dtype.kind == "c" else float)
    array = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False)).reshape(array.shape)
    kind, size = array.dtype.kind.encode(), array.dtype.itemsize
    out += (b"g" if scalar else b"a") + kind + struct.pack("<BB", size, array.ndim)
    out += struct.pack(f"<{array.ndim}Q", *array.shape) + array.tobytes()


def decode(raw: bytes, most: int | None = None):
    """The value that `raw` holds. Raises `Unreadable`, also for more than `most` values inside of others."""
    try:
        value, end = read(memoryview(raw), 0, 0, [len(raw) if most is None else most])
    except (struct.error, ValueError, TypeError, IndexError, OverflowError, MemoryError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if end != len(raw):
        raise Unreadable(f"{len(raw) - end} bytes too many")
    return value


def read(raw, at, depth, left):
    if depth > DEEPEST:
        raise Unreadable("nested too deeply")
    letter, at = bytes(raw[at : at + 1]), at + 1
    if letter in b"NETF" and letter:
        return {b"N": None, b"E": Ellipsis, b"T": True, b"F": False}[letter], at
    if letter == b"f":
        return struct.unpack_from("<d", raw, at)[0], at + 8
    if letter == b"c":
        return complex(*struct.unpack_from("<dd", raw, at)), at + 16
    if letter in (b"a", b"g"):
        return read_array(raw, at, letter == b"g")
    if letter == b"u":
        shape, at = read(raw, at, depth + 1, left)
        words, at = read(raw, at, depth + 1, left)
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            raise Unreadable("an array of text that holds something else")
        if len(words) * max(map(len, words), default=0) > TEXT:
            raise Unreadable("an array of too much text")
        return np.array(words, dtype=str).reshape(shape), at
    if letter in (b"t", b"l", b"d"):
        return read_many(raw, at, letter, depth, left)
    if letter in (b"i", b"s", b"b", b"o"):
        return read_text(raw, at, letter)
    raise Unreadable(f"no value begins with {letter!r}")


def read_text(raw, at, letter):
    (length,) = struct.unpack_from("<I", raw, at)
    at += 4
    if at + length > len(raw):
        raise Unreadable("cut short")
    body = bytes(raw[at : at + length])
    if letter == b"b":
        return body, at + length
    word = body.decode("utf-8")
    if letter == b"i":
        return int(word, 16), at + length
    return (word if letter == b"s" else Foreign(word[:60])), at + length


def read_many(raw, at, letter, depth, left):
    (count,) = struct.unpack_from("<I", raw, at)
    at += 4
    left[0] -= count
    if count > len(raw) - at or left[0] < 0:
        raise Unreadable("cut short, or too many values")
    values = []
    for _ in range(count):
        value, at = read(raw, at, depth + 1, left)
        values.append(value)
    if letter != b"d":
        return (tuple(values) if letter == b"t" else values), at
    keys = values[::2]
    if count % 2 or not all(isinstance(k, (str, int, tuple)) for k in keys):
        raise Unreadable("a table with keys that cannot be keys")
    if sum(not isinstance(k, str) for k in keys) > NUMBERED_KEYS:
        raise Unreadable("a table of too many numbers")
    return dict(zip(keys, values[1::2], strict=True)), at


def read_array(raw, at, scalar):
    kind = chr(raw[at])
    size, rank = struct.unpack_from("<BB", raw, at + 1)
    at += 3
    shape = struct.unpack_from(f"<{rank}Q", raw, at)
    at += 8 * rank
    if kind not in KINDS or size not in (1, 2, 4, 8, 16) or rank > 32 or any(n > WIDEST for n in shape):
        raise Unreadable("not an array that can be judged")
    count = around = 1
    for n in shape:
        count *= n
        around *= max(n, 1)
    if at + count * size > len(raw) or (not count and around > EMPTY):
        raise Unreadable("cut short, or empty and yet large")
    dtype = np.dtype(
        f"<{kind}{size}" if kind != "b" else "u1"
    )  # a truth value of 2 would be one that NumPy does not know
    array = np.frombuffer(raw[at : at + count * size], dtype=dtype).reshape(shape)
    array = array.astype(bool if kind == "b" else dtype.newbyteorder("="))
    return (array[()] if scalar and not rank else array), at + count * size
