"""A `query:` that brings the rows of a table together with what they point to."""

from sqlalchemy import Inspector


def joined(inspector: Inspector, name: str) -> str | None:
    """The SELECT over a table and those its foreign keys declare; None without any.

    A foreign key points to one row at most, so no row comes twice. What it brings is
    named after the column that points there, `desa_nama`: a query must not give one
    name twice.

    Args:
        inspector: data dictionary.
        name: the table, with its schema if it has one.
    """
    quote = inspector.dialect.identifier_preparer.quote
    schema, _, plain = name.rpartition(".")
    taken = {found["name"] for found in inspector.get_columns(plain, schema or None)}
    cells, joins = ["t.*"], []
    for number, key in enumerate(inspector.get_foreign_keys(plain, schema or None), 1):
        other, own = key["referred_table"], key["constrained_columns"]
        place, alias = key.get("referred_schema") or schema, f"k{number}"
        pairs = zip(key["referred_columns"], own, strict=True)
        on = " AND ".join(f"{alias}.{quote(a)} = t.{quote(b)}" for a, b in pairs)
        whole = ".".join(quote(part) for part in (place, other) if part)
        joins.append(f"LEFT JOIN {whole} {alias} ON {on}")
        for found in inspector.get_columns(other, place or None):
            called = f"{own[0]}_{found['name']}"
            if found["name"] not in key["referred_columns"] and called not in taken:
                taken.add(called)
                cells.append(f"{alias}.{quote(found['name'])} AS {quote(called)}")
    if not joins:
        return None
    whole = ".".join(quote(part) for part in (schema, plain) if part)
    parts = ("SELECT", ", ".join(cells), "FROM", whole, "t", *joins)
    return " ".join(parts)
