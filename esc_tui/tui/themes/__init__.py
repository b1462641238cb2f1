"""The four themes and their tones: two surfaces, one accent, four meanings, eight strategies.

Helped, neutral, harmed and caution take the hues of Okabe and Ito's palette (bluish green, sky blue, vermilion, yellow;
jfly.uni-koeln.de/color), lightened or darkened until they stand 4.5:1 against both surfaces (7:1 in high contrast), as a
test computes. The ANSI theme leaves all colours to the terminal.
"""

from __future__ import annotations

from textual.theme import Theme

from esc_tui.tui.start import THEMES

TONES = (
    "bright", "text", "dim", "accent", "helped", "neutral", "harmed", "caution",
    "qu", "rp", "rf", "sd", "af", "ps", "in", "ot",
)
"""Names of the tones that carry text; as theme variables they are called ``tone-...``."""

THEME_NAMES = THEMES


def _theme(name: str, dark: bool, background: str, surface: str, rule: str, raised: str, tones: dict[str, str],
           scrollbar: str) -> Theme:
    accent, bright = tones["accent"], tones["bright"]
    variables = {f"tone-{tone}": colour for tone, colour in tones.items()}
    variables |= {
        "tone-rule": rule, "tone-raised": raised, "tone-surface": surface,
        "text": tones["text"], "text-muted": tones["dim"], "text-disabled": tones["dim"],
        "foreground-muted": tones["dim"], "foreground-disabled": tones["dim"],
        "border": accent, "border-blurred": rule,
        "block-cursor-background": raised, "block-cursor-foreground": bright, "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": raised, "block-cursor-blurred-foreground": tones["text"],
        "block-hover-background": raised,
        "input-cursor-background": accent, "input-cursor-foreground": background,
        "input-selection-background": raised, "input-selection-foreground": bright,
        "screen-selection-background": raised, "screen-selection-foreground": bright,
        "scrollbar": scrollbar, "scrollbar-hover": tones["dim"], "scrollbar-active": accent,
        "scrollbar-background": background, "scrollbar-background-hover": background,
        "scrollbar-background-active": background, "scrollbar-corner-color": background,
        "link-color": accent, "link-style": "none", "link-background-hover": raised, "link-color-hover": bright,
        "link-style-hover": "none",
        "button-foreground": tones["text"], "button-color-foreground": background, "button-focus-text-style": "bold",
    }
    return Theme(name=name, primary=accent, secondary=tones["neutral"], accent=accent, warning=tones["caution"],
                 error=tones["harmed"], success=tones["helped"], foreground=tones["text"], background=background,
                 surface=surface, panel=surface, dark=dark, variables=variables)


def dark(few_colours: bool = False) -> Theme:
    """Warm near-black with a dusty rose accent; the default.

    A terminal of 256 colours has no warm dark greys: what is a little too far from grey becomes dark red there, which reads as an error.
    """
    surfaces = ("#191613", "#221e1a", "#3d352e", "#342d27") if few_colours else ("#191512", "#221d19", "#3d352e", "#352d27")
    return _theme("esc-dark", True, *surfaces, {
        "bright": "#fbf3e6", "text": "#d2c7b7", "dim": "#a49887", "accent": "#e2a4bf",
        "helped": "#45c29b", "neutral": "#6db9e6", "harmed": "#f2894b", "caution": "#ecd867",
        "qu": "#8fb9e3", "rp": "#78c5c0", "rf": "#e5ac8c", "sd": "#c3a9e4", "af": "#9ccd8f", "ps": "#dcbf6e",
        "in": "#a9b6cc", "ot": "#b3a698"}, "#4a4038")


def light() -> Theme:
    """Warm paper with a deep rose accent."""
    return _theme("esc-light", False, "#fbf7f0", "#f3ece1", "#d9cdbd", "#e8ddcd", {
        "bright": "#1c1611", "text": "#463d34", "dim": "#6b6055", "accent": "#8f3563",
        "helped": "#00664b", "neutral": "#17598a", "harmed": "#a03d00", "caution": "#675700",
        "qu": "#2b5b94", "rp": "#146561", "rf": "#93481f", "sd": "#66439a", "af": "#3b6428", "ps": "#6f5400",
        "in": "#4b5a75", "ot": "#655a4d"}, "#cabda9")


def high_contrast() -> Theme:
    """White on black, strong rules, every tone at least 7:1."""
    return _theme("esc-high-contrast", True, "#000000", "#1a1a1a", "#a8a8a8", "#3a3a3a", {
        "bright": "#ffffff", "text": "#f2f2f2", "dim": "#cfcfcf", "accent": "#ffb3d6",
        "helped": "#4fe0b4", "neutral": "#8fd3ff", "harmed": "#ffa066", "caution": "#fff066",
        "qu": "#a9d0ff", "rp": "#8fe8e0", "rf": "#ffc3a0", "sd": "#dcc4ff", "af": "#b6eba5", "ps": "#ffdf7a",
        "in": "#ccd8ee", "ot": "#dcd2c6"}, "#a8a8a8")


def ansi() -> Theme:
    """The terminal's own sixteen colours and its own background; used under NO_COLOR too."""
    tones = {
        "bright": "ansi_default", "text": "ansi_default", "dim": "ansi_default", "accent": "ansi_magenta",
        "helped": "ansi_green", "neutral": "ansi_cyan", "harmed": "ansi_red", "caution": "ansi_yellow",
        "qu": "ansi_blue", "rp": "ansi_cyan", "rf": "ansi_red", "sd": "ansi_magenta", "af": "ansi_green",
        "ps": "ansi_yellow", "in": "ansi_default", "ot": "ansi_default"}
    variables = {f"tone-{tone}": colour for tone, colour in tones.items()} | {
        "ansi-background": "ansi_default", "ansi-foreground": "ansi_default",
        "tone-rule": "ansi_bright_black", "tone-raised": "ansi_default", "tone-surface": "ansi_default",
        "border": "ansi_magenta", "border-blurred": "ansi_bright_black",
        "block-cursor-foreground": "ansi_default", "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "bold reverse", "block-cursor-blurred-text-style": "bold",
        "block-cursor-blurred-foreground": "ansi_default", "block-cursor-blurred-background": "ansi_default",
        "input-cursor-background": "ansi_default", "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse", "input-selection-background": "ansi_bright_black",
        "input-selection-foreground": "ansi_default", "screen-selection-background": "ansi_bright_black",
        "screen-selection-foreground": "ansi_default", "scrollbar": "ansi_bright_black",
        "scrollbar-hover": "ansi_default", "scrollbar-active": "ansi_magenta", "scrollbar-background": "ansi_default",
        "scrollbar-background-hover": "ansi_default", "scrollbar-background-active": "ansi_default",
        "scrollbar-corner-color": "ansi_default", "footer-key-foreground": "ansi_magenta",
    }
    return Theme(name="esc-ansi", ansi=True, primary="ansi_magenta", secondary="ansi_cyan", warning="ansi_yellow",
                 error="ansi_red", success="ansi_green", accent="ansi_magenta", foreground="ansi_default",
                 background="ansi_default", surface="ansi_default", panel="ansi_default", boost="ansi_default", dark=True,
                 variables=variables)


def all_themes(few_colours: bool = False) -> tuple[Theme, ...]:
    """The four themes in the order they are offered; ``few_colours``: for a terminal that has 256."""
    return dark(few_colours), light(), high_contrast(), ansi()
