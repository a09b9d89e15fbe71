"""The HTTP side of pulling: who asks, what for, after which cursor; a page."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus import metrics
from bus.connect.refusal import RequestRefusedError
from bus.errors import OpdBusError
from bus.gateway.problem import problem
from bus.gateway.pull.access_book import Handover
from bus.gateway.pull.page import Page
from bus.gateway.pull.question import Question, asked
from bus.kafka.page_reader import PageReader, PositionGoneError

if TYPE_CHECKING:
    from starlette.requests import Request

    from bus.clock import Clock
    from bus.connect.delivery.sort import Decoder
    from bus.gateway.pull.access import Access, Porter
    from bus.gateway.pull.access_book import AccessBook
    from bus.gateway.pull.cursor import Cursors
    from bus.gateway.pull.grant import Grant, TopicRight
    from bus.gateway.pull.readers import Readers
    from bus.health import Health

log = logging.getLogger(__name__)

PREFIX = "/tarik"
NOBODY = "-"
AGAIN_SECONDS = 5.0
SLICE_SECONDS = 0.25
TEND_SECONDS, TROUBLE_SECONDS = 2.0, 15.0
MOST_BYTES = 1 << 20
MOST_SEEN = 20_000
"""Records looked at for one page, so that a filter does not make an answer late."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What all requests share.

    Attributes:
        decoder: bytes to values.
        cursors: positions as texts.
        readers: open topics.
        book: keeps who read personal data.
        clock: the time.
        health: not ready for a while after a request failed for our part.
    """

    decoder: Decoder
    cursors: Cursors
    readers: Readers
    book: AccessBook
    clock: Clock
    health: Health


class Counter:
    """Serves pages.

    Args:
        porter: lets apps in.
        shop: what requests share.
    """

    def __init__(self, porter: Porter, shop: Shop) -> None:
        self._porter = porter
        self._shop = shop
        self._trouble_at = -TROUBLE_SECONDS

    async def tend(self) -> None:
        """Close readers that nobody uses, forget old trouble, until cancelled."""
        while True:
            now = self._shop.clock.monotonic()
            if now - self._trouble_at >= TROUBLE_SECONDS:
                self._shop.health.ready()
            await self._shop.readers.sweep()
            await asyncio.sleep(TEND_SECONDS)

    async def catalogue(self, request: Request) -> Response:
        """What the app may read."""
        return await self._answered(request, None)

    async def pull(self, request: Request) -> Response:
        """The events after the cursor."""
        return await self._answered(request, request.path_params["ref"])

    async def _answered(self, request: Request, ref: str | None) -> Response:
        name = NOBODY
        try:
            who = self._porter.who(request.headers.get("authorization", ""))
            name = who.grant.name
            self._porter.admit(who)
            if ref is None:
                response: Response = JSONResponse(catalogue_of(who.grant))
            else:
                response = await self._page(request, who, ref)
            result = "ok"
        except RequestRefusedError as error:
            result, response = error.code, problem(error)
        except OpdBusError as error:
            log.warning("pull by %s: answered 503: %s", name, error)
            self._trouble_at = self._shop.clock.monotonic()
            self._shop.health.not_ready(str(error))
            result, response = "BUS_TIDAK_SIAP", problem(_not_now())
        metrics.PULLS.labels(name, result).inc()
        return response

    async def _page(self, request: Request, who: Access, ref: str) -> Response:
        grant = who.grant
        right = grant.topics.get(ref)
        if right is None:
            raise RequestRefusedError(
                403,
                "TOPIK_TIDAK_BERHAK",
                f"aplikasi ini tidak berhak atas topik itu; haknya: "
                f"{', '.join(grant.topics)}",
            )
        question = asked(request.query_params, grant.name, ref, self._shop.cursors)
        readers = self._shop.readers
        async with readers.use(grant.name, right.topic) as (reader, leave):
            try:
                await reader.go(question.positions, at_end=question.at_end)
            except PositionGoneError as error:
                raise self._too_old(error, grant, ref, question) from None
            page = Page(question.most, MOST_BYTES)
            before = dict(reader.positions)
            await self._fill(page, reader, right, question, leave)
            positions, behind = dict(reader.positions), reader.behind()
        self._porter.confirm(who)  # it may have waited for long
        if page.personal:
            handover = Handover(grant, right, page.personal, before, positions)
            await self._shop.book.note(handover)
        self._tell(page, grant, right, positions, behind)
        cursor = self._shop.cursors.write(grant.name, ref, positions)
        body = page.json(cursor, more=behind > 0)
        return Response(body, media_type="application/json")

    async def _fill(
        self,
        page: Page,
        reader: PageReader,
        right: TopicRight,
        question: Question,
        leave: asyncio.Event,
    ) -> None:
        """Read until the page is full, nothing more is there, or time is up."""
        clock, decoder = self._shop.clock, self._shop.decoder
        until = clock.monotonic() + question.wait_seconds
        while page.room and page.seen < MOST_SEEN:
            left = 0.0 if page.rows else until - clock.monotonic()
            wait = min(max(left, 0.0), SLICE_SECONDS)
            records = await reader.read(page.room, wait)
            if records:
                rest = await asyncio.to_thread(page.fill, records, right, decoder)
                if rest:
                    reader.stand(rest)
                    return
            elif left <= wait or leave.is_set():
                return

    def _tell(
        self,
        page: Page,
        grant: Grant,
        right: TopicRight,
        positions: dict[int, int],
        behind: int,
    ) -> None:
        place = (grant.name, right.ref)
        metrics.PULLED.labels(*place, "given").inc(len(page.rows))
        metrics.PULLED.labels(*place, "unreadable").inc(len(page.unread))
        metrics.PULL_BEHIND.labels(*place).set(behind)
        if page.personal:
            log.info(
                "access: grant %s (%s, %s) read %d events with personal data of %s, "
                "now before %s",
                *(grant.name, grant.opd, grant.legal_basis),
                *(page.personal.total(), right.topic),
                ", ".join(f"{number}:{at}" for number, at in sorted(positions.items())),
            )
        for each in page.unread:
            log.error(
                "pull by %s: %s-%d at %d is not what the contract says: %s",
                *(grant.name, right.topic, each["partisi"], each["offset"]),
                each["kode"],
            )

    def _too_old(
        self, error: PositionGoneError, grant: Grant, ref: str, question: Question
    ) -> RequestRefusedError:
        gone = error.gone
        begun = question.positions | {
            number: stand[1] for number, stand in gone.items()
        }
        missing = sum(max(0, begin - at) for at, begin, _ in gone.values())
        return RequestRefusedError(
            HTTPStatus.GONE,
            "KURSOR_KEDALUWARSA",
            f"kursor lebih tua daripada masa simpan topik: sampai {missing} peristiwa "
            "sudah dihapus sebelum dibaca (0: topik dibuat ulang). Cocokkan dahulu "
            "data aplikasi dengan sumbernya, lalu mulai dari `kursor_tertua`",
            more={
                "hilang": {
                    str(number): {"diminta": at, "tertua": begin, "akhir": end}
                    for number, (at, begin, end) in gone.items()
                },
                "kursor_tertua": self._shop.cursors.write(grant.name, ref, begun),
            },
        )


def catalogue_of(grant: Grant) -> dict[str, object]:
    """A grant in the words of its file."""
    return {
        "hak": grant.name,
        "opd": grant.opd,
        "tujuan": grant.purpose,
        "dasar_hukum": grant.legal_basis,
        "berlaku_sampai": grant.until.isoformat(),
        "topik": {
            ref: {
                kind: {
                    "isian": list(right.fields),
                    "disamarkan": dict(right.masked),
                    "pribadi": list(right.personal),
                }
                for kind, right in topic.events.items()
            }
            for ref, topic in grant.topics.items()
        },
    }


def pull_routes(counter: Counter) -> list[Route]:
    """The paths."""
    return [
        Route(PREFIX, counter.catalogue),
        Route(PREFIX + "/{ref}", counter.pull),
    ]


def _not_now() -> RequestRefusedError:
    return RequestRefusedError(
        503,
        "BUS_TIDAK_SIAP",
        "bus belum dapat membaca topik ini; minta lagi dengan kursor yang sama",
        AGAIN_SECONDS,
    )
