"""The protect and reveal step for fields tagged personal.

Which leaf fields are personal comes from the contract; what happens to a value is
the business of the protector (`bus.privacy`). Only strings and bytes are given to
it, because the Avro type of the field stays what the contract says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bus.privacy.walk import Walk, compile_protect, compile_reveal
from bus.record import Value

if TYPE_CHECKING:
    from bus.contracts import EventContract
    from bus.privacy.protect import Protector

Step = Callable[[Value], Value]


def protect_step(protector: Protector | None, event: EventContract) -> Step | None:
    """What to do with a value before it is encoded; None is nothing."""
    if protector is None:
        return None
    return _for_value(compile_protect(event.schema, event.personal_fields, protector))


def reveal_step(protector: Protector | None, event: EventContract) -> Step | None:
    """What to do with a value after it is decoded; None is nothing."""
    if protector is None:
        return None
    return _for_value(compile_reveal(event.schema, event.personal_fields, protector))


def _for_value(walk: Walk | None) -> Step | None:
    """A field outside any record with a `subjek_id` has the empty subject."""
    return None if walk is None else lambda value: walk(value, "")
