"""What the fields of a mapping are drawn from: the first reading of the file, and what it left open."""

from collections.abc import Sequence
from dataclasses import dataclass

from bhi_core.domain.records import Question
from bhi_core.intake import Opened

EXAMPLE_LENGTH = 40


@dataclass(frozen=True)
class Asked:
    """Hold what is asked about a file.

    Attributes:
        read: the first reading, with the guess; what the fields begin with.
        kind: a key of ``KINDS``.
        mark: names file, kind and layout in the keys of the fields.
        questions: everything that the file has left open so far.
    """

    read: Opened
    kind: str
    mark: str
    questions: Sequence[Question]

    @property
    def headings(self) -> list[str]:
        """Give the file's columns."""
        return self.read.sheet.headings

    def place(self, heading: object) -> int | None:
        """Give the place of a column among the headings, None when it is none of them."""
        return self.headings.index(heading) if heading in self.headings else None

    def question(self, about: str) -> Question | None:
        """Give the question about a field, None when there was none."""
        return next((one for one in self.questions if one.about == about), None)

    def example(self, heading: str | None) -> str:
        """Give the first filled cell of a column, cut to a readable length."""
        if heading is None:
            return ""
        cells = self.read.sheet.cells[heading]
        filled = cells[cells != ""]
        text = str(filled.iloc[0]) if len(filled) else ""
        return text if len(text) <= EXAMPLE_LENGTH else f"{text[: EXAMPLE_LENGTH - 1]}…"

    def why(self, field: str, heading: str | None) -> str:
        """Say why a column was proposed for a field and how sure that is; empty when it was not proposed."""
        found = [one for one in self.read.guess.because if one.field == field and one.heading == heading]
        return f"{found[0].sure.capitalize()}. {found[0].why}" if found else ""
