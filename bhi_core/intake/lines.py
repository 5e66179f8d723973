"""What becomes of each data line: accepted, mixed or rejected, and the sentences that say why."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SAFETY = "Safety: "
"""Begins the reason of a refused form with a safety answer above zero, here and in the store; such lines come first."""


@dataclass
class Ledger:
    """Collect, for each data row of a file, how many records were kept and why others were not.

    Attributes:
        numbers: int64; the line of the file of each row.
        kept: int64; records kept on each row.
        reasons: row -> sentences for what was refused.
        safety: the highest answer above zero to a safety item among what was refused on the row, 0 without (float64).
    """

    numbers: NDArray[np.int64]
    kept: NDArray[np.int64] = field(init=False)
    reasons: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    safety: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing kept and nothing refused."""
        self.kept = np.zeros(len(self.numbers), dtype=np.int64)
        self.safety = np.zeros(len(self.numbers), dtype=np.float64)

    def refuse(self, rows: NDArray[np.intp], sentences: NDArray[np.object_]) -> None:
        """Refuse something on each of these rows, with a sentence each; the same sentence once a row."""
        for row, sentence in zip(rows.tolist(), sentences.tolist(), strict=True):
            if sentence not in self.reasons[row]:
                self.reasons[row].append(sentence)

    def raise_safety(self, row: int, answer: float, name: str) -> None:
        """Say of a refused form with a safety answer above zero that somebody must look at it.

        Args:
            row: position of the data row.
            answer: the answer, above zero.
            name: the question, for example ``PHQ-9 item 9``.
        """
        self.safety[row] = max(self.safety[row], answer)
        sentence = f"{SAFETY}{name} was answered {answer:g} on a form that was not kept; see to it now."
        if sentence not in self.reasons[row]:
            self.reasons[row].append(sentence)

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Count a kept record on each of these rows; a row may stand more than once."""
        self.kept += np.bincount(rows, minlength=len(self.kept))

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Say of each row whether something on it was refused."""
        refused = np.zeros(len(self.numbers), dtype=np.bool_)
        refused[[row for row, sentences in self.reasons.items() if sentences]] = True
        return refused

    def lines(self) -> pd.DataFrame:
        """Give the finished list, a data line a row.

        Returns:
            line (int64), outcome ("accepted", "mixed", "rejected"), reasons (list of str; empty for accepted), safety
            (int64; the answer above zero to a safety item that a refused form holds, 0 without).
        """
        refused = self.refused
        outcome = np.where(self.kept == 0, "rejected", np.where(refused, "mixed", "accepted"))
        nothing: list[str] = []  # one for all accepted lines: nobody adds to it, and 100,000 lists would cost a third
        reasons = [nothing] * len(self.numbers)
        for row, sentences in self.reasons.items():
            reasons[row] = sentences
        return pd.DataFrame(
            {
                "line": self.numbers,
                "outcome": pd.Series(outcome, dtype="str"),
                "reasons": pd.Series(reasons, dtype=object),
                "safety": np.where(refused, self.safety, 0).astype(np.int64),
            }
        )
