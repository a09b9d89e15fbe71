"""The admin client of the event loop, which tells what a broker refuses."""

from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import for_code


class AsyncAdmin(AIOKafkaAdminClient):
    """Raises what a broker refuses as a whole; start it with `started`.

    While a restarted broker still reads the positions it answers with an error and no
    partitions, which the library takes for a group that has no position.
    """

    async def _send_request(self, request: Any, node_id: int | None = None) -> Any:
        response = await super()._send_request(request, node_id)
        if code := getattr(response, "error_code", 0):
            raise for_code(code)(type(request).__name__)
        return response

    async def stop(self) -> None:
        """Close all connections, as other clients do."""
        await self.close()
