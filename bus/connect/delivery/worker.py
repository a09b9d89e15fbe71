"""Several sinks in one process, none of which can hold up another."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bus import metrics
from bus.clock import Clock
from bus.config.settings import Settings
from bus.config.tenant import Tenant
from bus.connect.delivery.dead import DEAD_LETTERS, DeadLetterTopic
from bus.connect.delivery.echo import EchoMemory
from bus.connect.delivery.plan import DeliveryPlan, compile_plan
from bus.connect.delivery.sort import Sorter
from bus.connect.delivery.task import SinkParts, SinkTask
from bus.connect.files.sink_file import SinkDocument
from bus.connect.sink import Sink, SinkContext, SinkSpec
from bus.connect.views.view import watch_views
from bus.contracts import Catalog
from bus.ending import ORDERLY_SECONDS, end
from bus.errors import ConfigError, FatalError
from bus.health import Health
from bus.kafka.consumer import GroupConsumer
from bus.kafka.lag import watch_lag
from bus.kafka.topics import ensure_topics
from bus.serde import Serde

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivering:
    """What all sinks of one process share.

    Attributes:
        settings: of the process.
        tenant: whose events.
        catalog: the contracts.
        serde: bytes to values.
        clock: the time.
        health: of the process; each sink becomes a part of it.
        kinds: sink specs by kind.
    """

    settings: Settings
    tenant: Tenant
    catalog: Catalog
    serde: Serde
    clock: Clock
    health: Health
    kinds: Mapping[str, SinkSpec]


class PreparedFeed(GroupConsumer):
    """The group of one sink; makes missing topics before it joins."""

    def __init__(self, plan: DeliveryPlan, shared: Delivering) -> None:
        super().__init__(
            shared.settings.bootstrap,
            plan.group,
            plan.topics,
            client_id=f"opdbus-{plan.name}",
            start=plan.file.start,
        )
        self._refs = (*plan.file.topics, DEAD_LETTERS)
        self._shared = shared

    async def start(self) -> None:
        """Make the topics, join.

        Raises:
            RetriableError: the broker is not there.
            ConfigError: a topic has another partition count than the tenant.
        """
        of = self._shared
        await asyncio.to_thread(
            ensure_topics, of.settings, of.catalog, of.tenant, self._refs
        )
        await super().start()


def plan_of(read: SinkDocument, shared: Delivering) -> DeliveryPlan:
    """The compiled plan of a sink file.

    Raises:
        ConfigError: every problem found.
    """
    zone = ZoneInfo(shared.tenant.zona_waktu)
    return compile_plan(read, shared.catalog, shared.tenant.id, zone)


def open_sink(read: SinkDocument, shared: Delivering) -> Sink:
    """The receiver of a sink file; connects at its first call.

    Raises:
        ConfigError: unknown kind, variables not set, settings not valid.
    """
    spec = shared.kinds.get(read.file.kind)
    if spec is None:
        raise ConfigError(
            f"{read.document.where(('kind',))}: kind {read.file.kind!r} is no sink; "
            f"there are: {', '.join(sorted(shared.kinds))}"
        )
    settings = read.settings(spec.config)
    plan = plan_of(read, shared)
    zone = ZoneInfo(shared.tenant.zona_waktu)
    context = SinkContext(plan.name, plan.file.app, plan.columns, shared.clock, zone)
    sink: Sink = spec.open(settings, context)
    return sink


def sink_task(read: SinkDocument, shared: Delivering) -> SinkTask:
    """A task ready to run.

    Raises:
        ConfigError: every problem found.
        StateError: the echo memory cannot be opened.
    """
    plan, settings = plan_of(read, shared), shared.settings
    memory = settings.state_dir / "sinks" / f"{plan.tenant}-{plan.name}.sqlite"
    sink = open_sink(read, shared)
    return SinkTask(
        SinkParts(
            plan=plan,
            sink=sink,
            feed=PreparedFeed(plan, shared),
            sorter=Sorter(plan, shared.serde, EchoMemory(memory)),
            dead_letters=DeadLetterTopic(
                settings.bootstrap, plan.tenant, plan.name, shared.serde, shared.clock
            ),
            clock=shared.clock,
            health=shared.health.part(plan.name),
        )
    )


async def run_sinks(
    tasks: Sequence[SinkTask], shared: Delivering, stop: asyncio.Event
) -> list[str]:
    """Run sinks, their lag and the views until `stop` or until all have ended.

    A sink that ends with ConfigError or FatalError leaves the others running; the
    process is not ready from then on and says why.

    Returns:
        One line for each sink that ended with an error.
    """
    groups = {task.name: task.group for task in tasks}
    settings = shared.settings
    views = [
        asyncio.create_task(watch_lag(settings.bootstrap, groups, shared.clock)),
        asyncio.create_task(
            watch_views(settings, shared.catalog, shared.tenant, shared.serde)
        ),
    ]
    running = [asyncio.create_task(_one(task), name=task.name) for task in tasks]
    stopping = asyncio.create_task(_stop(tasks, stop))
    shared.health.ready()
    try:
        ended = await asyncio.gather(*running)
    finally:
        await end(*views, stopping)
        await end(*running, again_seconds=ORDERLY_SECONDS)
    return [problem for problem in ended if problem]


async def _one(task: SinkTask) -> str | None:
    try:
        await task.run()
    except (ConfigError, FatalError) as error:
        metrics.STOPS.labels(task.name, type(error).__name__).inc()
        log.error("%s: stopped: %s", task.name, error)  # noqa: TRY400 - says it all
        return f"{task.name}: {error}"
    return None


async def _stop(tasks: Sequence[SinkTask], stop: asyncio.Event) -> None:
    await stop.wait()
    for task in tasks:
        task.stop()
