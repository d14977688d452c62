"""A check as one HTML file: no script, nothing fetched from anywhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from gis_grid.cli.checking.table import rows
from gis_grid.cli.checking.view import View
from gis_grid.cli.checking.words import BOUNDARY_COLOUR, CLASS_COLOURS, CLASS_WORDS, OUTCOME_COLOURS, Words
from gis_grid.core.presence.segments import SegmentClass
from gis_grid.core.rules.calendar import local_moment
from gis_grid.core.track.flags import REJECTING, flag_names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.cli.checking.document import Checked
    from gis_grid.cli.checking.view import Run
    from gis_grid.core.geometry.boundary import Boundary

_STYLE: Final = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem }
tr { border-bottom: 1px solid #8886 }
svg { width: 100%; max-height: 70vh; border: 1px solid #8886 }
.outcome { white-space: nowrap; font-weight: 700; border-left: .5rem solid }
.key { display: inline-block; width: 2rem; height: .4rem }
.legend span { margin-right: 1.2rem; white-space: nowrap }
small { opacity: .8 }
"""


def html_page(checked: Checked, boundary: Boundary, words: Words, name: str) -> str:
    """Write a check as a page; `name` is the track's file name."""
    presence = checked.judgement.presence
    sums = (("inside", presence.best_s), ("known", presence.known_s), ("unknown", presence.unknown_s))
    times = " · ".join(f"{words(key)} <b>{words.duration(seconds)}</b>" for key, seconds in sums)
    profiles = ", ".join(f"{profile.name} {profile.version}" for profile in checked.profiles)
    title = f"{words('title')}: {escape(name)}"
    return f"""<!doctype html>
<html lang="{words.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title><style>{_STYLE}</style></head>
<body><h1>{title}</h1>
<p>{times}<br>
<small>{words("profile")} {escape(profiles)} · {checked.tz.key} · {_flags(checked, words)}</small></p>
{_table(checked, words)}
{_signs(checked, words)}
{_map(checked, boundary, words)}
{_legend(words)}
</body></html>
"""


def _flags(checked: Checked, words: Words) -> str:
    """Count the fixes and their flags."""
    flags = ", ".join(f"{name} {count}" for name, count in checked.judgement.flags.items() if count)
    counted = f"{words('fixes')} {len(checked.judgement.cleaned.fixes)}"
    return f"{counted}, {words('flagged')}: {flags}" if flags else counted


def _table(checked: Checked, words: Words) -> str:
    """Write every verdict with its reasons."""
    keys = ("span", "rule", "outcome", "amount", "range", "why")
    head = "".join(f'<th scope="col">{words(key)}</th>' for key in keys)
    body = []
    for row in rows(checked, words):
        verdict = row.verdict
        rule = escape(words.rule(verdict)) if verdict else ""
        colour = OUTCOME_COLOURS[verdict.outcome] if verdict else "transparent"
        outcome = words.outcome(verdict.outcome) if verdict else "-"
        why = escape(words.reasons(verdict)) if verdict else row.note
        body.append(
            f"<tr><td>{row.span}</td><td>{rule}</td>"
            f'<td class="outcome" style="border-color:{colour}">{outcome}</td>'
            f"<td>{row.best}</td><td>{row.bounds}</td><td>{why}</td></tr>"
        )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _signs(checked: Checked, words: Words) -> str:
    """List the signs, if any."""
    if not checked.signs:
        return ""
    items = "".join(f"<li>{escape(words.said(sign))}</li>" for sign in checked.signs)
    return f"<h2>{words('signs')}</h2><ul>{items}</ul>"


def _map(checked: Checked, boundary: Boundary, words: Words) -> str:
    """Draw boundary, track by class and rejected fixes as SVG."""
    view = View.around(boundary)
    width, height = 2 * view.half_width_m, 2 * view.half_height_m
    stroke = max(width, height) / 400
    outline = " ".join(f"M{_points(ring)}Z" for ring in view.rings(boundary))
    runs = "".join(_run(run, checked, words, stroke) for run in view.runs(checked.judgement.presence))
    return (
        f'<svg viewBox="{-view.half_width_m:.1f} {-view.half_height_m:.1f} {width:.1f} {height:.1f}"'
        f' role="img" aria-label="{words("title")}"><path d="{outline}" fill="{BOUNDARY_COLOUR}"'
        f' fill-opacity=".12" fill-rule="evenodd" stroke="{BOUNDARY_COLOUR}" stroke-width="{stroke:.2f}">'
        f"<title>{words('boundary')}</title></path>{runs}{_rejected(checked, view, stroke)}</svg>"
    )


def _run(run: Run, checked: Checked, words: Words, stroke: float) -> str:
    """Draw one run of segments; resting the pointer on it tells when."""
    start, end = (local_moment(t, checked.tz) for t in (run.start_ms, run.end_ms))
    length = words.duration((run.end_ms - run.start_ms) / 1000)
    dashes = f' stroke-dasharray="{2 * stroke:.2f}"' if run.kind is SegmentClass.UNKNOWN else ""
    title = f"{words(CLASS_WORDS[run.kind])} {start:%Y-%m-%d %H:%M:%S} - {end:%H:%M:%S}, {length}"
    return (
        f'<path d="M{_points(run.line)}" fill="none" stroke="{CLASS_COLOURS[run.kind]}"'
        f' stroke-width="{stroke:.2f}" stroke-linejoin="round" stroke-linecap="round"{dashes}>'
        f"<title>{title}</title></path>"
    )


def _rejected(checked: Checked, view: View, stroke: float) -> str:
    """Mark the fixes that no rule used, with their flags."""
    cleaned = checked.judgement.cleaned
    fixes = cleaned.fixes.take(~cleaned.accepted)
    flags = cleaned.flags[~cleaned.accepted].tolist()
    places = view.metres(fixes.lon, fixes.lat).tolist()
    marks = []
    for (x, y), bits, t_ms in zip(places, flags, fixes.t_ms.tolist(), strict=True):
        if abs(x) <= view.half_width_m and abs(y) <= view.half_height_m:
            when = f"{local_moment(t_ms, checked.tz):%Y-%m-%d %H:%M:%S}"
            names = ", ".join(flag_names(bits & REJECTING))
            marks.append(
                f'<circle cx="{x:.1f}" cy="{-y:.1f}" r="{1.5 * stroke:.2f}" fill="none" stroke="currentColor"'
                f' stroke-width="{stroke / 2:.2f}"><title>{names} {when}</title></circle>'
            )
    return "".join(marks)


def _points(line: NDArray[np.float64]) -> str:
    """Write a line as SVG coordinates; y points down there."""
    return " ".join(f"{x:.1f},{-y:.1f}" for x, y in line.tolist())


def _legend(words: Words) -> str:
    """Name the colours of the map."""
    entries = [("boundary", BOUNDARY_COLOUR)] + [
        (CLASS_WORDS[kind], CLASS_COLOURS[kind]) for kind in SegmentClass
    ]
    keys = "".join(
        f'<span><i class="key" style="background:{colour}"></i> {words(word)}</span>'
        for word, colour in entries
    )
    return f'<p class="legend">{keys}</p>'
