"""The registry's errors, with the numeric codes that clients know from Confluent's."""

from http import HTTPStatus

from bus.errors import OpdBusError

SUBJECT_NOT_FOUND = 40401
VERSION_NOT_FOUND = 40402
SCHEMA_NOT_FOUND = 40403
NO_SUBJECT_COMPATIBILITY = 40408
INCOMPATIBLE = 409
INVALID_SCHEMA = 42201
INVALID_VERSION = 42202
INVALID_COMPATIBILITY = 42203
STORE_FAILED = 50001
STORE_TIMED_OUT = 50002


class RegistryError(OpdBusError):
    """A request the registry refuses.

    Args:
        code: Confluent's error code; its first three digits are the HTTP status.
        message: what, which subject or version, and what is valid.
    """

    def __init__(self, code: int, message: str) -> None:
        self.code = code
        super().__init__(message)

    @property
    def status(self) -> HTTPStatus:
        """HTTP status of the answer."""
        number = int(str(self.code)[:3])
        if self.code == STORE_FAILED:
            number = HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus(number)


def subject_not_found(subject: str) -> RegistryError:
    """There is no live version under this subject."""
    return RegistryError(SUBJECT_NOT_FOUND, f"Subject '{subject}' not found.")


def version_not_found(version: int | str) -> RegistryError:
    """The subject has no such version."""
    return RegistryError(VERSION_NOT_FOUND, f"Version {version} not found.")


def schema_not_found(what: str) -> RegistryError:
    """No schema has this id, or this text under this subject."""
    return RegistryError(SCHEMA_NOT_FOUND, f"Schema {what} not found")
