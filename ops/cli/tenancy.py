"""The tenant of this process, as the settings name it."""

from bus.config.load import load_settings, load_tenant
from bus.config.tenant import Tenant


def own_tenant() -> Tenant:
    """The tenant.

    Raises:
        ConfigError: its file is missing or not valid.
    """
    return load_tenant(load_settings().tenant_file)
