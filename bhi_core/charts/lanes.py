"""The lanes of care under the scores: contacts, case reviews, item 9, and one lane a treatment."""

from datetime import date
from typing import Any

from bhi_core.charts.parts import Care, Contact, Dose, Drawing, Frame, Panel, Score, cut, moment, safe
from bhi_core.domain import words
from bhi_core.domain.axes import weeks

MANY = 18
"""Forms: above this number the item 9 lane shows only answers above zero."""


def lane_names(panels: list[Panel], care: Care) -> list[str]:
    """Name the lanes from top to bottom: the fixed ones, then each treatment in the order of its first start."""
    fixed = ["Contacts", "Reviews", *(["Item 9"] if _with_safety(panels) else [])]
    return [*fixed, *dict.fromkeys(dose.treatment for dose in care.doses)]


def changes(care: Care) -> list[date]:
    """Give the dates on which a treatment began, changed or ended, each once."""
    lasting = [dose for dose in care.doses if not dose.once]
    return sorted({dose.start for dose in lasting} | {dose.stop for dose in lasting if dose.stop is not None})


def draw_lanes(drawing: Drawing, frame: Frame, panels: list[Panel], care: Care, axis: str) -> None:
    """Draw all lanes on the y axis named ``axis``, whose range is 0 to the number of lanes, the first lane on top."""
    names = lane_names(panels, care)
    place = {name: len(names) - 0.5 - row for row, name in enumerate(names)}
    start, end = frame.edges
    rules = [(start, edge, end, edge) for edge in range(1, len(names) + 1)]
    drawing.lines(axis, rules, width=1, color=frame.palette.hair)
    _contacts(drawing, frame, care.contacts, axis, place["Contacts"])
    _reviews(drawing, frame, care, axis, place["Reviews"])
    if "Item 9" in place:
        _item9(drawing, frame, _with_safety(panels), axis, place["Item 9"])
    _doses(drawing, frame, care.doses, axis, place)


def _with_safety(panels: list[Panel]) -> list[Score]:
    """Give the forms of the instruments that have a safety item, oldest first."""
    found = [score for panel in panels if panel.instrument.safety_items for score in panel.scores]
    return sorted(found, key=lambda score: score.on)


def _points(axis: str, dates: list[date], lane: float, hover: list[str], **look: Any) -> dict[str, Any]:
    """Make one trace of marks in a lane."""
    return {
        "type": "scatter", "mode": "markers", "xaxis": "x", "yaxis": axis, "cliponaxis": False, "showlegend": False,
        "x": [moment(on) for on in dates], "y": [lane] * len(dates), "hoverinfo": "text", "hovertext": hover,
    } | look  # fmt: skip


def _contacts(drawing: Drawing, frame: Frame, contacts: tuple[Contact, ...], axis: str, lane: float) -> None:
    """Draw an upright for a contact that came about and a cross for one that did not."""
    for attended, symbol, hue, width in (
        (True, "line-ns", frame.palette.ink, 2),
        (False, "x-thin", frame.palette.orange, 2),
    ):
        some = [contact for contact in contacts if contact.attended is attended]
        if some:
            said = "attended" if attended else "missed"
            hover = [safe(f"{words.day(one.on, frame.as_of)}, {one.words or 'contact'}: {said}") for one in some]
            marker = {"symbol": symbol, "size": 11 if attended else 9, "line": {"color": hue, "width": width}}
            drawing.traces.append(_points(axis, [one.on for one in some], lane, hover, marker=marker))


def _reviews(drawing: Drawing, frame: Frame, care: Care, axis: str, lane: float) -> None:
    """Draw a hollow square for each case review."""
    if not care.reviews:
        return
    hover = [
        safe(
            f"{words.day(review.on, frame.as_of)}, case review" + (f": {cut(review.words, 90)}" if review.words else "")
        )
        for review in care.reviews
    ]
    marker = {
        "symbol": "square", "size": 8, "color": frame.palette.page, "line": {"color": frame.palette.ink, "width": 2}
    }  # fmt: skip
    drawing.traces.append(_points(axis, [review.on for review in care.reviews], lane, hover, marker=marker))


def _item9(drawing: Drawing, frame: Frame, forms: list[Score], axis: str, lane: float) -> None:
    """Write the answer to item 9 of each form: a diamond and the answer, 0, or ? where it is unknown."""
    if len(forms) > MANY:
        forms = [form for form in forms if form.safety > 0]
    palette, size = frame.palette, frame.size
    texts, hues, hover = [], [], []
    for form in forms:
        mark, hue = ("◆", palette.red) if form.safety > 1 else ("◇", palette.orange)
        positive = form.safety > 0
        texts.append(f"<b>{mark}{form.safety}</b>" if positive else "0" if form.safety == 0 else "?")
        hues.append(hue if positive else palette.ink2)
        known = f"item 9 answered {form.safety}" if form.safety >= 0 else "item 9 unknown"
        hover.append(safe(f"{words.day(form.on, frame.as_of)}: {known}"))
    if forms:
        look = {"mode": "text", "text": texts, "textfont": {"color": hues, "size": size.text + 0.5}}
        drawing.traces.append(_points(axis, [form.on for form in forms], lane, hover, **look))


def _doses(drawing: Drawing, frame: Frame, doses: tuple[Dose, ...], axis: str, place: dict[str, float]) -> None:
    """Draw a bar for each dose, with the dose in it if it fits, and a mark for what happened once."""
    lasting = [dose for dose in doses if not dose.once]
    once = [dose for dose in doses if dose.once]
    palette, size = frame.palette, frame.size
    if lasting:
        lengths = [max((_end(dose, frame) - dose.start).days, 0) for dose in lasting]
        drawing.traces.append(
            {
                "type": "bar", "orientation": "h", "xaxis": "x", "yaxis": axis, "width": 0.72, "showlegend": False,
                "base": [moment(dose.start) for dose in lasting],
                "x": [days * 86_400_000 for days in lengths],
                "y": [place[dose.treatment] for dose in lasting],
                "text": [
                    safe(dose.dose) if (len(dose.dose) + 1.5) * size.letter <= frame.px(days) else ""
                    for dose, days in zip(lasting, lengths, strict=True)
                ],
                "textposition": "inside", "insidetextanchor": "start", "constraintext": "none", "textangle": 0,
                "insidetextfont": {"color": palette.ink, "size": size.text},
                "marker": {"color": palette.heat[1], "line": {"color": palette.blue, "width": 1}},
                "hoverinfo": "text",
                "hovertext": [_dose_words(dose, days, frame) for dose, days in zip(lasting, lengths, strict=True)],
            }
        )  # fmt: skip
    for dose in once:
        hover = [safe(f"{dose.treatment}: {dose.dose or 'done'}, {words.day(dose.start, frame.as_of)}")]
        marker = {
            "symbol": "triangle-right", "size": 9, "color": palette.page, "line": {"color": palette.blue, "width": 1.5}
        }  # fmt: skip
        drawing.traces.append(_points(axis, [dose.start], place[dose.treatment], hover, marker=marker))


def _end(dose: Dose, frame: Frame) -> date:
    """Give the day a bar ends: its stop, else today."""
    return frame.as_of if dose.stop is None else dose.stop


def _dose_words(dose: Dose, days: int, frame: Frame) -> str:
    """Word a bar for the pointer: what, at which dose, since when and for how many weeks, why it ended."""
    what = f"{dose.treatment} {dose.dose}".strip()
    weeks = words.count(days // 7, "week") if days >= 7 else words.count(days, "day")
    if dose.stop is None:
        return safe(f"{what}, since {words.day(dose.start, frame.as_of)} ({weeks})")
    period = f"{words.day(dose.start, frame.as_of)} to {words.day(dose.stop, frame.as_of)} ({weeks})"
    return safe(f"{what}, {period}" + (f": {cut(dose.why, 90)}" if dose.why else ""))


def short_name(name: str, frame: Frame) -> str:
    """Fit a lane's name into the left margin; the whole name follows the pointer."""
    return safe(cut(name, int((frame.size.left - 8) / frame.size.letter)))


def axis_of_lanes(names: list[str], frame: Frame, domain: tuple[float, float]) -> dict[str, Any]:
    """Say how the y axis of the lanes looks."""
    return {
        "domain": domain, "range": [0, len(names)], "fixedrange": True, "showgrid": False, "zeroline": False,
        "showline": False, "ticks": "", "tickmode": "array",
        "tickvals": [len(names) - 0.5 - row for row in range(len(names))],
        "ticktext": [short_name(name, frame) for name in names],
        "tickfont": {"color": frame.palette.ink, "size": frame.size.text + 0.5}, "anchor": "x",
    }  # fmt: skip


def weeks_axis(frame: Frame) -> tuple[list[str], list[str]]:
    """Give the dates and words of the time axis: the week over the date."""
    at = weeks(frame.start, frame.end, frame.enrolled_on, frame.as_of, frame.size.ticks)
    return (
        [moment(on) for _, on in at],
        [f"wk {week}<br>{words.day(on, frame.as_of)}" for week, on in at],
    )
