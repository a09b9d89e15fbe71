import pytest

from ops.kafka.java import major_of


@pytest.mark.parametrize(
    ("text", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_292"', 8),
        ("Error: could not find libjava.so", 0),
        ("", 0),
    ],
)
def test_major_version_is_read_from_what_java_says(text: str, major: int) -> None:
    assert major_of(text) == major
