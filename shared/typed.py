"""JSON and plain values to typed ones, safely from several threads.

msgspec learns a type when it is first used, and shows what it has learnt before it is done: a
second thread that uses the type in that moment crashes the process (seen with msgspec 0.22 in a
worker whose consumers started together). So a type is learnt here, by one thread at a time.
"""

from __future__ import annotations

import functools
import threading
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_learning = threading.Lock()


def decoder(shape: type[T]) -> msgspec.json.Decoder[T]:  # noqa: TID251  # a type
    """The one decoder of JSON for `shape`; raises msgspec.MsgspecError when it decodes something else."""
    with _learning:
        return _decoder(shape)  # type: ignore[arg-type]  # types can be hashed


@functools.cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:  # noqa: TID251  # a type
    return msgspec.json.Decoder(shape)  # noqa: TID251  # here it is guarded


def convert(value: Any, shape: type[T]) -> T:
    """`value`, made of dicts and lists, as a `shape`; raises msgspec.ValidationError when it is none."""
    decoder(shape)
    return msgspec.convert(value, shape)  # noqa: TID251  # its type is known by now
