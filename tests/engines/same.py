"""Whether two answers say the same, down to the last figure: what two engines are held against each other with."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

CLOSE = 1e-9
"""Sums of fractions differ in their last digits by the order in which an engine adds them up."""


def list_differences(one: Any, other: Any, where: str = "") -> Iterator[str]:
    """Every place at which two answers differ, each with what stands on either side."""
    if is_number(one) or is_number(other):
        same = _are_close(one, other)
    elif type(one) is type(other) and (parts := _take_apart(one)) is not None:
        theirs = _take_apart(other) or {}
        same = parts.keys() == theirs.keys()
        for name in parts.keys() & theirs.keys():
            yield from list_differences(parts[name], theirs[name], f"{where}{name}")
    else:
        same = bool(one == other) or (callable(one) and callable(other))
    if not same:
        yield f"{where}: {one!r} is not {other!r}"


def is_number(value: Any) -> bool:
    """Whether two of them may differ in their last digits."""
    return isinstance(value, float | np.floating)


def _take_apart(whole: Any) -> dict[str, Any] | None:
    """What an answer consists of, by where it stands; None where it does not consist of anything."""
    if is_dataclass(whole) and not isinstance(whole, type):
        return {f".{field.name}": getattr(whole, field.name) for field in fields(whole) if field.compare}
    if isinstance(whole, np.ndarray):
        return {f"[{place}]": value for place, value in np.ndenumerate(whole)}
    if isinstance(whole, Mapping):
        return {f"[{name!r}]": value for name, value in whole.items()}
    if isinstance(whole, Sequence) and not isinstance(whole, str | bytes):
        return {f"[{place}]": value for place, value in enumerate(whole)}
    return None


def _are_close(one: Any, other: Any) -> bool:
    if not (isinstance(one, float | int | np.number) and isinstance(other, float | int | np.number)):
        return False
    if math.isnan(one) or math.isnan(other):
        return math.isnan(one) and math.isnan(other)
    return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
