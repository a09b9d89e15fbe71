"""An explanation of one record, as text for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bus.streams.wiring.explain import Change, Explanation, Found, Step
    from bus.streams.wiring.shown import Fields


def lines_of(explanation: Explanation) -> Iterator[str]:
    """The explanation, line by line."""
    first = explanation.copies[0]
    yield f"event {first.id}  {first.type}  key {first.key}  made by {first.source}"
    for copy in explanation.copies:
        yield f"  stands at {copy.place}"
    yield from _list("caused by", explanation.causes, first.cause)
    for step in explanation.steps:
        yield from _step(step)
    yield from _list("led to, directly or not", explanation.effects, "")


def _list(title: str, found: list[Found], unknown: str) -> Iterator[str]:
    if not found and unknown:
        yield f"{title}: {unknown}, which is in no log of this application"
        return
    yield f"{title}:" if found else f"{title}: nothing"
    for one in found:
        yield f"  {one.type}  {one.id}  {one.place}"


def _step(step: Step) -> Iterator[str]:
    yield f"{step.stage} read {step.read.place}"
    if not step.is_handled:
        yield "  has no rule for it and let it pass"
    for code in step.rejects:
        yield f"  could not decide: dead letter {code}"
    for change in step.changes:
        yield from _change(change)
    for out in step.outputs:
        what = f"{out.type} {out.operation} {out.id}"
        yield f"  sent {what} to {out.topic}, key {out.key}"
        yield f"    {_fields(out.fields)}"
    if step.is_handled and not (step.changes or step.outputs):
        yield "  changed nothing and sent nothing"


def _change(change: Change) -> Iterator[str]:
    if not change.after:
        yield f"  forgot {change.key}, which was: {_fields(change.before)}"
    elif not change.before:
        yield f"  noted {change.key}: {_fields(change.after)}"
    else:
        before, after = change.before, change.after
        differ = [
            f"{place}: {before.get(place, '-')} -> {after.get(place, '-')}"
            for place in dict.fromkeys([*before, *after])
            if before.get(place) != after.get(place)
        ]
        hidden = "only personal data, which is not shown"
        yield f"  changed {change.key}: {', '.join(differ) or hidden}"


def _fields(fields: Fields) -> str:
    return ", ".join(f"{name}={value}" for name, value in fields.items())
