"""The codec: everything that a case or a result can hold comes back the same; no bytes do harm."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpedu.grading.box import codec
from bpedu.runner import Foreign, same

VALUES = [
    None, True, False, 0, -1, 2**80, 1.5, float("inf"), 1 + 2j, "", "σ(z) ≤ 1", (), [], {}, (1, [2.0, ("a", None)], {"k": np.ones(2)}),
    np.zeros((0, 3)), np.array(3.5), np.arange(6).reshape(2, 3), np.ones((2, 1, 2), np.float32), np.array([True, False]),
    np.array([1j]), np.array(["ab", "c"]), np.asfortranarray(np.arange(12.0).reshape(3, 4)), np.arange(10)[::3], np.float16([1, 2]),
    np.arange(3, dtype=">i4"), {"a": 1, 2: "b"}, Foreign("function"), b"raw", np.int8(3), np.longdouble(2),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_there_and_back(value):
    back = codec.decode(codec.encode(value))
    assert same(back, value)
    assert type(back) is type(value) or isinstance(value, (np.generic, np.ndarray))
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype.newbyteorder("=")
        assert back.flags.writeable


def test_what_is_not_data_becomes_foreign():
    assert codec.decode(codec.encode([print, object()])) == [Foreign("builtin_function_or_method"), Foreign("object")]
    assert codec.decode(codec.encode(np.array([{}], dtype=object))) == Foreign("array of object")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_do_harm(raw):
    with contextlib.suppress(codec.Unreadable):
        codec.decode(raw)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(VALUES), st.integers(0, 60), st.integers(0, 255))
def test_no_change_of_a_byte_does_harm(value, position, byte):
    raw = bytearray(codec.encode(value))
    raw[position % len(raw)] = byte
    with contextlib.suppress(codec.Unreadable):
        codec.decode(bytes(raw))


def test_claims_are_not_believed():
    header = b"af\x08\x02" + (1 << 40).to_bytes(8, "little") * 2
    for raw in (b"", b"t\xff\xff\xff\xff", header, b"af\x08\x01" + (1 << 22).to_bytes(8, "little"), b"l\x01\0\0\0" * 100, b"NN",
                b"af\x08\x02" + bytes(8) + (1 << 23).to_bytes(8, "little")):  # fmt: skip
        with pytest.raises(codec.Unreadable):
            codec.decode(raw)
