"""The decision table (clinical rulebook 4.2): which rules fire for whom, at what level, said in words.

``rules.toml`` beside this package holds every number with its source; ``conditions`` says when a rule fires,
``wording`` how it is said, ``safety`` which flags are open, ``facts`` and ``courses`` what they look at.
"""

from bhi_core.domain.rules.book import Group, Rule, RuleBook, Threshold, book
from bhi_core.domain.rules.evaluate import Judged, evaluate, judge
from bhi_core.domain.rules.findings import FINDING_COLUMNS

__all__ = ["FINDING_COLUMNS", "Group", "Judged", "Rule", "RuleBook", "Threshold", "book", "evaluate", "judge"]
