"""The 38 provinces (Kepmendagri 300.2.2-2430/2025; domain.md §4.2)."""

PROVINCES = frozenset(
    f"{first}{second}"
    for first, seconds in {
        "1": "123456789",
        "2": "1",
        "3": "123456",
        "5": "123",
        "6": "12345",
        "7": "123456",
        "8": "12",
        "9": "123456",
    }.items()
    for second in seconds
)

PATTERN = "(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6])"
