"""Requests to public services: checked addresses, certificates, limits, pauses; nothing else is sent."""

from __future__ import annotations

import contextlib
import email.utils
import os
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from prospector.errors import SourceError
from prospector.sources.hosts import PORTS, checked_address, places_of

USER_AGENT = "prospector-geo (exploration screening)"
CHUNK_BYTES = 64_000
REDIRECTED = (301, 302, 303, 307, 308)
BUSY = (429, 502, 503, 504)
"""Status of an answer that may be another after a pause."""

MOST_WATCHED = 4
"""Connections that are kept in sight: one request runs at a time."""

ERRORS = (requests.RequestException, HTTPError, OSError)
"""What requests and what lies below it raise where a connection fails."""


@dataclass(frozen=True)
class Manners:
    """How long is waited, how much is taken, and how often is asked.

    Parameters
    ----------
    connect_s, read_s, whole_s
        Until a connection stands, between two pieces of an answer, and for an answer as a whole.
    most_bytes
        Of an answer, unpacked.
    attempts
        Requests in all for one answer.
    pause_s
        Between two requests.
    first_wait_s, longest_wait_s
        Before the second attempt, doubled for each further one; and what is waited at most, whatever the
        service asks for.
    redirects
        At most.
    """

    connect_s: float = 20
    read_s: float = 120
    whole_s: float = 900
    most_bytes: int = 500_000_000
    attempts: int = 5
    pause_s: float = 0.5
    first_wait_s: float = 2
    longest_wait_s: float = 300
    redirects: int = 5


@dataclass(frozen=True)
class Answer:
    """What a service answered.

    Parameters
    ----------
    url
        Where it came from, redirects followed.
    """

    url: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self) -> str:
        """Return the body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8-sig", "replace")


class TooLongError(SourceError):
    """An answer takes longer, or holds more, than is allowed: asking for less may help."""


class UnreachableError(SourceError):
    """A service does not answer, or says that it cannot."""


class Client:
    """Asks one service: http(s) only, checked addresses, checked certificates, no cookies.

    Proxies of the environment (``HTTPS_PROXY``, ``NO_PROXY``) and a bundle of certificates
    (``REQUESTS_CA_BUNDLE``) are used, as networks of companies need them; ``.netrc`` is not read.

    Parameters
    ----------
    named
        Hosts that the user names in the region's own sources: only these may be of the network at home,
        and they are asked without a proxy.
    """

    def __init__(self, named: Collection[str] = (), manners: Manners | None = None) -> None:
        self.named = frozenset(named)
        self.manners = manners or Manners()
        self.requests = 0
        self._last = -1e9
        self._watch = _Watch(self.named)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(_NoCookies())
        for prefix in ("http://", "https://"):
            self._session.mount(prefix, _Adapter(self._watch))

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self._session.close()
        self._watch.forget()

    def get(
        self, url: str, query: Mapping[str, str] | None = None, *,
        headers: Mapping[str, str] | None = None, most_bytes: int | None = None,
    ) -> Answer:  # fmt: skip
        """Return the answer to a question in the address, whatever its status.

        Parameters
        ----------
        url
            Address without its question.
        query
            Names and values of the question.
        headers
            More than those of every request, e.g. a range.
        most_bytes
            Of the answer, in place of what manners allow.

        Raises
        ------
        SourceError
            The address may not be asked, or no whole answer came in as many attempts as manners allow.
        """
        return self._ask("GET", url, query, None, headers, most_bytes)

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """Return the answer to a question that is too long for an address; as `get` does."""
        return self._ask("POST", url, None, form, None, None)

    def _ask(
        self, method: str, url: str, query: Mapping[str, str] | None,
        form: Mapping[str, str] | None, headers: Mapping[str, str] | None, most_bytes: int | None,
    ) -> Answer:  # fmt: skip
        manners = self.manners
        limit = manners.most_bytes if most_bytes is None else most_bytes
        failure: SourceError | None = None
        for attempt in range(manners.attempts):
            if failure is not None:
                time.sleep(self._wait(attempt, failure))
            try:
                answer = self._once(method, url, query, form, headers, limit)
            except UnreachableError as error:
                failure = error
                continue
            if answer.status not in BUSY:
                return answer
            asked = answer.headers.get("Retry-After", "")
            failure = self._busy(answer, asked)
            if retry_after(asked) > manners.longest_wait_s:
                raise failure
        assert failure is not None  # noqa: S101 - there is at least one attempt
        raise failure

    def _busy(self, answer: Answer, asked: str) -> _BusyError:
        """Return the error of a service that asks for a pause, with what it asks for where that is long."""
        wait_s = retry_after(asked)
        long = wait_s > self.manners.longest_wait_s
        tried = f"asks to wait {wait_s:,.0f} s" if long else f"{self.manners.attempts} attempts"
        return _BusyError(
            f"{_host(answer.url)}: the service answers {answer.status} ({tried}). Try again later.",
            asked,
        )

    def _wait(self, attempt: int, failure: SourceError) -> float:
        """Return how long to wait before an attempt: as the service asks, or longer each time."""
        own = self.manners.first_wait_s * 2.0 ** (attempt - 1)
        asked = retry_after(failure.asked) if isinstance(failure, _BusyError) else 0.0
        return min(max(own, asked), self.manners.longest_wait_s)

    def _once(
        self, method: str, url: str, query: Mapping[str, str] | None,
        form: Mapping[str, str] | None, headers: Mapping[str, str] | None, limit: int,
    ) -> Answer:  # fmt: skip
        """Return the answer of one attempt, redirects followed."""
        for _ in range(self.manners.redirects + 1):
            answer = self._sent(method, url, query, form, headers, limit)
            target = answer.headers.get("Location")
            if answer.status not in REDIRECTED or not target:
                return answer
            before, url, query = answer.url, urljoin(answer.url, target), None
            checked_address(url, self.named)
            if before.startswith("https:") and not url.startswith("https:"):
                raise SourceError(
                    f"{_host(before)}: redirects from https to {url[:200]}, which is not "
                    "encrypted. Correct the source's address."
                )
            if answer.status == 303:
                method, form = "GET", None
        raise SourceError(
            f"{_host(url)}: redirects more than {self.manners.redirects} times. Correct the "
            "source's address."
        )

    def _sent(
        self, method: str, url: str, query: Mapping[str, str] | None,
        form: Mapping[str, str] | None, headers: Mapping[str, str] | None, limit: int,
    ) -> Answer:  # fmt: skip
        """Send one request and return what came, whole and within the limits."""
        host = checked_address(url, self.named).hostname or ""
        time.sleep(max(0.0, self._last + self.manners.pause_s - time.monotonic()))
        manners, self.requests = self.manners, self.requests + 1
        sent = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
        try:
            with self._watch.within(manners.whole_s), self._session.request(
                method, url, params=query, data=form, headers={**sent, **(headers or {})}, stream=True,
                timeout=(manners.connect_s, manners.read_s), allow_redirects=False,
                proxies=self._proxies(url, host), verify=_certificates(),
            ) as response:  # fmt: skip
                body = self._read(response, limit)
                return Answer(
                    response.url, response.status_code, response.headers.get("Content-Type", ""), body,
                    response.headers,
                )  # fmt: skip
        except SourceError:
            raise
        except ERRORS as error:
            raise self._failure(host, error) from error
        finally:
            self._last = time.monotonic()

    def _proxies(self, url: str, host: str) -> dict[str, str]:
        return {} if host in self.named else dict(requests.utils.get_environ_proxies(url))

    def _read(self, response: requests.Response, limit: int) -> bytes:
        """Return the body, unpacked, no longer than the limit."""
        parts, size = [], 0
        for part in response.raw.stream(CHUNK_BYTES, decode_content=True):
            size += len(part)
            if size > limit:
                raise TooLongError(
                    f"{_host(response.url)}: the answer is larger than {limit / 1e6:,.0f} MB. Ask for fewer "
                    "layers, a smaller region or smaller pages (page_size of the source)."
                )
            parts.append(part)
        if self._watch.ended:
            raise self._too_slow(_host(response.url))
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and response.raw.tell() < int(announced):
            raise UnreachableError(
                f"{_host(response.url)}: an answer was cut at {response.raw.tell():,} of "
                f"{int(announced):,} bytes. Try again later."
            )
        return b"".join(parts)

    def _failure(self, host: str, error: Exception) -> SourceError:
        """Return the error that says why a request failed."""
        inner = _cause(error, SourceError)
        if inner is not None:
            return SourceError(str(inner))
        if self._watch.ended:
            return self._too_slow(host)
        if isinstance(error, requests.exceptions.SSLError):
            return SourceError(
                f"{host}: its certificate cannot be trusted ({_reason(error)}). No request was "
                "sent; behind a company's proxy, set REQUESTS_CA_BUNDLE to the file of its "
                "certificates."
            )
        if isinstance(error, requests.exceptions.InvalidURL):
            return SourceError(f"{host}: not an address ({error}). Correct the source's address.")
        if _cause(error, socket.gaierror) or _cause(error, urllib3.exceptions.NameResolutionError):
            return UnreachableError(
                f"{host}: no connection ({_reason(error)}). Check that this machine is on the "
                "internet; or download the file by hand: `prospector sources NAME` shows how."
            )
        return UnreachableError(f"{host}: incomplete answer ({_reason(error)}). Try again later.")

    def _too_slow(self, host: str) -> SourceError:
        return TooLongError(
            f"{host}: the answer was not complete after {self.manners.whole_s:g} s. Try again later, or ask "
            "for smaller pages (page_size of the source)."
        )


class _BusyError(UnreachableError):
    """The service asks for a pause, and maybe says how long."""

    def __init__(self, message: str, asked: str) -> None:
        super().__init__(message)
        self.asked = asked


def retry_after(value: str) -> float:
    """Return the seconds of a header Retry-After: a number, or a date; 0 where it is neither.

    Examples
    --------
    >>> retry_after("7"), retry_after(""), retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (7.0, 0.0, 0.0)
    """
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return 0.0
    return max(0.0, date.timestamp() - time.time())


def _certificates() -> str | bool:
    """Return the bundle of certificates that the environment names, or that certificates are checked."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:100]


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """Return what an error was made of, if that is of a kind."""
    for _ in range(10):
        if error is None or isinstance(error, kind):
            return error
        error = _within(error) or error.__context__
    return None


def _within(error: BaseException) -> BaseException | None:
    """Return the error that another holds."""
    parts = (*error.args, getattr(error, "reason", None), error.__cause__)
    return next((part for part in parts if isinstance(part, BaseException)), None)


def _reason(error: BaseException) -> str:
    """Return in few words why a connection failed: what lies deepest says it."""
    for _ in range(10):
        inner = _within(error)
        if inner is None:
            break
        error = inner
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(text).split())[:150]


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[misc, name-defined]
    """Takes no cookie and gives none."""

    def set_ok(self, cookie: Any, request: Any) -> bool:  # noqa: ARG002
        return False

    def return_ok(self, cookie: Any, request: Any) -> bool:  # noqa: ARG002
        return False


class _Watch:
    """The connections of a client, to end what takes too long: whatever they wait for."""

    def __init__(self, named: Collection[str]) -> None:
        self.named = named
        self.ended = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def connect(
        self, host: str, port: int, timeout: float | None, options: Any, *, proxy: bool
    ) -> socket.socket:
        """Return a connection to the first address of a host that answers, all of them checked."""
        failure: OSError = OSError("the name is not known")
        for family, place in places_of(host, port, any_network=proxy or host in self.named):
            line = socket.socket(family, socket.SOCK_STREAM)
            try:
                line.settimeout(timeout)
                for option in options or ():
                    line.setsockopt(*option)
                line.connect(place)
            except OSError as error:
                line.close()
                failure = error
                continue
            with self._lock:
                self._sockets.append(line.dup())
                if len(self._sockets) > MOST_WATCHED:
                    self._sockets.pop(0).close()
            return line
        raise failure

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """End every connection after so long, be it that it waits for one byte after another."""
        self.ended = False
        timer = threading.Timer(seconds, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _end(self) -> None:
        self.ended = True
        with self._lock:
            for line in self._sockets:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        self.forget()

    def forget(self) -> None:
        """Let the connections go."""
        with self._lock:
            for line in self._sockets:
                line.close()
            self._sockets.clear()


class _Adapter(HTTPAdapter):
    """Connects to the addresses that were checked, and to no others that a name may lead to later."""

    def __init__(self, watch: _Watch) -> None:
        self._watch = watch
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._watch, proxy=False)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> urllib3.ProxyManager:
        """Return the pools of connections to a proxy."""
        known = proxy in self.proxy_manager
        manager: urllib3.ProxyManager = super().proxy_manager_for(proxy, **kwargs)
        if not known and not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _pools(self._watch, proxy=True)
        return manager


def _pools(watch: _Watch, *, proxy: bool) -> dict[str, Any]:
    """Return the classes of pools whose connections go through the check of addresses."""

    class Checked(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, watch, proxy=proxy)

    class CheckedTls(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _connected(self, watch, proxy=proxy)

    class Plain(HTTPConnectionPool):
        ConnectionCls = Checked

    class Tls(HTTPSConnectionPool):
        ConnectionCls = CheckedTls

    return {"http": Plain, "https": Tls}


def _connected(connection: Any, watch: _Watch, *, proxy: bool) -> socket.socket:
    timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
    host = connection.host.strip("[]")
    port = connection.port or PORTS["http"]
    try:
        return watch.connect(host, port, timeout, connection.socket_options, proxy=proxy)
    except TimeoutError as error:
        raise urllib3.exceptions.ConnectTimeoutError(connection, str(error)) from error
    except OSError as error:
        raise urllib3.exceptions.NewConnectionError(connection, str(error)) from error
