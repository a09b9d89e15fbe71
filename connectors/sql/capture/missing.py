"""Which of the columns a connector wants a captured table still has; pure."""

from collections.abc import Collection, Iterable

from bus.errors import ConfigError


def missing_in(
    table: str, wanted: tuple[str, ...], needed: Collection[str], there: Iterable[str]
) -> tuple[str, ...]:
    """The wanted columns that the table does not have.

    Args:
        table: connector and table, for the message.
        wanted: columns of the rows given out.
        needed: those without which no row can be known.
        there: columns of the table; databases do not tell `A` from `a`.

    Raises:
        ConfigError: a needed one is missing.
    """
    names = {name.lower() for name in there}
    missing = tuple(name for name in wanted if name.lower() not in names)
    if lost := sorted(set(needed) & set(missing)):
        raise ConfigError(
            f"{table} has no column {', '.join(lost)}; correct the connector file or "
            "the table"
        )
    return missing
