"""Writing without transactions: each call returns when all in-sync replicas have it.

For posts that wait for an answer. A transaction per handful of records would make
them wait for the one before to be settled, and one that a killed process left open
would hold up every reader of committed data.
The producer is idempotent: what the broker took is in the log once, in order.
"""

from __future__ import annotations

import asyncio

from bus.errors import RetriableError
from bus.kafka.failures import kafka_errors
from bus.kafka.producing import Producing
from bus.kafka.staging import Staging

_STOP_SECONDS = 0.5


class AckedWriter:
    """One idempotent Kafka producer; use it from one task at a time.

    A failed `send` may or may not have written: stop the writer and start another.

    Args:
        bootstrap: Kafka bootstrap servers.
        client_id: for the broker's logs.
        timeout_seconds: a call the broker does not answer for so long fails.
    """

    def __init__(
        self, bootstrap: str, client_id: str, timeout_seconds: float = 5.0
    ) -> None:
        self._timeout = timeout_seconds
        self._own = Producing(
            bootstrap,
            client_id,
            timeout_seconds,
            client_id=client_id,
            enable_idempotence=True,
        )
        self.partition_count = self._own.partition_count

    async def start(self) -> None:
        """Connect.

        Raises:
            RetriableError: the broker is not there.
        """
        await self._own.start(self._timeout)

    def stage(self) -> Staging:
        """An empty place for the records of a later `send`."""
        return Staging(self._own.create, transactional=False)

    async def send(self, staged: Staging) -> None:
        """Write all; when it returns, all in-sync replicas have them.

        Raises:
            RetriableError: some may not be written.
        """
        client = self._own.client
        try:
            with kafka_errors(f"writing as {self._own.name}"):
                async with asyncio.timeout(self._timeout) as patience:
                    waiting = [
                        await client.send_batch(batch, place[0], partition=place[1])
                        for place, batch in staged.batches
                    ]
                    await asyncio.gather(*waiting)
        except RetriableError:
            if patience.expired():
                raise RetriableError(
                    f"no answer of {self._own.bootstrap} within {self._timeout:g} s"
                ) from None
            raise

    async def stop(self) -> None:
        """Close connections; what is not written yet is given up soon."""
        producer = self._own.taken()
        if producer is None:
            return
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await producer.stop()
        except TimeoutError:
            # The client would try for ever; whoever waited has been told already.
            with kafka_errors(f"stop of {self._own.name}"):
                await producer._sender.close()  # noqa: SLF001 - no public way
                await producer.client.close()
