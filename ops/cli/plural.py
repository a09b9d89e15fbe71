"""Numbers with their noun, for people."""


def counted(number: int, noun: str) -> str:
    """`1 problem`, `2 problems`; for nouns with a plain `s`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
