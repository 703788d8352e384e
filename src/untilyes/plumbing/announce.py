"""Facts travel up: a lower room announces, higher rooms listen, and imports keep pointing down.

Two kinds of listener, because two promises differ:

- *within* the transaction: what must be true at the same instant as the fact itself (a no and its case). If the
  listener fails, the fact is not recorded either.
- *after commit*: everything else (mail, refreshing a screen). It sees only what really happened.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import transaction

Fact = TypeVar("Fact")

_within: dict[type, list[Callable[[Any], None]]] = defaultdict(list)
_after: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def listen(fact: type[Fact], handler: Callable[[Fact], None], *, within: bool = False) -> None:
    """Call `handler` with every announced `fact`; registering the same handler again changes nothing."""
    handlers = (_within if within else _after)[fact]
    if handler not in handlers:
        handlers.append(handler)


def announce(fact: object) -> None:
    """Tell the house what happened. Call it inside the transaction that makes it true."""
    for handler in _within[type(fact)]:
        handler(fact)
    for handler in _after[type(fact)]:
        transaction.on_commit(partial(handler, fact))
