"""The protect/reveal step of personal fields: who does it, and what does not yet.

Encryption of fields (AES-GCM, one key per subject; `design.md` §8) goes in behind
`Protector`. Until it does, `Transparent` is the only implementation, and it says so.
"""

from typing import Protocol, TypeVar

Text = TypeVar("Text", str, bytes)


class Protector(Protocol):
    """Makes one personal field unreadable and readable again.

    Both must be pure for the same keys: `reveal(protect(v)) == v`, and the type (text
    or bytes) stays, because the Avro type stays.
    """

    @property
    def encrypts(self) -> bool:
        """False when the fields pass unchanged; then the whole step is left out."""
        ...

    def protect(self, value: Text, classification: str, subject: str) -> Text:
        """The field as it may be written to Kafka.

        Args:
            value: text or bytes of the field.
            classification: `pribadi_umum` or `pribadi_spesifik`.
            subject: whose field it is (`subjek_id`), else the record's key.
        """
        ...

    def reveal(self, value: Text, classification: str, subject: str) -> Text:
        """The field as it was; the inverse of `protect`.

        A field whose subject's key has been deleted must come back as an empty value,
        not as an error: erased persons stay readable as erased.
        """
        ...


class Transparent:
    """Does not protect: personal fields are written to Kafka as they are.

    Stands where encryption will stand. Whoever uses it has to keep the broker's disks
    and its network private; `describes` says it for reports and the doctor command.
    """

    encrypts = False
    describes = "personal fields are NOT encrypted in Kafka (transparent protector)"

    def protect(self, value: Text, classification: str, subject: str) -> Text:
        """The value unchanged."""
        return value

    def reveal(self, value: Text, classification: str, subject: str) -> Text:
        """The value unchanged."""
        return value
