"""The options that several commands share, each declared once."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

BankOption = Annotated[str | None, typer.Option("--bank", help="Path of the bank; default the one in your data folder.", metavar="PATH")]
EngineOption = Annotated[
    Literal["embedded", "endpoint"] | None, typer.Option("--engine", help="Who thinks: rules of this program, or a model at an endpoint.")
]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint", metavar="URL", help="OpenAI-compatible server, e.g. http://127.0.0.1:11434.")
]
ModelOption = Annotated[str | None, typer.Option("--model", metavar="NAME", help="Model at the endpoint; default the first it lists.")]
ModeOption = Annotated[
    Literal["all-in-one", "one-by-one", "single"] | None,
    typer.Option("--mode", help="How a reply is made: several strategies at once, one after another, one alone."),
]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the embedded engine.")]
RevisionOption = Annotated[
    str, typer.Option("--revision", metavar="REV", help="r42, 42 or a hash prefix; default the newest.")
]
AuthorOption = Annotated[str | None, typer.Option("--author", metavar="NAME", help="Name for the history; default your login name.")]
MessageOption = Annotated[str, typer.Option("--message", "-m", help="One line for the history.")]
PromptsOption = Annotated[str | None, typer.Option("--prompts", metavar="FOLDER", help="Your own prompt files for a model.")]
RegionOption = Annotated[
    str | None, typer.Option("--region", metavar="NAME", help="Country or region, for the help lines shown in a crisis.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")]
ReplaceOption = Annotated[bool, typer.Option("--replace", help="A file of that name is replaced, once the new one is whole.")]
DisplayOption = Annotated[Literal["plain", "json"], typer.Option("--display", help="For people, or JSON lines.")]
