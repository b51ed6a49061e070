"""Lets the garbage collector wait while millions of objects are made that all stay."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def later() -> Iterator[None]:
    """Without collections, which would look through the same days again and again: reading takes a third of the time.

    Reference counts still free what is done with. Of two at once, the first to end lets collections begin again.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
