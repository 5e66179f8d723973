"""A synthetic clinic, seeded and plainly fake: about 300 episodes over two years, as a team would have recorded them.

Nobody in it exists. Its figures are set to those of published programmes (clinical rulebook, section 7); its open
episodes are told so that a Monday's list has work in every group.
"""

from bhi_core.demo.clinic import clinic
from bhi_core.demo.weekly import weekly_review

__all__ = ["clinic", "weekly_review"]
