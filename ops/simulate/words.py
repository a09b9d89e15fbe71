"""Word lists written as one text, as people keep them."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())
