"""Memory: ask the C library to keep what arrays give back, instead of returning it to the system and fetching it again.

A training step makes and drops the same large arrays every time. glibc hands memory of that size back to the operating system, which
must clear it before it may be used again: on a small convolutional network that costs more than the arithmetic of the activations.
glibc learns otherwise from its user: after one large block has been freed it keeps blocks up to that size. So one is freed here.
"""

from functools import cache

import numpy as np

LARGEST = 2**25 - 2**13  # bytes; 32 MB is the most that glibc learns, and it then keeps up to twice that


@cache
def keep_freed_memory() -> None:
    """Once per process, allocate and free one block. None of it is touched, so it costs nothing; elsewhere it does nothing."""
    np.empty(LARGEST, np.uint8)
