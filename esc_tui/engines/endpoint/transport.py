"""The HTTP client: its libraries are heavy, so they are loaded when the first question is asked and not with this module.

Every request passes one gate, which lets it through to the endpoint's own host alone, with the few headers named here
and with the key of that host alone, whatever the environment holds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from esc_tui.engines.endpoint.faults import EndpointFault, short
from esc_tui.engines.endpoint.replies import MOST_BYTES
from esc_tui.engines.endpoint.settings import NO_KEY, is_loopback, origin

if TYPE_CHECKING:
    import ssl

    import httpx2

MOST_ERROR_BYTES = 20_000
_SENT = ("host", "accept", "connection", "content-type", "content-length", "transfer-encoding")


@dataclass(frozen=True, slots=True)
class Failures:
    """The errors of the HTTP libraries by what they mean.

    ``status`` carries an answer with its status, ``breaks`` are connections that broke off, ``all`` is whatever else the
    libraries and the system raise when a request fails.
    """

    timeouts: tuple[type[Exception], ...]
    status: type[Exception]
    breaks: tuple[type[Exception], ...]
    all: tuple[type[Exception], ...]


@cache
def load_failures() -> Failures:
    """Load the libraries, which takes about half a second the first time; call it in a thread."""
    import httpx2
    import openai

    return Failures(
        timeouts=(httpx2.TimeoutException, openai.APITimeoutError), status=openai.APIStatusError,
        breaks=(httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError),
        all=(httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, openai.OpenAIError, OSError, UnicodeError))


@cache
def _gate() -> type[httpx2.AsyncBaseTransport]:
    """The class of the gate; a class made from the library's own can only be made once that is loaded."""
    import httpx2

    class Capped(httpx2.AsyncByteStream):
        """A body that ends (an error's) or fails (an answer's) when it grows past all measure."""

        def __init__(self, inner: httpx2.AsyncByteStream, url: str, failed: bool) -> None:
            self._inner, self._url, self._failed = inner, url, failed

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = MOST_ERROR_BYTES if self._failed else MOST_BYTES
            async for data in self._inner:
                left -= len(data)
                if left < 0:
                    if self._failed:
                        yield data[:left]
                        return
                    raise EndpointFault(f"the endpoint sent more than {MOST_BYTES // 1_000_000} MB", self._url,
                                        "check that this is the address of a model server")
                yield data

        async def aclose(self) -> None:
            await self._inner.aclose()

    class Gate(httpx2.AsyncBaseTransport):
        def __init__(self, inner: httpx2.AsyncBaseTransport, base_url: str, key: str) -> None:
            self._inner, self._base_url, self._key = inner, base_url, key

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            if not _same_place(self._base_url, str(request.url)):
                raise EndpointFault(f"the endpoint sends requests on to another host ({short(request.url.host, self._key)}), "
                                    "which is refused", self._base_url, "give the address of that host itself if you trust it")
            headers = {name: request.headers[name] for name in _SENT if name in request.headers}
            headers |= {"accept-encoding": "identity", "user-agent": "esc-tui", "authorization": f"Bearer {self._key}"}
            sent = httpx2.Request(request.method, request.url, headers=headers, stream=request.stream,
                                  extensions=request.extensions)
            response = await self._inner.handle_async_request(sent)
            body = cast(httpx2.AsyncByteStream, response.stream)
            response.stream = Capped(body, self._base_url, response.status_code >= 300)
            return response

        async def aclose(self) -> None:
            await self._inner.aclose()

    return Gate


def _same_place(base_url: str, url: str) -> bool:
    mine, other = origin(base_url), origin(url)
    upgraded = mine[0] == "http" and other[0] == "https" and mine[1] == other[1] and (mine[2], other[2]) == (80, 443)
    return mine == other or upgraded


def make_ssl_context(base_url: str) -> ssl.SSLContext | bool:
    """The certificates to trust; slow enough to be called in a thread. False for plain http, which needs none."""
    if not base_url.startswith("https"):
        return False
    import httpx2

    return httpx2.create_ssl_context()


def _proxy(base_url: str) -> str | None:
    import urllib.request

    scheme, host, _ = origin(base_url)
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxy = urllib.request.getproxies().get(scheme)
    return proxy if proxy and proxy.startswith("http") else None


def needs_proxy(base_url: str) -> bool:
    """True when requests to this address go through a proxy of the system."""
    return _proxy(base_url) is not None


def open_client(base_url: str, key: str, timeout: float, verify: ssl.SSLContext | bool) -> tuple[Any, httpx2.AsyncClient]:
    """An OpenAI client with every argument given, and the HTTP client below it. ``timeout`` in seconds."""
    import httpx2
    import openai

    inner = httpx2.AsyncHTTPTransport(verify=verify, trust_env=False, retries=0, proxy=_proxy(base_url))
    waits = httpx2.Timeout(timeout, connect=min(timeout, 10.0))
    gate: Any = _gate()
    http = httpx2.AsyncClient(transport=gate(inner, base_url, key), timeout=waits, trust_env=False,
                              follow_redirects=True, max_redirects=3)
    client = openai.AsyncOpenAI(
        api_key=key or NO_KEY, admin_api_key="", organization=None, project=None, webhook_secret="", base_url=base_url,
        timeout=waits, max_retries=0, default_headers={}, default_query={}, http_client=http)
    # Given None, the client reads these two from the environment; they may belong to another host.
    client.organization = client.project = None
    return client, http
