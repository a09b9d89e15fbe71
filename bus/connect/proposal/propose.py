"""From a look at a table to the draft of a connector file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bus.connect.proposal.draft import Draft, Naming
from bus.connect.proposal.fit import Fit, fit, fits, said_by
from bus.connect.proposal.made_up import made_up_row
from bus.connect.proposal.nature import Nature, nature_of
from bus.connect.proposal.reading import habit_of
from bus.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bus.connect.survey import FoundTable
    from bus.contracts import Catalog

LEAST = 0.2
"""Score of an event under which nothing is proposed."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft, and what belongs to it.

    Attributes:
        draft: the file.
        fit: the event chosen.
        natures: guesses about the columns.
        naming: names used.
    """

    draft: Draft
    fit: Fit
    natures: tuple[Nature, ...]
    naming: Naming

    def row(self, columns: Sequence[str]) -> dict[str, Any]:
        """A made-up row for these columns."""
        return made_up_row(self.natures, columns, self.naming.region)


def natures_of(table: FoundTable) -> tuple[Nature, ...]:
    """The guesses about all columns of a table."""
    return tuple(
        nature_of(column, [row[at] if at < len(row) else None for row in table.rows])
        for at, column in enumerate(table.columns)
    )


def propose(
    table: FoundTable, naming: Naming, catalog: Catalog, event: str | None = None
) -> Proposal:
    """The proposal for one table.

    Args:
        table: what a surveyor found.
        naming: names; `others` is filled here.
        catalog: contracts.
        event: event type chosen by the integrator; by default the best fit.

    Raises:
        ConfigError: no event fits, or the chosen one does not exist.
    """
    natures = natures_of(table)
    if event is not None:
        said = said_by(f"{naming.app} {table.name}")
        chosen = replace(fit(catalog.event(event), natures, said), doubt="")
    else:
        chosen, others = _best(table, natures, naming, catalog)
        naming = replace(naming, others=tuple(others))
    draft = Draft(naming, table, natures, habit_of(table, natures), chosen)
    return Proposal(draft, chosen, natures, naming)


def _best(
    table: FoundTable, natures: Sequence[Nature], naming: Naming, catalog: Catalog
) -> tuple[Fit, list[str]]:
    found = fits(f"{naming.app} {table.name}", natures, catalog)
    good = [one for one in found if one.score >= LEAST]
    if good:
        return good[0], [one.event.type for one in good[1 : _SHOWN + 1]]
    near = "; ".join(
        f"{one.event.type} lacks "
        + (", ".join(t.path for t in one.missing) or "most of its fields")
        for one in found[:_SHOWN]
    )
    raise ConfigError(
        f"{table.name}: no event of the catalogue fits these columns; nearest: {near}. "
        "Choose one with --event, or agree on a new contract with the owner of the "
        "data first (schemas/)"
    )
