"""All errors of the bus, grouped by what the runtime does about them.

OpdBusError
├── ConfigError        refuse to start; exit code 2; lists every problem found
├── FatalError         stop this task (or process), keep the position, exit code 1
│   ├── FencedError    another worker owns this task now: let it go, do not retry
│   └── StateError     local or changelog state cannot be trusted
├── RetriableError     back off and try the same thing again
└── PoisonError        this one record or row goes to the dead letters
    ├── RowError       a legacy row that cannot become an event
    └── DecodeError    bytes on a topic that are not what the contract says

Engines catch these groups only; an error of another class propagates and stops
the process, because nobody has decided what it means.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class OpdBusError(Exception):
    """Root of all errors raised on purpose by the bus."""


class ConfigError(OpdBusError):
    """Configuration or contract that cannot be used.

    Args:
        problems: one line each, saying where (`file:line`), what was found,
            what is valid and what to do next. All of them, not the first.
    """

    def __init__(self, *problems: str) -> None:
        self.problems: Sequence[str] = problems
        super().__init__("\n".join(problems))


class FatalError(OpdBusError):
    """The task cannot go on; its position is kept and nothing is lost."""


class FencedError(FatalError):
    """The broker gave this task's transactional id to another worker."""


class StateError(FatalError):
    """State does not agree with its changelog, or cannot be written."""


class RetriableError(OpdBusError):
    """Something outside is not there at the moment.

    Args:
        message: what, where, next step; never personal data.
        retry_after_seconds: what the other side asked for, if it did.
    """

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(message)


class PoisonError(OpdBusError):
    """One record that will fail each time it is tried.

    Args:
        code: stable upper-case reason code, a metric label (`NIK_RUSAK`).
        message: plain words for a clerk; values masked.
        field: contract or source field it is about, if one.
    """

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        self.code = code
        self.field = field
        super().__init__(message)

    @property
    def message(self) -> str:
        return str(self)


class RowError(PoisonError):
    """A legacy row that cannot become an event."""


class DecodeError(PoisonError):
    """Bytes that are not what the contract says."""
