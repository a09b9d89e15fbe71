"""Sources that are not read but push: an app posts to us and waits for the answer.

Such a kind gives no rows to `poll`. It opens a door: who may post, and which rows a
body holds. What becomes of the rows is the same as for every source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol

from bus.connect.refusal import RequestRefusedError
from bus.connect.source import Batch, Reading
from bus.errors import ConfigError, RowError


class PostRefusedError(RequestRefusedError):
    """A post that is not taken."""


class BodyRefusedError(RowError):
    """A body of a known sender that holds no rows; it goes to the dead letters."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who posts, once that is proved.

    Attributes:
        name: from the connector file; never a secret.
        key: the post's own key against repetitions, `""` if it brought none.
    """

    name: str
    key: str = ""


class Door(Protocol):
    """Judges posts of one connector; used from one event loop, never blocks.

    Attributes:
        path: where it listens, `/oss/receiveNIB`.
        most_bytes: a larger body is refused before it is read to its end.
        accepted: HTTP status of a good answer.
        most_keys: so many keys of answered posts are kept.
    """

    path: str
    most_bytes: int
    accepted: int
    most_keys: int

    def greet(self, headers: Mapping[str, str]) -> None:
        """Refuse what the headers alone forbid.

        Args:
            headers: names in lower case.

        Raises:
            PostRefusedError: wrong type of content, no credentials, too old.
        """
        ...

    def admit(self, headers: Mapping[str, str], body: bytes) -> Sender:
        """Who sent it.

        Raises:
            PostRefusedError: forged, not known, too many posts.
        """
        ...

    def rows(self, body: bytes) -> Batch:
        """What stands in the body; columns are those of the mapping.

        Raises:
            BodyRefusedError: it is not what the connector file says.
        """
        ...


class PushedSource:
    """Stands where a source is asked for; there is nothing to poll.

    Args:
        connector: name, for the message.
    """

    reading = Reading(remembers_all=False)

    def __init__(self, connector: str) -> None:
        self._connector = connector

    def poll(self, cursor: str | None) -> NoReturn:
        """Nobody can.

        Raises:
            ConfigError: always.
        """
        del cursor
        raise ConfigError(
            f"{self._connector}: this app posts to the bus, so there is nothing to "
            "read: run it with `opdbus receive`, prove its mapping with test rows and "
            "`opdbus connector test`"
        )

    def check(self) -> list[str]:
        """Nothing to warn of."""
        return []

    def close(self) -> None:
        """Nothing is held."""
