"""A request of an app that is not served, whichever way it came."""

from bus.errors import OpdBusError


class RequestRefusedError(OpdBusError):
    """A request that is not served.

    Args:
        status: HTTP status of the answer.
        code: stable upper-case reason code, a metric label.
        message: plain words for who asks; nothing of a body, no secret.
        retry_after_seconds: when to come again, if that helps.
        more: further members of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        retry_after_seconds: float | None = None,
        more: dict[str, object] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.retry_after_seconds = retry_after_seconds
        self.more = more or {}
        super().__init__(message)
