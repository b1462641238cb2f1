"""``esc-tui discover units`` and ``discover agreement``: label the moments of the dialogues in the bank, and say how well."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from esc_tui.cli.common import Exit, open_session_bank, settings_from
from esc_tui.cli.narration import Display, Narrator
from esc_tui.domain.errors import EndpointError
from esc_tui.domain.text import visible

if TYPE_CHECKING:
    from esc_tui.bank.bank import Bank
    from esc_tui.discover.agreement import Confusion, IntensityAgreement, Measured, PairAgreement, StarAgreement
    from esc_tui.discover.agreement_report import AgreementReport
    from esc_tui.discover.extracting import ExtractionCount
    from esc_tui.engines.roles import Annotator

REASONS_SHOWN = 5
CONFUSIONS_SHOWN = 5


def run_units(bank: str | None, options: dict[str, Any], again: bool, limit: int, parallel: int, display: Display) -> int:
    """Label the units of every dialogue not read yet; exit code 0, or 1 when every dialogue was skipped.

    With ``display`` json: progress objects, then one with dialogues, units, key, positive, neutral, negative, skipped, reasons,
    seconds, and all_dialogues and all_units with those of earlier runs. Raises EndpointError (exit code 3) when the endpoint is
    down; what is stored stays.
    """
    from esc_tui.bank.extractions import extracted
    from esc_tui.discover.roles import annotator_for

    settings = settings_from({"bank": bank, **options})
    annotator = annotator_for(settings)
    narrator = Narrator("units", display)
    began = time.monotonic()
    with open_session_bank(settings, make=False) as opened:
        count = asyncio.run(_extract(opened, annotator, again, limit, parallel, narrator))
        whole = extracted(opened.connection, annotator.name)
    result = _result(count, annotator.name, whole, time.monotonic() - began)
    narrator.result(result, _units_text(count, result))
    return Exit.FAILED if count.skipped and not count.dialogues else Exit.DONE


async def _extract(bank: Bank, annotator: Annotator, again: bool, limit: int, parallel: int,
                   narrator: Narrator) -> ExtractionCount:
    from esc_tui.discover.extracting import ExtractionCount, extract_units
    from esc_tui.discover.roles import closing

    count = ExtractionCount()
    try:
        async with closing(annotator), aclosing(
                extract_units(bank, annotator, again=again, limit=limit, parallel=parallel)) as steps:
            async for step in steps:
                count = step.count
                narrator.progress(step.done, step.total, unit="dialogues")
    except (EndpointError, asyncio.CancelledError) as error:
        if count.dialogues or isinstance(error, asyncio.CancelledError):
            narrator.tell(f"Stopped; {count.units:,} units of {_dialogues(count.dialogues)} are stored. "
                          "Run the same command again to go on.")
        raise
    for note in getattr(annotator, "notes", ()):
        narrator.tell(note)
    return count


def _result(count: ExtractionCount, annotator: str, whole: tuple[int, int], seconds: float) -> dict[str, Any]:
    return {
        "kind": "result",
        "job": "units",
        "annotator": annotator,
        "dialogues": count.dialogues,
        "units": count.units,
        "key": count.key,
        "positive": count.polarities["positive"],
        "neutral": count.polarities["neutral"],
        "negative": count.polarities["negative"],
        "new_labels": count.labels,
        "known_dialogues": count.known,
        "all_dialogues": whole[0],
        "all_units": whole[1],
        "skipped": count.skipped,
        "reasons": dict(count.reasons.most_common()),
        "places": [{"dialogue": dialogue, "reason": reason} for dialogue, reason in count.places],
        "seconds": round(seconds, 1),
    }


def _dialogues(number: int) -> str:
    return f"{number:,} dialogue" if number == 1 else f"{number:,} dialogues"


def _units_text(count: ExtractionCount, result: dict[str, Any]) -> str:
    if not count.dialogues and not count.skipped:
        known = f"{visible(result['annotator'], keep_lines=False)} has read all {_dialogues(count.known)}." if count.known else (
            "There is no dialogue to read. Bring some in first: esc-tui import FILE")
        return f"Nothing to do: {known}" if count.known else known
    lines = [f"{count.units:,} {'unit' if count.units == 1 else 'units'} in {_dialogues(count.dialogues)}, labelled by "
             f"{visible(result['annotator'], keep_lines=False)} in {result['seconds']:.0f} s", ""]
    share = max(1, count.units)
    for mark, name in (("▲", "positive"), ("=", "neutral"), ("▼", "negative")):
        number = count.polarities[name]
        lines.append(f"  {mark} {name:<9}{number:>8,}  {100 * number / share:5.1f} %")
    lines.append(f"    {'key':<9}{count.key:>8,}  {100 * count.key / share:5.1f} %  positive or negative")
    if result["all_dialogues"] > count.dialogues:
        lines += ["", f"With what was read before: {result['all_units']:,} units in {_dialogues(result['all_dialogues'])}."]
    if count.labels != count.units:
        lines += ["", f"{count.labels:,} labels are new; the others came out as before."]
    if count.skipped:
        lines += ["", f"{_dialogues(count.skipped)} skipped:"]
        lines += [f"  {number:,}  {visible(reason, keep_lines=False)}" for reason, number in count.reasons.most_common(REASONS_SHOWN)]
        if len(count.reasons) > REASONS_SHOWN:
            lines.append("  and other reasons; --display json names them all")
    return "\n".join(lines)


def run_agreement(bank: str | None, first: str, second: str, display: Display) -> int:
    """Report how labels agree with stars, intensity and each other; nothing is stored. Exit code 0.

    Raises UserError when the bank holds no labels or a labeller is unknown.
    """
    from esc_tui.discover.agreement_report import report_agreement

    narrator = Narrator("agreement", display)
    settings = settings_from({"bank": bank})
    with open_session_bank(settings, readonly=True, make=False) as opened:
        report = report_agreement(opened.connection, first, second,
                                  lambda done, total: narrator.progress(done, total, unit="dialogues"))
    narrator.result({"kind": "result", "job": "agreement", **asdict(report)}, _agreement_text(report))
    return Exit.DONE


def _agreement_text(report: AgreementReport) -> str:
    lines = [f"Labels of {visible(report.labeller, keep_lines=False)} ({report.kind}): {report.units:,} units", ""]
    if report.stars_hidden is not None:
        lines += ["Polarity against the seekers' stars, stars and survey hidden from the annotator", *_stars_lines(report.stars_hidden),
                  "", "The same with the labels in the bank (the annotator saw the stars: this only shows that it heeds them)"]
    else:
        lines += ["Polarity against the seekers' stars"]
    lines += [*_stars_lines(report.stars), ""]
    if len(report.sources) > 1:
        hidden = " hidden" if report.stars_hidden is not None else ""
        lines += [f"Balanced accuracy of key units by source, stars{hidden}"]
        lines += [f"  {visible(source, keep_lines=False) or 'no source'}: {found.key:,} units, {_shown(found.balanced_accuracy)}"
                  for source, found in report.sources.items()]
        lines += [""]
    if report.intensity_hidden is not None:
        lines += ["Mean polarity of a dialogue against its change of intensity, stars and survey hidden",
                  *_intensity_lines(report.intensity_hidden), "", "The same with the labels in the bank"]
    else:
        lines += ["Mean polarity of a dialogue against its change of intensity"]
    lines += _intensity_lines(report.intensity)
    for pair in report.pairs:
        lines += ["", *_pair_lines(pair)]
    return "\n".join(lines)


def _stars_lines(found: StarAgreement) -> list[str]:
    if not found.rated:
        return ["  no rated units"]
    rows = [f"  {'':<9}{'1-2 stars':>11}{'4-5 stars':>11}"]
    rows += [f"  {name:<9}{cells['bad']:>11,}{cells['good']:>11,}" for name, cells in found.counts.items()]
    rows.append(f"  balanced accuracy of {found.key:,} key units: {_shown(found.balanced_accuracy)}")
    if found.by_sign.value is not None:
        rows.append(f"  by the sign of the score, all {found.rated:,} units: {_shown(found.by_sign)}")
    rows.append(f"  ({found.three_stars:,} units with 3 stars left out)")
    return rows


def _intensity_lines(found: IntensityAgreement) -> list[str]:
    if not found.dialogues:
        return ["  no dialogue with a survey"]
    rows = [f"  {'mean polarity':<15}{'fell':>8}{'did not fall':>15}"]
    rows += [f"  {name:<15}{cells['fell']:>8,}{cells['did not fall']:>15,}" for name, cells in found.counts.items()]
    rows.append(f"  Spearman's correlation over {_dialogues(found.dialogues)}: {_shown(found.spearman)}")
    return rows


def _pair_lines(pair: PairAgreement) -> list[str]:
    one, two = visible(pair.first, keep_lines=False), visible(pair.second, keep_lines=False)
    units = "1 unit" if pair.units == 1 else f"{pair.units:,} units"
    lines = [f"{one} and {two}: {units} labelled by both{', blind' if pair.blind else ''}"]
    if not pair.enough:
        return [*lines, "  not enough to measure agreement (20 are needed)"]
    lines.append(f"  {'':<13}{'same':>8}   Cohen's kappa")
    for name, found in pair.fields.items():
        lines.append(f"  {name:<13}{100 * (found.same or 0):>6.1f} %   {_shown(found.kappa)}")
    lines += ["", f"  polarity: {one} down, {two} across", *_matrix(pair.fields["polarity"].confusion)]
    for name in ("state", "first action", "change"):
        often = _mixed_up(pair.fields[name].confusion)
        if often:
            lines += ["", f"  {name}, most often apart ({one} / {two})", *often]
    return lines


def _matrix(confusion: Confusion) -> list[str]:
    rows = [f"  {'':<10}" + "".join(f"{label:>10}" for label in confusion.labels)]
    return rows + [f"  {label:<10}" + "".join(f"{count:>10,}" for count in counts)
                   for label, counts in zip(confusion.labels, confusion.counts, strict=True)]


def _mixed_up(confusion: Confusion) -> list[str]:
    cells = [(count, confusion.labels[row], confusion.labels[column]) for row, counts in enumerate(confusion.counts)
             for column, count in enumerate(counts) if row != column and count]
    cells.sort(key=lambda cell: (-cell[0], cell[1], cell[2]))
    return [f"  {count:>6,}  {one} / {two}" for count, one, two in cells[:CONFUSIONS_SHOWN]]


def _shown(measured: Measured) -> str:
    if measured.value is None:
        return "not enough to measure"
    return f"{measured.value:.3f} (95 % interval {measured.low:.3f} to {measured.high:.3f})"
