"""The settings: one model, read from command line > environment > file > default, written back to one TOML file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from esc_tui.domain.errors import UserError, WrongUseError
from esc_tui.settings.files import write_over

PREFIX = "ESC_TUI_"
Mode = Literal["all-in-one", "one-by-one", "single"]
Theme = Literal["esc-dark", "esc-light", "esc-high-contrast", "esc-ansi"]


class Settings(BaseModel):
    """Everything a person can set. Each field's description is its help in the settings screen.

    Environment variables are the names in capitals after ``ESC_TUI_``, e.g. ``ESC_TUI_ENDPOINT``. No key is ever kept
    here: ``key_variable`` names the environment variable that holds it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bank: str = Field("", description="Path of the bank to open. Empty: the one in your data folder.")
    engine: Literal["embedded", "endpoint"] = Field(
        "embedded",
        description="Who thinks: embedded (rules, no model, no network) or endpoint (a model server you choose).",
    )
    endpoint: str = Field(
        "", description="Address of an OpenAI-compatible server, with or without /v1, e.g. http://127.0.0.1:11434."
    )
    model: str = Field("", description="Name of the model at the endpoint. Empty: the first one it lists.")
    key_variable: str = Field(
        "", description="Name of the environment variable that holds the key for the endpoint. Empty: no key is sent."
    )
    key_host: str = Field(
        "",
        max_length=255,
        description="The host that key is for (name or name:port). Empty: the host of the endpoint set in the same place "
        "as key_variable; an endpoint given elsewhere, say on the command line, never gets the key of another.",
    )
    embeddings: str = Field(
        "",
        description="Address of an OpenAI-compatible server that makes vectors, for recall by meaning (see 'discover vectors'). "
        "Your words in Chat are sent there too. Empty: recall by words, or by a local embedder if one is installed.",
    )
    embeddings_model: str = Field("", description="Name of the model that makes the vectors. Empty: the first such model listed.")
    timeout: float = Field(60.0, ge=1, le=600, description="Seconds to wait for the endpoint, 1 to 600.")
    model_risk_check: bool = Field(
        True,
        description="With an endpoint: let the model look for signs of danger too. It can "
        "add an alarm, never take one away.",
    )
    mode: Mode = Field(
        "all-in-one",
        description="How a reply is made: all-in-one (several strategies at once), one-by-one "
        "(go on or stop after each), single (one strategy).",
    )
    seed: int = Field(
        0, ge=0, le=2**31 - 1, description="Seed of the embedded engine; the same seed and words give the same talk."
    )
    region: str = Field(
        "",
        max_length=40,
        description="Your country or region, for the help lines shown in a crisis. Empty: general directions.",
    )
    resources: str = Field(
        "", description="A file of your group's own checked help lines by region (JSON, see docs/guard.md). Empty: none."
    )
    theme: Theme = Field("esc-dark", description="Colours: esc-dark, esc-light, esc-high-contrast or esc-ansi; esc- may be left out.")
    author: str = Field("", max_length=80, description="Your name in the history of the bank. Empty: the annotator's, or your login name.")
    annotator: str = Field("", max_length=80, description="Your name under the labels you give. Empty: the author's name.")
    prompts: str = Field("", description="Folder with your own prompt files instead of the ones that came along.")
    reveal: bool = Field(True, description="Let a finished sentence appear letter by letter.")

    @property
    def named_author(self) -> str:
        """The name of the author, else of the annotator, as it was given; empty when neither was."""
        return self.author or " ".join(self.annotator.split())

    @field_validator("theme", mode="before")
    @classmethod
    def _is_a_theme(cls, name: object) -> object:
        """Colours are no reason to stop: an unknown theme counts as the default, and the panes say so at the start.

        ``esc-`` may be left out.
        """
        name = f"esc-{name}" if f"esc-{name}" in get_args(Theme) else name
        return name if name in get_args(Theme) else "esc-dark"

    @field_validator("bank", "prompts", "resources")
    @classmethod
    def _is_a_path(cls, path: str) -> str:
        if "\x00" in path:
            raise ValueError("a path holds no zero character")
        return path

    @field_validator("key_variable")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if name and not name.isidentifier():
            raise ValueError("this is the name of an environment variable, not the key itself")
        return name

    @field_validator("endpoint", "embeddings")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        url = url.strip()
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("an address begins with http:// or https://")
        if "@" in url.partition("://")[2].partition("/")[0]:
            raise ValueError("an address holds no user name and no key")
        return url


def config_path() -> Path:
    """Where the settings file lies: ``ESC_TUI_CONFIG``, else the user's configuration folder."""
    named = os.environ.get("ESC_TUI_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("esc-tui") / "settings.toml"


def load_settings(
    overrides: Mapping[str, Any] | None = None, path: Path | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from all sources; ``overrides`` are the command line's (None values do not count).

    Raises UserError with the source and field of the first bad value.
    """
    environment = os.environ if environment is None else environment
    path = config_path() if path is None else path
    layers: list[tuple[str, dict[str, Any]]] = [(str(path), read_file(path))]
    known = set(Settings.model_fields)
    from_environment = {
        name: environment[PREFIX + name.upper()] for name in known if environment.get(PREFIX + name.upper())
    }
    layers.append(("environment", from_environment))
    layers.append(("command line", {key: value for key, value in (overrides or {}).items() if value is not None}))
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    key_host = ""
    for source, values in layers:
        merged.update(values)
        origin.update(dict.fromkeys(values, source))
        if "key_variable" in values:
            key_host = host_of(str(merged.get("endpoint", "")))
    if not merged.get("key_host"):
        merged["key_host"] = key_host
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        place = origin.get(name, "settings")
        shown = f"{PREFIX}{name.upper()}" if place == "environment" else name
        if first["type"] == "extra_forbidden":
            from difflib import get_close_matches

            near = get_close_matches(name, sorted(known), n=1, cutoff=0.0)[0]
            raise UserError(f"unknown setting '{name}'", place, f"the nearest known one is '{near}'") from error
        said = first["msg"].removeprefix("Value error, ")
        if place == "command line":
            raise WrongUseError(said[0].lower() + said[1:], f"--{name.replace('_', '-')}", "correct it or leave it out") from error
        raise UserError(f"{shown}: {said}", place, "correct it or leave it out") from error


def host_of(url: str) -> str:
    """Host and port of an address, the port always named; empty when it has no host."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0].lower()
    if not host or (":" in host and not host.endswith("]")):
        return host
    return f"{host}:{443 if scheme.lower() == 'https' else 80}"


def read_file(path: Path) -> dict[str, Any]:
    """The values in the settings file; empty when there is none. Raises UserError when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "the settings file cannot be read", str(path), "check its permissions and that it is UTF-8 text"
        ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(
            f"the settings file is not TOML ({error})", str(path), "correct the line or delete the file"
        ) from error


def save_settings(changes: Mapping[str, Any], path: Path | None = None) -> Path:
    """Write changed values into the settings file, keeping the others; atomic, readable by the owner alone.

    A value equal to the default is left out. Raises UserError when a value is bad or the file cannot be written.
    """
    import json

    path = config_path() if path is None else path
    before = read_file(path)
    values = before | dict(changes)
    if "endpoint" in changes and before.get("key_variable") and not before.get("key_host"):
        values["key_host"] = host_of(str(before.get("endpoint", "")))  # the key stays with the host it was set beside
    try:
        checked = Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(f"{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}", "settings") from error
    lines = ["# Settings of esc-tui; keys are never kept here.\n"]
    for name, field in Settings.model_fields.items():
        value = getattr(checked, name)
        if value != field.default:
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=True)}\n")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_over(path, "".join(lines).encode())
    except OSError as error:
        raise UserError(
            f"the settings cannot be saved ({error.strerror})", str(path), "check the folder and the disk"
        ) from error
    return path
