"""What the engine has to know of an endpoint: address, model, which key belongs to it, and how long to wait."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from esc_tui.domain.errors import EndpointError, WrongUseError
from esc_tui.domain.text import visible

NO_KEY = "not-needed"
KEYRING_SERVICE = "esc-tui"
_VERSION_PART = re.compile(r"^v\d+\w*$")
_CALLS = ("/chat/completions", "/completions", "/models")
_KEY_SHAPES = re.compile(r"(?i)\bbearer\s+[^\s\"',;]+|\b(?:sk|pk|key|gsk|xai|hf)[-_][\w*.\-]{6,}")


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """How to reach one endpoint.

    ``key_variable`` names the environment variable with the key, and ``key_host`` the host (``name`` or ``name:port``)
    that key is for; empty means the host of ``url``. ``use_keyring`` looks the key up under the host's name in the
    system keyring. ``timeout`` is in seconds, for one answer or the pause between two pieces of a stream. ``tries`` counts
    the first one. ``memory`` is the file that remembers what each endpoint can do; None remembers nothing.
    """

    url: str
    model: str = ""
    key_variable: str = ""
    key_host: str = ""
    use_keyring: bool = False
    timeout: float = 60.0
    max_tokens: int = 4096
    tries: int = 3
    memory: Path | None = None
    risk_check: bool = True

    @property
    def base_url(self) -> str:
        """The address requests go to, ending in ``/v1`` or another version. Raises UserError for a bad address."""
        return normalise_url(self.url)

    @property
    def host(self) -> str:
        """Host and port as written, for people."""
        return urlsplit(self.base_url).netloc

    @property
    def loopback(self) -> bool:
        """True when the endpoint is on this computer: only then may words that must not be passed on be sent to it."""
        return is_loopback(urlsplit(self.base_url).hostname or "")


def normalise_url(url: str) -> str:
    """The base URL of an endpoint, whether it was given with or without scheme, ``/v1`` or the name of a call.

    Raises UserError when it is no address, or holds a user name, a key or a query.
    """
    text = url.strip()
    if "://" not in text:
        name = text.partition("/")[0].partition(":")[0] if not text.startswith("[") else text.partition("]")[0].strip("[")
        text = f"{'http' if is_loopback(name) else 'https'}://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise WrongUseError("this is not an address", visible(url, keep_lines=False), "write it like http://127.0.0.1:8080") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\\<>\"]", text):
        raise WrongUseError("this is not an address", visible(url, keep_lines=False), "write it like http://127.0.0.1:8080")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise WrongUseError("an endpoint address holds no user name, key or query", parts.hostname,
                            "give the key in an environment variable and name that variable in the settings")
    path = parts.path.rstrip("/")
    for call in _CALLS:
        path = path.removesuffix(call)
    if not any(_VERSION_PART.match(part) for part in path.split("/")):
        path += "/v1"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port is not None else ''}{path}"


def is_loopback(host: str) -> bool:
    """True when the host name can only mean this computer."""
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what a key belongs to."""
    parts: SplitResult = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def root_url(base_url: str) -> str:
    """The address without its version part, where servers keep what is not of the common protocol."""
    head, _, tail = base_url.rpartition("/")
    return head if _VERSION_PART.match(tail) else base_url


def find_key(settings: EndpointSettings, environment: Mapping[str, str]) -> str:
    """The key for this endpoint's host, or the placeholder when none is set for it.

    Raises EndpointError when a key was promised for this host but cannot be had; the message never holds the key.
    """
    key = ""
    if settings.key_variable and _key_is_for(settings):
        key = environment.get(settings.key_variable, "").strip()
        if not key:
            raise EndpointError(f"the environment variable {settings.key_variable} is not set", settings.base_url,
                                "set it to the key of this endpoint, or clear the setting key_variable")
    elif settings.use_keyring:
        key = _from_keyring(settings)
    if key and not re.fullmatch(r"[\x21-\x7e]+", key):
        raise EndpointError("the key holds blanks or letters that cannot be in a key", settings.base_url,
                            "copy the key again")
    return key or NO_KEY


def _key_is_for(settings: EndpointSettings) -> bool:
    if not settings.key_host:
        return True
    _, host, port = origin(settings.base_url)
    wanted = urlsplit(f"//{settings.key_host.strip().lower()}")
    try:
        return wanted.hostname == host and wanted.port in (None, port)
    except ValueError:
        return False


def _from_keyring(settings: EndpointSettings) -> str:
    try:
        import keyring
    except ImportError:
        raise EndpointError("the package keyring is not installed", settings.base_url,
                            "install esc-tui[keyring], or name an environment variable instead") from None
    try:
        return str(keyring.get_password(KEYRING_SERVICE, settings.host) or "").strip()
    except Exception:
        # Backends raise errors of their own kinds, and their texts may quote what they hold.
        raise EndpointError("the system keyring could not be opened", settings.base_url,
                            "unlock it, or name an environment variable instead") from None


def redact(text: str, key: str = "") -> str:
    """The text without the key, and without anything that looks like one."""
    if key and key != NO_KEY:
        text = text.replace(key, "[key]")
    return _KEY_SHAPES.sub("[key]", text)
