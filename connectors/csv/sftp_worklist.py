"""CSV worklist on an office's SFTP server: the day's file, put there whole.

The list is kept here as `csv-worklist` keeps it; the server has copies. A copy is
written beside its name and then renamed, so nobody ever reads half a file.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch

import paramiko

from bus.connect.sink import Delivery, Outcome, SinkContext
from bus.errors import ConfigError, RetriableError
from connectors.csv.sftp import SftpConfig
from connectors.csv.sink import CsvWorklist, WorklistConfig

PART, SENT = ".sebagian", ".terkirim"
USUAL_PORT = 22
_KEYS = {
    "ssh-ed25519": paramiko.Ed25519Key,
    "ssh-rsa": paramiko.RSAKey,
    "ecdsa-sha2-nistp256": paramiko.ECDSAKey,
}


class SftpWorklist:
    """A `Sink`; connects for each batch, servers of offices like no idle guests.

    Raises:
        ConfigError: neither key nor password, or a key that cannot be read.
    """

    def __init__(self, config: SftpConfig, context: SinkContext) -> None:
        self._config = config
        self._name = context.name
        self._list = CsvWorklist(
            WorklistConfig(
                folder=config.folder, berkas=config.berkas, pemisah=config.pemisah
            ),
            context,
        )
        self._pattern = f"{config.berkas}-*.csv"
        self._known_key = _host_key(config.host_key, context.name)
        if not config.key_file and not config.password:
            raise ConfigError(f"{context.name}: sink: give `key_file` or `password`")

    def check(self) -> None:
        """Log in, see the folder, fetch lists that are missing here, send the rest.

        Raises:
            ConfigError: login refused, another host key, no such folder.
            RetriableError: the server does not answer.
        """
        self._config.folder.mkdir(parents=True, exist_ok=True)
        with self._errors(), self._session() as session:
            self._fetch(session)
        self._list.check()
        self._put()

    def write(self, batch: Sequence[Delivery]) -> Sequence[Outcome]:
        """Add to the list, then put its changed files on the server.

        Raises:
            RetriableError: as `check`; the batch comes again, lines are not doubled.
        """
        outcomes = self._list.write(batch)
        self._put()
        return outcomes

    def close(self) -> None:
        """Nothing is held between batches."""
        self._list.close()

    def _fetch(self, session: paramiko.SFTPClient) -> None:
        """Lists of ours that a lost folder here does not know: their ids count."""
        sizes = self._sizes()
        for entry in session.listdir_attr("."):
            path = self._config.folder / entry.filename
            if fnmatch(entry.filename, self._pattern) and not path.exists():
                session.get(entry.filename, str(path))
                sizes[path.name] = path.stat().st_size
        self._note(sizes)

    def _put(self) -> None:
        """Lists that have grown; one that the office took away stays away till then."""
        sizes = self._sizes()
        grown = [
            path
            for path in sorted(self._config.folder.glob(self._pattern))
            if sizes.get(path.name) != path.stat().st_size
        ]
        if not grown:
            return
        with self._errors(), self._session() as session:
            for path in grown:
                size = path.stat().st_size
                session.put(str(path), path.name + PART)
                session.posix_rename(path.name + PART, path.name)
                sizes[path.name] = size
                self._note(sizes)

    def _sizes(self) -> dict[str, int]:
        """What the server was given: name → size."""
        try:
            found = json.loads((self._config.folder / SENT).read_text("ascii"))
        except (OSError, ValueError):
            return {}
        return dict(found) if isinstance(found, dict) else {}

    def _note(self, sizes: dict[str, int]) -> None:
        part = self._config.folder / (SENT + PART)
        part.write_text(json.dumps(sizes), encoding="ascii")
        part.replace(self._config.folder / SENT)

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        config = self._config
        client = paramiko.SSHClient()
        place = config.host
        if config.port != USUAL_PORT:
            place = f"[{config.host}]:{config.port}"
        kind, key = self._known_key
        client.get_host_keys().add(place, kind, key)
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            client.connect(
                config.host,
                config.port,
                config.user,
                config.password or None,
                key_filename=str(config.key_file) if config.key_file else None,
                timeout=config.timeout_seconds,
                banner_timeout=config.timeout_seconds,
                auth_timeout=config.timeout_seconds,
                allow_agent=False,
                look_for_keys=False,
            )
            session = client.open_sftp()
            session.get_channel().settimeout(config.timeout_seconds)
            session.chdir(config.remote)
            yield session
        finally:
            client.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        place = f"{self._name}: sftp://{self._config.host}:{self._config.port}"
        try:
            yield
        except paramiko.BadHostKeyException:
            raise ConfigError(
                f"{place}: shows another host key than `host_key`; ask its owner "
                "whether it was changed, nothing was sent"
            ) from None
        except paramiko.AuthenticationException:
            raise ConfigError(
                f"{place}: refuses the login of {self._config.user}; check key and "
                "password with its owner"
            ) from None
        except FileNotFoundError:
            raise ConfigError(
                f"{place}: no folder {self._config.remote!r} there; its owner has to "
                "make it"
            ) from None
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise RetriableError(
                f"{place}: {type(error).__name__}: is the server there, its disk full?"
            ) from None


def _host_key(text: str, name: str) -> tuple[str, paramiko.PKey]:
    kind, _, data = text.strip().partition(" ")
    if kind not in _KEYS:
        raise ConfigError(
            f"{name}: sink.host_key: begins with none of {', '.join(_KEYS)}; copy a "
            "line of `ssh-keyscan HOST` without the host's name"
        )
    try:
        return kind, _KEYS[kind](data=base64.b64decode(data.split(" ")[0]))
    except (paramiko.SSHException, binascii.Error, ValueError):
        raise ConfigError(f"{name}: sink.host_key: not a key; copy it again") from None
