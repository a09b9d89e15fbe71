"""The broker's admin client, quick to say that no broker is there."""

from kafka.admin import KafkaAdminClient

BOOTSTRAP_SECONDS = 4.0
"""A process that is told to stop waits for no longer than this; the caller tries on."""


class Admin(KafkaAdminClient):
    """Creates and describes topics; close it.

    Args:
        bootstrap: Kafka bootstrap servers.
        client_id: for the broker's logs.
        answer_seconds: longest wait for one answer.

    Raises:
        KafkaError: no broker answered within `BOOTSTRAP_SECONDS`.
    """

    def __init__(
        self, bootstrap: str, client_id: str, answer_seconds: float = 20.0
    ) -> None:
        try:
            super().__init__(
                bootstrap_servers=bootstrap.split(","),
                client_id=client_id,
                request_timeout_ms=int(answer_seconds * 1000),
                bootstrap_timeout_ms=int(BOOTSTRAP_SECONDS * 1000),
            )
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        """What the library leaves behind when nobody answers: thread and sockets."""
        if hasattr(self, "_net"):
            self._client.close()
            self._net.close()
