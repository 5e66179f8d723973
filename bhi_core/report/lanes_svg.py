"""The lanes of care under the printed course: contacts, case reviews, item 9, and one lane a treatment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bhi_core.domain.answers import Chart, Trial, trials
from bhi_core.domain.words import plain_date
from bhi_core.report.print_look import BLUE, DOSE, HAIR, INK, INK2, ORANGE, PAGE, RED
from bhi_core.report.svg import Sheet

LANE = 17.5
"""Units: the height of a lane."""

TREATMENTS = 6
"""At most so many treatments have a lane: those begun last. The page tells all of them in words."""

MANY = 18
"""Forms: above this number the item 9 lane shows only answers above zero."""

TEXT = 11.0
LETTER = 5.9
NAME_LETTERS = 21


@dataclass(frozen=True)
class Lanes:
    """What the lanes show.

    Attributes:
        names: of the lanes, from above.
        contacts: day, and whether it came about.
        reviews: days.
        item9: day and the highest answer (-1 blank, -2 unknown); None without a form that asks.
        doses: treatments dose by dose.
        referrals: day and to what.
        changes: the days of starts, changes and ends, each once.
        left_out: how many earlier treatments have no lane.
    """

    names: tuple[str, ...]
    contacts: tuple[tuple[date, bool], ...]
    reviews: tuple[date, ...]
    item9: tuple[tuple[date, int], ...] | None
    doses: tuple[Trial, ...]
    referrals: tuple[tuple[date, str], ...]
    changes: tuple[date, ...]
    left_out: int


def lanes_of(told: Chart, begin: date) -> Lanes:
    """Collect what the lanes show, from the beginning of the axis on.

    Args:
        told: the episode.
        begin: the first day of the axis; a treatment that went on past it has its bar from there.
    """
    treatments = told.treatments
    doses = [trial for trial in trials(treatments) if trial.ended is None or trial.ended > begin]
    referred = treatments[(treatments["change"] == "referral") & (treatments["date"] >= str(begin))]
    referrals = [(_day(row["date"]), _text(row["treatment"]) or "Referral") for row in referred.to_dict("records")]
    begun = sorted([(dose.since, dose.treatment) for dose in doses] + referrals, key=lambda pair: pair[0])
    lanes = list({name.casefold(): name for _, name in reversed(begun)}.values())[::-1]
    kept = lanes[-TREATMENTS:]
    item9 = _item9(told)
    fixed = ("Contacts", "Reviews", *(("Item 9",) if item9 is not None else ()))
    changes = {max(dose.began, begin) for dose in doses} | {dose.ended for dose in doses if dose.ended is not None}
    contacts = told.contacts[told.contacts["date"] >= str(begin)]
    return Lanes(
        names=(*fixed, *kept),
        contacts=tuple((_day(row["date"]), bool(row["attended"])) for row in contacts.to_dict("records")),
        reviews=tuple(on for on in map(_day, told.reviews["date"]) if on >= begin),
        item9=item9,
        doses=tuple(doses),
        referrals=tuple(referrals),
        changes=tuple(sorted(changes)),
        left_out=len(lanes) - len(kept),
    )


def _item9(told: Chart) -> tuple[tuple[date, int], ...] | None:
    """Give the highest answer to a safety item on each day with a form that asks; None when there is none."""
    asking = [instrument.id for instrument in told.instruments if instrument.safety_items]
    forms = told.own_forms
    forms = forms[forms["instrument"].astype(object).isin(asking)]
    answers = forms.groupby("taken_on")["safety_answer"].max()
    days = [(_day(on), int(answer)) for on, answer in zip(answers.index, answers, strict=True)]
    if len(days) > MANY:
        days = [(on, answer) for on, answer in days if answer > 0]
    return tuple(days) if len(forms) else None


@dataclass(frozen=True)
class Ground:
    """Where the lanes are drawn.

    Attributes:
        sheet: what is drawn on.
        x: gives the place of a day.
        as_of: where what goes on ends.
        above: where the first lane begins.
        left, right: the ends of the time axis.
    """

    sheet: Sheet
    x: Callable[[date], float]
    as_of: date
    above: float
    left: float
    right: float


def draw_lanes(ground: Ground, lanes: Lanes) -> None:
    """Draw the lanes."""
    sheet, x = ground.sheet, ground.x
    middle = {name.casefold(): ground.above + LANE * (place + 0.5) for place, name in enumerate(lanes.names)}
    for name, y in zip(lanes.names, middle.values(), strict=True):
        sheet.line((ground.left, y - LANE / 2, ground.right, y - LANE / 2), HAIR, 0.8)
        sheet.words((0, y), _cut(name), TEXT, INK)
    for on, attended in lanes.contacts:
        _contact(sheet, (x(on), middle["contacts"]), attended=attended)
    for on in lanes.reviews:
        sheet.box((x(on) - 4, middle["reviews"] - 4), (8, 8), PAGE, INK, stroke_width=1.8)
    for on, answer in lanes.item9 or ():
        _answer(sheet, (x(on), middle["item 9"]), answer)
    for dose in lanes.doses:
        if dose.treatment.casefold() in middle:
            _bar(ground, dose, middle[dose.treatment.casefold()])
    for on, name in lanes.referrals:
        if name.casefold() in middle:
            at, y = x(on), middle[name.casefold()]
            sheet.shape(((at - 4, y - 5), (at + 5, y), (at - 4, y + 5)), PAGE, BLUE, 1.5)


def _contact(sheet: Sheet, at: tuple[float, float], *, attended: bool) -> None:
    """Draw an upright for a contact that came about and a cross for one that did not."""
    if attended:
        sheet.line((at[0], at[1] - 5.5, at[0], at[1] + 5.5), INK, 2)
    else:
        sheet.cross(at, 3.6, ORANGE)


def _answer(sheet: Sheet, at: tuple[float, float], answer: int) -> None:
    """Write an answer to item 9: a diamond with its number, 0, or ? where it is unknown."""
    if answer < 1:
        sheet.words(at, "0" if answer == 0 else "?", TEXT - 0.5, INK2, anchor="middle")
        return
    red = answer >= 2
    sheet.diamond((at[0] - 4, at[1]), 4.6, RED if red else PAGE, RED if red else ORANGE, 1.5)
    sheet.words((at[0] + 2.5, at[1]), str(answer), TEXT, RED if red else ORANGE, bold=True)


def _bar(ground: Ground, dose: Trial, middle: float) -> None:
    """Draw a treatment at one dose from its first to its last day, with the dose in it where that fits."""
    sheet, begin, end = ground.sheet, max(ground.x(dose.began), ground.left), ground.x(dose.ended or ground.as_of)
    sheet.box((begin, middle - 6.5), (end - begin, 13), DOSE, BLUE, stroke_width=0.9)
    if dose.ended is not None and dose.is_last_dose:
        sheet.line((end, middle - 6.5, end, middle + 6.5), INK, 2)
    short = dose.dose.split(" ")[0]
    fits = (text for text in (dose.dose, short) if text and (len(text) + 0.8) * LETTER <= end - begin)
    text = next(fits, None)
    if text is not None:
        sheet.words((begin + 3, middle), text, TEXT - 0.5, INK)


def _cut(name: str) -> str:
    """Shorten a lane's name to the left margin."""
    return name if len(name) <= NAME_LETTERS else name[: NAME_LETTERS - 1].rstrip() + "…"


def _day(on: object) -> date:
    """Give a date that is never missing."""
    plain = plain_date(on)
    assert plain is not None
    return plain


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
