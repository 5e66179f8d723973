"""The marks of classes and of item 9: each stands beside its word, so that colour alone never says anything."""

from bhi_core.domain.outcome_class import CLASSES

Mark = tuple[str, str, str]
"""Mark, word and tone: "ink", "blue" (better), "orange" (no change) or "red" (worse)."""

_WORDS: dict[str, Mark] = {
    "relapsed": ("▲▲", "Relapsed", "red"),
    "deteriorated": ("▲", "Deteriorated", "red"),
    "rose": ("▲", "Rose", "red"),
    "worse": ("▲", "Worse", "red"),
    "no change": ("=", "No change", "orange"),
    "no follow-up": ("·", "No follow-up yet", "ink"),
    "small gain": ("◁", "Small gain", "ink"),
    "partial": ("◁", "Partial", "ink"),
    "improved": ("▽", "Improved", "blue"),
    "below threshold": ("·", "Below threshold", "ink"),
    "response": ("▼", "Response", "blue"),
    "remission": ("▼▼", "Remission", "blue"),
}
_TURNED = str.maketrans("▲▼▽△", "▼▲△▽")


def class_mark(outcome_class: str, direction: int = 1) -> Mark:
    """Give mark, word and tone of an outcome class.

    Args:
        outcome_class: a word of ``domain.outcome_class.CLASSES``.
        direction: of the instrument: 1 when higher is worse, -1 when higher is better.

    Returns:
        The triangle points where the score went, so it is turned round where higher is better; word and tone follow
        the meaning.

    >>> class_mark("deteriorated"), class_mark("deteriorated", -1)
    (('▲', 'Deteriorated', 'red'), ('▼', 'Deteriorated', 'red'))
    """
    mark, word, tone = _WORDS[outcome_class]
    return (mark if direction > 0 else mark.translate(_TURNED)), word, tone


def class_table() -> list[Mark]:
    """Give all classes, first where higher is worse and then where higher is better; a place in it is a code."""
    return [class_mark(name, direction) for direction in (1, -1) for name in CLASSES]


CLASS_CODES = {
    (name, direction): place + turn * len(CLASSES)
    for turn, direction in enumerate((1, -1))
    for place, name in enumerate(CLASSES)
}
"""Outcome class and direction -> place in ``class_table``."""


def item9_mark(answer: int, acknowledged: bool = False) -> str:
    """Give the mark of an answer to the safety item: ``◆`` for 2 and 3, ``◇`` for 1, ``?`` for unknown, "" for 0.

    >>> item9_mark(2), item9_mark(1), item9_mark(3, acknowledged=True), item9_mark(-2), item9_mark(0)
    ('◆2', '◇1', '◆3 ✓', '?', '')
    """
    if answer < 0:
        return "?"
    if answer == 0:
        return ""
    return f"{'◆' if answer > 1 else '◇'}{answer}" + (" ✓" if acknowledged else "")
