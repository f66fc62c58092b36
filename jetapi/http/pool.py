"""The pooled HTTP connections: sends one prepared call and reads the whole answer within its time."""

import tempfile
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import requests
import urllib3
from requests import exceptions as failures
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3 import exceptions as causes

from jetapi.http.calls import Answer, Call
from jetapi.http.errors import InvalidCall, NoAnswer
from jetapi.http.guarded import AddressPolicy, GuardedAdapter
from jetapi.http.timeouts import Deadline

CHUNK = 256 * 1024
# So much of a file stands in the record of its call.
BEGINNING = 8 * 1024
NOT_SENT = (
    causes.NewConnectionError,
    causes.NameResolutionError,
    causes.ConnectTimeoutError,
    causes.ProxyError,
    causes.SSLError,
    failures.ConnectTimeout,
    failures.ProxyError,
    failures.SSLError,
)
MALFORMED = (failures.InvalidURL, failures.InvalidSchema, failures.MissingSchema, failures.InvalidHeader)
TIMED_OUT = (failures.Timeout, causes.TimeoutError, TimeoutError)


class Pool:
    """
    One `requests` adapter for all threads of a client.

    A session is not needed: the APIs have no cookies and no redirects, `.netrc` must never replace our Authorization
    header, and merging a session's settings into each call costs more than sending it. The environment gives
    proxies only.
    """

    def __init__(
        self, *, connections: int, addresses: AddressPolicy, ca_bundle: str = "", user_agent: str
    ) -> None:
        self._adapter = HTTPAdapter(pool_connections=8, pool_maxsize=connections)
        self._addresses = addresses
        self._guarded = GuardedAdapter(addresses, connections=connections)
        self._verify = ca_bundle or True
        self._headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip, deflate"}
        self._proxies: dict[str, Mapping[str, str]] = {}

    def close(self) -> None:
        self._adapter.close()
        self._guarded.close()

    def exchange(
        self, call: Call, *, url: str, body: bytes | None, headers: Mapping[str, str], deadline: Deadline
    ) -> Answer:
        """
        Send a call once and read its answer.

        :raises NoAnswer: no whole answer came
        :raises InvalidCall: the address or a header cannot be sent at all, or is not to be followed
        """
        timeout = deadline.attempt()
        if call.url:
            self._addresses.check(call.url)
        adapter = self._guarded if call.url else self._adapter
        try:
            response = adapter.send(
                self._prepared(call, url, body, headers),
                stream=True,
                timeout=timeout,
                verify=self._verify,
                proxies=dict(self._proxies_for(url)),
            )
            with response:
                return _answer(response, deadline, call)
        except MALFORMED as error:
            raise InvalidCall(f"the call cannot be sent: {type(error).__name__}") from None
        except (failures.RequestException, causes.HTTPError, OSError) as error:
            raise _no_answer(call, error, timeout) from None

    def _prepared(
        self, call: Call, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.PreparedRequest:
        """Word a call for the adapter; an address under a host that was checked before is taken as it is."""
        request = requests.PreparedRequest()
        request.prepare_method(call.method)
        if call.params or call.url or "/".join(url.split("/", 3)[:3]) not in self._proxies:
            request.prepare_url(url, call.params)
        else:
            request.url = url
        request.prepare_headers({**self._headers, **headers})
        request.prepare_body(body, None)
        return request

    def _proxies_for(self, url: str) -> Mapping[str, str]:
        host = "/".join(url.split("/", 3)[:3])
        if host not in self._proxies:
            self._proxies[host] = {} if _is_this_machine(url) else get_environ_proxies(url, no_proxy=None)
        return self._proxies[host]


def _is_this_machine(url: str) -> bool:
    """A sandbox on this machine is never to be sought through a proxy."""
    host = urlsplit(url).hostname or ""
    return host in {"localhost", "::1"} or host.startswith("127.")


def _answer(response: requests.Response, deadline: Deadline, call: Call) -> Answer:
    parts = _read(response.raw, deadline, call)
    if not (call.spooled and response.ok):
        return Answer(response.status_code, response.headers, b"".join(parts))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    try:
        beginning = b""
        for part in parts:
            beginning = beginning or part[:BEGINNING]
            file.write(part)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return Answer(response.status_code, response.headers, beginning, file)


def _read(raw: urllib3.BaseHTTPResponse, deadline: Deadline, call: Call) -> Iterator[bytes]:
    """Read what comes as it comes, so that an answer in drops cannot outlast the whole time."""
    size = 0
    while part := raw.read1(CHUNK, decode_content=True):
        yield part
        size += len(part)
        if size > call.most_bytes:
            limit = call.most_bytes // (1024 * 1024)
            raise NoAnswer(f"the answer is larger than {limit} MB", sent_maybe=call.has_effect)
        if deadline.remaining <= 0:
            raise NoAnswer("the answer came too slowly", sent_maybe=call.has_effect, timed_out=True)


def _no_answer(call: Call, error: Exception, timeout: tuple[float, float]) -> NoAnswer:
    """
    Word a lost connection without the library's own text, which holds addresses with signatures.

    Only a failed connect proves that nothing was sent.
    """
    chain = list(_chain(error))
    sent = not any(isinstance(cause, NOT_SENT) for cause in chain)
    # To urllib3 a refused connection is a kind of timeout; to us it is not.
    timed_out = any(
        isinstance(cause, TIMED_OUT) and not isinstance(cause, causes.NewConnectionError) for cause in chain
    )
    return NoAnswer(
        _reason(chain, sent=sent, timed_out=timed_out, timeout=timeout),
        sent_maybe=sent and call.has_effect,
        timed_out=sent and timed_out,
    )


def _reason(chain: list[BaseException], *, sent: bool, timed_out: bool, timeout: tuple[float, float]) -> str:
    if timed_out:
        # What the call's whole time leaves is a hair less than what was allowed: to people it is the same.
        allowed = f"{timeout[1 if sent else 0]:.1f}".removesuffix(".0") + " s"
        return f"no answer within {allowed}" if sent else f"no connection within {allowed}"
    for cause in reversed(chain):
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, failures.RequestException):
            return f"{'connection lost' if sent else 'no connection'}: {cause.strerror}"
    if any(isinstance(cause, causes.SSLError | failures.SSLError) for cause in chain):
        return "no connection: the server's certificate was not accepted"
    return "the connection was closed before the whole answer came" if sent else "no connection"


def _chain(error: BaseException) -> list[BaseException]:
    """List an exception and all it was made of; the libraries hide causes in `args` and `reason`."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting and len(found) < 20:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or current in found:
            continue
        found.append(current)
        waiting += [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
    return found
