"""The answers on a patient's page, by rule: one sentence, five questions, and what happened.

``chart`` cuts one episode out of what is known; every other function takes that ``Chart`` and gives plain text in small
frozen values, no markup. They say order in time, never cause.
"""

from bhi_core.domain.answers.change import Better, Reality, getting_better, is_it_real
from bhi_core.domain.answers.chart import Chart, Course, chart, lead
from bhi_core.domain.answers.history import Action, Event, happened, what_now
from bhi_core.domain.answers.items import ItemMove, Items, what_did_not_move
from bhi_core.domain.answers.sentence import answer
from bhi_core.domain.answers.tried import Trial, Tried, trials, what_was_tried

__all__ = [
    "Action", "Better", "Chart", "Course", "Event", "ItemMove", "Items", "Reality", "Trial", "Tried",
    "answer", "chart", "getting_better", "happened", "is_it_real", "lead", "trials",
    "what_did_not_move", "what_now", "what_was_tried",
]  # fmt: skip
