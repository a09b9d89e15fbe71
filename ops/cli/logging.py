"""Logging of every process, set up in one place.

Whatever is logged, by us or by a library, passes one chain whose last step before
rendering masks every run of digits that could be a NIK or a No KK, tracebacks
included.
"""

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bus.privacy.mask import mask_text

QUIET = (
    "aiokafka",
    "kafka",
    "faust",
    "mode",
    "httpx",
    "httpcore",
    "uvicorn.access",
    "asyncio",
)


def configure(
    log_format: str = "text", level: int = logging.INFO, stream: TextIO | None = None
) -> None:
    """Send structlog and standard logging to one stream.

    Args:
        log_format: `text` for people, `json` (one object per line) for machines.
        level: lowest level shown; chatty libraries show warnings only.
        stream: standard error by default.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_last(log_format)
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("aiokafka").addFilter(_is_news)
    logging.getLogger("kafka.net").setLevel(logging.CRITICAL)  # ten lines an attempt
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask long digit runs in every text of a log entry, nested ones included."""
    return {key: _scrubbed(value) for key, value in event.items()}


def _is_news(record: logging.LogRecord) -> bool:
    """Not each attempt to connect: whoever needs the broker says that it is away."""
    return not str(record.msg).startswith("Unable connect to")


def _scrubbed(value: object) -> object:
    if isinstance(value, bool | float) or value is None:
        return value
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrubbed(item) for item in value]
    text = str(value)
    masked = mask_text(text)
    return value if isinstance(value, int) and masked == text else masked


def _last(log_format: str) -> list[Processor]:
    rendered: Processor = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        scrub,
        rendered,
    ]
