"""The secret a connector's two sides share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bus.agent.frame import Seal
from bus.connect.files.document import expand
from bus.errors import ConfigError

if TYPE_CHECKING:
    from bus.connect.files.connector import Connector


def seal_of(connector: Connector) -> Seal:
    """Made of `agent.secret`.

    Raises:
        ConfigError: there is no `agent:`, the variable is not set, or it is too short.
    """
    block = connector.definition.agent
    if block is None:
        raise ConfigError(
            f"{connector.path}: has no `agent:` block; it runs with `opdbus connect "
            "run`"
        )
    return Seal(expand(block.secret, f"{connector.path}: agent"), connector.name)
