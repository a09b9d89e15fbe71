"""Who asks: the ways an app lets a program in."""

from collections.abc import Generator

import httpx

from bus.clock import Clock
from bus.errors import ConfigError, RetriableError
from connectors.rest.config import Auth

_EARLY_SECONDS = 30.0
_LIFE_SECONDS = 300.0
_REFUSED = (400, 401, 403)


class Key(httpx.Auth):
    """An API key in a header or parameter, or a bearer token.

    Args:
        auth: of kind bearer, header or query.
    """

    def __init__(self, auth: Auth) -> None:
        self._auth = auth

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        auth = self._auth
        if auth.kind == "bearer":
            request.headers["Authorization"] = f"Bearer {auth.secret}"
        elif auth.kind == "header":
            request.headers[auth.name] = auth.secret
        else:
            request.url = request.url.copy_set_param(auth.name, auth.secret)
        yield request


class ClientCredentials(httpx.Auth):
    """OAuth2 client credentials; a token is kept until shortly before its end.

    Args:
        auth: of kind oauth2.
        name: connector name, for messages.
        clock: the time.
    """

    requires_response_body = True

    def __init__(self, auth: Auth, name: str, clock: Clock) -> None:
        self._auth = auth
        self._name = name
        self._clock = clock
        self._token: str | None = None
        self._until = 0.0

    def auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        fresh = self._token is None or self._clock.monotonic() >= self._until
        if fresh:
            self._keep((yield self._question()))
        request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED and not fresh:
            self._keep((yield self._question()))
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    def _question(self) -> httpx.Request:
        form = {"grant_type": "client_credentials"}
        if self._auth.scope:
            form["scope"] = self._auth.scope
        request = httpx.Request("POST", self._auth.token_url, data=form)
        login = httpx.BasicAuth(self._auth.user, self._auth.secret)
        return next(login.auth_flow(request))

    def _keep(self, answer: httpx.Response) -> None:
        place = f"{self._name}: {httpx.URL(self._auth.token_url).host} gives no token"
        if answer.status_code in _REFUSED:
            raise ConfigError(
                f"{place}: HTTP {answer.status_code}; check user and secret in "
                "source.auth"
            )
        try:
            found = answer.json()
            token, life = found["access_token"], found.get("expires_in")
            seconds = _LIFE_SECONDS if life is None else float(life)
        except (ValueError, TypeError, KeyError):
            raise RetriableError(
                f"{place}: HTTP {answer.status_code} without access_token"
            ) from None
        self._token = str(token)
        early = min(_EARLY_SECONDS, seconds / 2)
        self._until = self._clock.monotonic() + seconds - early


def auth_of(auth: Auth | None, name: str, clock: Clock) -> httpx.Auth | None:
    """The way to get in; None where everybody may."""
    if auth is None:
        return None
    if auth.kind == "basic":
        return httpx.BasicAuth(auth.user, auth.secret)
    if auth.kind == "oauth2":
        return ClientCredentials(auth, name, clock)
    return Key(auth)
