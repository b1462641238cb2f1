"""What a person writes about a run, as its settings: supporters, profiles, budgets; and a forecast in words."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ValidationError

from esc_tui.bank.episode_search import (
    LABELS,
    UnknownWord,
    allowed_values,
    unknown_word,
    unknown_words_error,
    values_meant,
)
from esc_tui.domain.errors import WrongUseError
from esc_tui.domain.labels import parse_label
from esc_tui.domain.text import many
from esc_tui.simulate.planning import MOST_MASKED, Arm, Forecast, RunSettings

UNITS = {"min": "minutes", "minute": "minutes", "minutes": "minutes", "m": "minutes", "h": "hours", "hours": "hours", "call": "calls",
         "calls": "calls", "token": "tokens", "tokens": "tokens"}
_BUDGET = re.compile(r"(\d+(?:\.\d+)?)(k?) ?([a-z]+)")


def arm_of(text: str) -> Arm:
    """``r42``, ``newest`` or ``none``, with a mode, an engine and ``thompson`` behind commas. Raises UserError for anything else."""
    first, *rest = [part.strip() for part in text.split(",")]
    if not first:
        raise WrongUseError("a supporter is named first", f"--arm '{text}'", "write e.g. newest, r42, none or newest,one-by-one,endpoint")
    values: dict[str, Any] = {"bank": first.lower() != "none"}
    if values["bank"] and first.lower() not in {"newest", "head"}:
        values["revision"] = first
    for part in rest:
        if part == "thompson":
            values[part] = True
            continue
        field = "engine" if part in {"embedded", "endpoint"} else "mode" if part in {"all-in-one", "one-by-one", "single"} else ""
        if field and field not in values:
            values[field] = part
        elif field:
            raise WrongUseError(f"'{values[field]}' and '{part}' are two {field}s for one supporter", f"--arm {text}",
                                "leave one out, or give --arm again for a second supporter")
        elif part.lower() in {"newest", "head", "none"}:
            raise WrongUseError(f"'{part}' is a second supporter", f"--arm {text}",
                                "give --arm again for it; in the form a second supporter comes behind a ;")
        else:
            raise WrongUseError(f"'{part}' is neither a mode nor an engine", f"--arm {text}",
                                "write e.g. r42, none, newest,one-by-one,endpoint or newest,thompson")
    return Arm.model_validate(values)


def settings_of(wish: dict[str, Any], arms: list[str]) -> RunSettings:
    """The run a person asked for. Raises UserError with the option that is wrong."""
    labels = {f"{facet}s": tuple(_label(facet, kind, one) for one in wish.get(f"{facet}s", ())) for facet, kind in LABELS.items()}
    try:
        return RunSettings.model_validate({**wish, **labels, "arms": [arm_of(one) for one in arms] or [Arm()]})
    except ValidationError as error:
        first = error.errors()[0]
        where = "--" + "-".join(str(part) for part in first["loc"] if not isinstance(part, int)).rstrip("s") if first["loc"] else "--arm"
        raise WrongUseError(str(first["msg"]).removeprefix("Value error, "), where, "see 'esc-tui simulate --help'") from None


def _label(name: str, kind: Any, text: str) -> Any:
    try:
        return parse_label(kind, text)
    except ValueError as error:
        what = str(error).partition("; ")[0]
        raise WrongUseError(what, f"--{name}", f"give one of {', '.join(allowed_values(name))}") from None


def profiles_of(text: str) -> dict[str, Any]:
    """``all``, ``12``, ``need:be-praised,be-listened-to character:passive`` or ids, as fields of the settings of a run.

    Labels are read as in the filter of a run's episodes. Raises UserError that names each unknown word and what is allowed in its place.
    """
    found: dict[str, Any] = {}
    names: list[str] = []
    unknown: list[UnknownWord] = []
    for part in text.split():
        facet, colon, values = part.partition(":")
        facet = facet.lower()
        if colon and facet not in LABELS:
            unknown.append(unknown_word("", facet, LABELS))
        elif colon:
            for one in filter(None, values.split(",")):
                meant = values_meant(facet, one)
                found[f"{facet}s"] = tuple(dict.fromkeys((*found.get(f"{facet}s", ()), *meant)))
                if not meant:
                    unknown.append(unknown_word(facet, one, allowed_values(facet)))
        elif part.isascii() and part.isdigit() and len(part) < 7:
            if not int(part):
                raise WrongUseError("a run needs at least one profile")
            found["limit"] = int(part)
        elif part.lower() != "all":
            names.append(part)
    if unknown:
        raise unknown_words_error(unknown)
    return {**found, "profiles": tuple(names)}


def mask_of(text: str) -> float:
    """``0.1``, ``10 %`` or nothing, as a share from 0 to 0.5. Raises UserError for anything else."""
    number, percent, rest = text.strip().partition("%")
    try:
        share = float(number or 0) / (100 if percent else 1)
    except ValueError:
        share = -1.0
    if rest or not 0 <= share <= MOST_MASKED:
        raise WrongUseError(f"'{text}' is no share of skills", "", f"write e.g. 0.1 or 10 %, at most {MOST_MASKED:g}")
    return share


def budget_of(text: str) -> dict[str, Any]:
    """``30 min``, ``1000 calls, 2 h``, ``500k tokens`` or nothing. Raises UserError for anything else."""
    found: dict[str, Any] = {}
    for part in filter(None, (one.strip().lower() for one in text.split(","))):
        read = _BUDGET.fullmatch(part)
        name = UNITS.get(read[3]) if read is not None else None
        value = float(read[1]) * (1000 if read[2] else 1) if read is not None else 0.0
        if name is None or not 0 < value < 1e12:
            raise WrongUseError(f"'{part}' is no budget", "", "write e.g. 30 min, 1000 calls or 500k tokens")
        if name == "hours":
            name, value = "minutes", value * 60
        found[name] = value if name == "minutes" else int(value)
    return found


def spoken(forecast: Forecast) -> str:
    """The forecast in one line."""
    calls = f"{forecast.calls:,} model calls, about {forecast.tokens:,} tokens, " if forecast.calls else "no model calls, "
    basis = f"at the pace of run {forecast.measured_by}" + ("" if forecast.alike else ", of other engines or modes")
    if not forecast.measured_by:
        basis = f"a guess; this bank has no finished run {'with' if forecast.calls else 'without'} a model yet"
    return f"{many(forecast.episodes, 'episode')}, {calls}about {duration(forecast.seconds)} ({basis})" + (
        f"; {forecast.left_out}" if forecast.left_out else "")


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h 10 min``."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
