"""The themes: four meanings in Okabe-Ito hues, contrast, and work without any colour."""

from __future__ import annotations

import colorsys

import pytest
from rich.color import ColorSystem
from textual.color import Color

from esc_tui.tui.themes import THEME_NAMES, TONES, all_themes, dark, high_contrast, light

OKABE_ITO = {"helped": "#009E73", "neutral": "#56B4E9", "harmed": "#D55E00", "caution": "#F0E442"}


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""

    def luminance(colour: str) -> float:
        parts = [part / 255 for part in Color.parse(colour).rgb]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    first, second = sorted((luminance(one), luminance(other)), reverse=True)
    return (first + 0.05) / (second + 0.05)


@pytest.mark.parametrize("theme", [dark(), light(), high_contrast()], ids=lambda theme: theme.name)
@pytest.mark.parametrize("tone", TONES)
def test_every_tone_stands_out_from_both_surfaces(theme, tone):
    least = 7.0 if theme.name == "esc-high-contrast" else 4.5
    for surface in (theme.background, theme.surface, theme.variables["tone-raised"]):
        floor = least if surface != theme.variables["tone-raised"] else 4.5
        assert contrast(theme.variables[f"tone-{tone}"], surface) >= floor, (tone, surface)


@pytest.mark.parametrize("theme", [dark(), light(), high_contrast()], ids=lambda theme: theme.name)
@pytest.mark.parametrize("meaning", OKABE_ITO)
def test_the_four_meanings_keep_the_hues_of_okabe_and_ito(theme, meaning):
    def hue(colour: str) -> float:
        red, green, blue = (part / 255 for part in Color.parse(colour).rgb)
        return colorsys.rgb_to_hls(red, green, blue)[0] * 360

    assert abs(hue(theme.variables[f"tone-{meaning}"]) - hue(OKABE_ITO[meaning])) <= 14


@pytest.mark.parametrize("theme", [dark(), light(), high_contrast()], ids=lambda theme: theme.name)
def test_the_cursor_of_the_field_can_be_seen(theme):
    assert contrast(theme.variables["input-cursor-background"], theme.surface) >= 4.5


def test_the_ansi_theme_names_no_colour_of_its_own():
    [theme] = [theme for theme in all_themes() if theme.ansi]
    assert all(value.startswith("ansi_") for name, value in theme.variables.items()
               if name.startswith("tone-"))


def test_no_dark_surface_turns_red_or_black_in_256_colours():
    theme = all_themes(few_colours=True)[0]
    surfaces = [theme.background, theme.surface, theme.variables["tone-rule"], theme.variables["tone-raised"]]
    seen = [Color.parse(colour).rich_color.downgrade(ColorSystem.EIGHT_BIT).get_truecolor() for colour in surfaces]
    assert all(len(set(colour)) == 1 for colour in seen) and len(set(seen)) == 4


def test_four_themes_are_offered():
    assert tuple(theme.name for theme in all_themes()) == THEME_NAMES
