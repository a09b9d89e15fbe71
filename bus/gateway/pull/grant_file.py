"""What one app may read, as its YAML says it (`design.md` §8).

    grant: kios-santunan
    app: kios
    opd: Dinas Sosial
    purpose: status santunan di kios pelayanan
    legal_basis: PKS 100.3.7/12/2026
    until: 2027-12-31
    tokens: ["${KIOS_TOKEN}"]
    topics:
      sosial.santunan.fact.v1:
        events: [SantunanDisiapkan, SantunanDibayar]
        fields: ["*", almarhum.nama]
        masked: {almarhum.nik: nik}

Nothing is granted that does not stand there: `*` is every field that is not personal.
"""

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from bus.config.tenant import Frozen
from bus.connect.files.document import Document, expand, read_document
from bus.connect.files.problems import Problems
from bus.connect.files.sink_file import Condition
from bus.connect.rate import Rate
from bus.errors import ConfigError

SHORTEST_TOKEN = 32
EVERY = "*"


class TopicGrant(Frozen):
    """What may be read of one topic.

    Attributes:
        events: event types; empty is all of the contract.
        fields: dotted paths as the contract names them; `*` is every field that is
            not personal, personal ones have to be named one by one.
        masked: path → how it is made unreadable: `nik` and `nama` leave a little,
            `acak` gives the same letters for the same value.
        filter: conditions on the event's value; all have to hold.
    """

    events: tuple[str, ...] = ()
    fields: tuple[str, ...] = (EVERY,)
    masked: dict[str, Literal["nik", "nama", "acak"]] = Field(default_factory=dict)
    filter: tuple[Condition, ...] = ()


class GrantFile(Frozen):
    """The YAML of one grant.

    Attributes:
        grant: name, unique; cursors belong to it.
        app: the app that reads.
        opd: the office that answers for it.
        purpose: what for.
        legal_basis: number of the agreement (PKS), or the rule.
        until: last day, in the tenant's time zone.
        tokens: what the app shows, `${NAME}`; for a new one give both for a while.
        token_files: files with one token each.
        topics: contract reference → what of it.
        rate: requests it may make.
    """

    grant: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    app: str = Field(min_length=1)
    opd: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    legal_basis: str = Field(min_length=1)
    until: date
    tokens: tuple[str, ...] = ()
    token_files: tuple[Path, ...] = ()
    topics: dict[str, TopicGrant] = Field(min_length=1)
    rate: Rate = Rate(per_second=5.0, burst=30)

    @field_validator("tokens")
    @classmethod
    def _from_outside(cls, tokens: tuple[str, ...]) -> tuple[str, ...]:
        if any("${" not in token for token in tokens):
            raise ValueError("give tokens as ${NAME}, from the environment")
        return tokens


def read_grant(path: Path) -> tuple[GrantFile, Document]:
    """Read and validate one file; needs no environment variables.

    Raises:
        ConfigError: every problem, with file and line.
    """
    document = read_document(path)
    problems = Problems(document)
    found = problems.refused_or(problems.block(document.data, (), GrantFile))
    if not found.tokens and not found.token_files:
        raise ConfigError(f"{path}: give `tokens` or `token_files`")
    return found, document


def tokens_of(file: GrantFile, document: Document) -> list[str]:
    """The tokens, from the environment and from files.

    Raises:
        ConfigError: one is missing or too short; all of them.
    """
    where = document.where(("tokens",))
    found: list[str] = list(expand(list(file.tokens), where))
    problems = []
    for path in file.token_files:
        try:
            found.append(path.read_text(encoding="utf-8").strip())
        except (OSError, UnicodeDecodeError) as error:
            problems.append(f"{document.where(('token_files',))}: {path}: {error}")
    short = [token for token in found if len(token) < SHORTEST_TOKEN]
    if short:
        problems.append(
            f"{where}: a token has fewer than {SHORTEST_TOKEN} characters; make one "
            "with: openssl rand -hex 32"
        )
    if problems:
        raise ConfigError(*problems)
    return found
