"""An invented patient for the figures: ten visits, three treatments, reviews and contacts."""

from datetime import date, timedelta

from bhi_core.charts.parts import Care, Contact, Dose, Panel, Review, Score
from bhi_core.domain.instruments import registry

AS_OF = date(2026, 11, 24)
ENROLLED = date(2026, 6, 5)
PHQ9, GAD7, PCL5, WHO5 = (registry()[name] for name in ("phq9", "gad7", "pcl5", "who5"))

VISITS = [ENROLLED + timedelta(days=days) for days in (0, 14, 29, 51, 71, 92, 113, 127, 148, 166)]


def phq9(*totals: float, start: date = ENROLLED, every: int = 14, safety: int = 0) -> Panel:
    """Make a PHQ-9 panel of totals so many days apart."""
    scores = tuple(Score(start + timedelta(days=every * place), total, safety) for place, total in enumerate(totals))
    return Panel(PHQ9, scores, totals[0] if totals else None)


PHQ9_PANEL = Panel(
    PHQ9,
    tuple(
        Score(on, total, safety, total_only=safety == -2)
        for on, total, safety in zip(
            VISITS, (19, 20, 18, 17, 18, 16, 12, 13, 15, 17), (1, 1, 1, 1, 1, 0, 0, -2, 1, 2), strict=True
        )
    ),
    19,
)
GAD7_PANEL = Panel(
    GAD7, tuple(Score(on, total) for on, total in zip(VISITS, (15, 14, 14, 13, 12, 11, 8, 9, 10, 11), strict=True)), 15
)
CARE = Care(
    contacts=(Contact(VISITS[0], "in person", True), Contact(date(2026, 7, 17), "phone", False)),
    reviews=(Review(date(2026, 10, 17), "Dr Osei: restart therapy"),),
    doses=(
        Dose("Sertraline", "50 mg", date(2026, 6, 7), date(2026, 7, 7)),
        Dose("Sertraline", "100 mg", date(2026, 7, 7)),
        Dose("Bupropion XL", "150 mg", date(2026, 8, 30), date(2026, 10, 3), "insomnia"),
    ),
)
