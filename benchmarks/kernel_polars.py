"""What the kernel does, in Polars: one sort, flags over the whole frame, one aggregation a course.

Sorting by one packed number, aggregating by the sorted course, and an as-of join for the reference are what made it
fast here: sorting by the columns themselves and joining each score to its baseline took several times as long.
"""

from datetime import date

import polars as pl

from bhi_core.domain import instruments
from bhi_core.domain.courses import LATE_DAYS
from bhi_core.domain.outcome_class import CLASSES
from bhi_core.domain.trajectory import COLUMNS

SERIES_BITS, DAY_BITS, ORDER_BITS = 3, 15, 25
"""Widths of the parts of the packed number; the episode has the rest of 63 bits: enough for a million episodes."""

SHIFT = 1 << DAY_BITS
"""A score's points stand this many times above its day number, so that one minimum finds both."""


def summarise_in_polars(scores: pl.DataFrame, episodes: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Summarise the courses.

    Args:
        scores: the columns of ``domain.trajectory.summarise``; instrument is the place among the configured ones,
            an incomplete total is null.
        episodes: likewise.
        as_of: the date of care.

    Returns:
        The columns of ``domain.trajectory.COLUMNS`` in the same order of rows; words as codes, -1 for missing.
    """
    forms = _forms(scores, episodes, as_of).collect()
    valid = _counting(forms.lazy()).collect()
    safety = (
        forms.lazy()
        .group_by("course", maintain_order=True)
        .agg(safety_max=pl.col("safety_answer").max(), safety_last=pl.col("safety_answer").last())
    )
    courses = (
        safety.join(_folded(valid.lazy()), on="course", how="left", maintain_order="left")
        .with_columns(
            episode_id=pl.col("course") // (1 << SERIES_BITS),
            instrument=(pl.col("course") % (1 << SERIES_BITS)).cast(pl.Int8),
        )
        .join(episodes.lazy(), on="episode_id")
        .collect()
        .sort("episode_id", "instrument")
    )
    return _columns(_with_reference(courses.lazy(), valid.lazy()), as_of).collect().sort("episode_id", "instrument")


def _numbers() -> pl.LazyFrame:
    """Give the instruments' numbers, a row a series."""
    known = instruments.registry()
    heads = [known[series] for series in known.series]
    return pl.LazyFrame(
        {
            "instrument": pl.Series(range(len(heads)), dtype=pl.Int8),
            "maximum": [head.maximum for head in heads],
            "turned": [head.direction == -1 for head in heads],
            "threshold": [head.threshold for head in heads],
            "remission": [head.remission_below for head in heads],
            "mcid": [head.mcid for head in heads],
            "reliable": [head.reliable for head in heads],
            "all_classes": [head.outcome_classes == "all" for head in heads],
            "asks": [any(each.safety_items for each in known if each.series == head.id) for head in heads],
        }
    )


def _forms(scores: pl.DataFrame, episodes: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    """Sort all forms by course, day and recording, with their points; a chosen baseline comes last of its day."""
    known = instruments.registry()
    series = pl.Series([known.series.index(each.series) for each in known], dtype=pl.Int64)
    turned = pl.Series([each.direction == -1 for each in known])
    maximum = pl.Series([each.maximum for each in known])
    code, points = pl.col("instrument"), pl.col("total").cast(pl.Int32)
    if bool(turned[scores["instrument"].unique()].any()):
        points = pl.when(pl.lit(turned).gather(code)).then(pl.lit(maximum).gather(code) - points).otherwise(points)
    chosen = (
        episodes.lazy()
        .select("episode_id", score_id=pl.col("baseline_score_id").cast(pl.Int64), chosen=True)
        .drop_nulls()
    )
    course = pl.col("episode_id") * (1 << SERIES_BITS) + pl.lit(series).gather(code)
    order = pl.when("chosen").then((1 << ORDER_BITS) - 1).otherwise(pl.col("recorded_order"))
    return (
        scores.lazy()
        .filter(pl.col("taken_on") <= as_of, pl.col("episode_id") >= 0)
        .join(chosen, on=["episode_id", "score_id"], how="left")
        .with_columns(points=points)
        .with_columns(chosen=pl.col("chosen").fill_null(value=False) & pl.col("points").is_not_null())
        .select(
            "points",
            "safety_answer",
            "chosen",
            key=((course * SHIFT + pl.col("taken_on").cast(pl.Int32)) * (1 << ORDER_BITS) + order),
        )
        .sort("key")
        .select(
            "points",
            "safety_answer",
            "chosen",
            course_day=pl.col("key") // (1 << ORDER_BITS),
            course=pl.col("key") // (1 << (ORDER_BITS + DAY_BITS)),
        )
        .with_columns(pl.col("course").set_sorted(), pl.col("course_day").set_sorted())
    )


def _counting(forms: pl.LazyFrame) -> pl.LazyFrame:
    """Leave the last valid score of each day, and mark the baseline, what came before it, and the improved scores."""
    numbers = _numbers().collect()
    series = pl.col("course") % (1 << SERIES_BITS)
    course, course_day = pl.col("course"), pl.col("course_day")

    def number(name: str) -> pl.Expr:
        return pl.lit(numbers[name]).gather(series)

    early = (pl.when("chosen").then(course).backward_fill() == course).fill_null(value=False) & ~pl.col("chosen")
    new = (course != course.shift(1)).fill_null(value=True) | pl.col("early").shift(1, fill_value=False)
    b = pl.when("first").then("points").forward_fill()
    below = pl.min_horizontal(number("threshold") - 1, b - number("mcid"))
    limit = pl.max_horizontal(number("remission") - 1, b // 2, below)
    return (
        forms.filter(pl.col("points").is_not_null())
        .filter((course_day != course_day.shift(-1)).fill_null(value=True))
        .with_columns(early=early)
        .with_columns(first=~pl.col("early") & new, last=(course != course.shift(-1)).fill_null(value=True))
        .with_columns(limit=pl.when(number("all_classes")).then(limit).otherwise(-1))
        .with_columns(
            day=(course_day % SHIFT).cast(pl.Int32), improved=~pl.col("first") & (pl.col("points") <= pl.col("limit"))
        )
    )


def _folded(valid: pl.LazyFrame) -> pl.LazyFrame:
    """Fold the scores of each course, from its baseline on."""
    day, points, improved = pl.col("day"), pl.col("points"), pl.col("improved")
    packed = points.cast(pl.Int64) * SHIFT + day
    begins = improved & ~improved.shift(1, fill_value=False)
    return (
        valid.with_columns(
            since=pl.when(begins).then(day).forward_fill(),
            before=pl.when(~pl.col("last")).then(day.cast(pl.Int64) * SHIFT + points),
            between=pl.when(~pl.col("early") & ~pl.col("first") & ~pl.col("last")).then(packed),
            b=pl.when("first").then(points),
            baseline_on=pl.when("first").then(day),
        )
        .group_by("course", maintain_order=True)
        .agg(
            n_scores=pl.len(),
            has_chosen=pl.col("chosen").any(),
            b=pl.col("b").max(),
            baseline_on=pl.col("baseline_on").max().cast(pl.Date),
            limit=pl.col("limit").last(),
            c=points.last(),
            last_valid_on=day.last().cast(pl.Date),
            before=pl.col("before").max(),
            best_packed=pl.col("between").min(),
            improved=improved.last(),
            since=pl.col("since").last().cast(pl.Date),
        )
    )


def _with_reference(courses: pl.LazyFrame, valid: pl.LazyFrame) -> pl.LazyFrame:
    """Add the clock and the latest score on or before it, from the baseline on; else the baseline."""
    late = pl.col("baseline_on") > pl.col("enrolled_on") + LATE_DAYS * pl.duration(days=1)
    clock = (
        pl.when(late & (pl.col("clock_on") < pl.col("baseline_on")))
        .then("baseline_on")
        .otherwise(pl.coalesce("clock_on", "baseline_on"))
    )
    scores = valid.filter(~pl.col("early")).select("course_day", reference=pl.col("points")).set_sorted("course_day")
    to_clock = pl.col("course") * SHIFT + pl.max_horizontal("clock", "baseline_on").cast(pl.Int32)
    return (
        courses.with_columns(clock=clock)
        .with_columns(to_clock=to_clock.fill_null(pl.col("course") * SHIFT).set_sorted())
        .join_asof(scores, left_on="to_clock", right_on="course_day", coalesce=False)
        .with_columns(reference_packed=(pl.col("course_day") % SHIFT) * SHIFT + pl.col("reference"))
    )


def _columns(courses: pl.LazyFrame, as_of: date) -> pl.LazyFrame:
    """Work out the columns from what was folded."""
    b, c, best_points = pl.col("b"), pl.col("c"), (pl.col("best_packed") // SHIFT).cast(pl.Int32)
    has_b, has_c = b.is_not_null(), (pl.col("last_valid_on") > pl.col("baseline_on")).fill_null(value=False)
    late = pl.col("baseline_on") > pl.col("enrolled_on") + LATE_DAYS * pl.duration(days=1)

    def total(points: pl.Expr, holds: pl.Expr) -> pl.Expr:
        turned = pl.when(pl.col("turned")).then(pl.col("maximum") - points).otherwise(points)
        return pl.when(holds).then(turned).cast(pl.Float64)

    def day_of(packed: pl.Expr) -> pl.Expr:
        return (packed % SHIFT).cast(pl.Int32).cast(pl.Date)

    def days(later: pl.Expr, earlier: pl.Expr, holds: pl.Expr) -> pl.Expr:
        return pl.when(holds).then((later - earlier).dt.total_days()).cast(pl.Float64)

    today = pl.lit(as_of)
    how = pl.when(pl.col("has_chosen")).then(2).when(late).then(1).otherwise(0)
    item9 = (
        pl.when(~pl.col("asks"))
        .then(-1)
        .when(pl.col("safety_max") >= 1)
        .then(0)
        .when(pl.col("safety_last") == 0)
        .then(1)
        .otherwise(2)
    )
    return (
        courses.join(_numbers(), on="instrument")
        .with_columns(
            has_b=has_b,
            has_c=has_c,
            best_points=best_points,
            best_improved=(best_points <= pl.col("limit")).fill_null(value=False),
            improved=pl.col("improved").fill_null(value=False),
            n_scores=pl.col("n_scores").fill_null(0),
        )
        .with_columns(
            baseline=total(b, pl.col("has_b")),
            baseline_how=pl.when(pl.col("has_b")).then(how).otherwise(-1),
            latest=total(c, pl.col("has_c")),
            latest_on=pl.when(pl.col("has_c")).then(pl.col("last_valid_on")),
            last_valid=total(c, pl.col("has_b")),
            previous=total(pl.col("before") % SHIFT, pl.col("has_c")),
            previous_on=pl.when(pl.col("has_c")).then((pl.col("before") // SHIFT).cast(pl.Int32).cast(pl.Date)),
            best=total(pl.col("best_points"), pl.col("best_points").is_not_null()),
            best_on=day_of(pl.col("best_packed")),
            halved=(pl.col("has_c") & (2 * c <= b)).fill_null(value=False),
            improved_since=pl.when(pl.col("improved")).then(pl.col("since")),
            weeks=(today - pl.col("enrolled_on")).dt.total_days() // 7,
            w_days=days(today, pl.col("baseline_on"), pl.col("has_b")),
            clock_on=pl.col("clock"),
            reference=total(pl.col("reference_packed") % SHIFT, pl.col("has_b")),
            reference_on=pl.when(pl.col("has_b")).then(
                (pl.col("reference_packed") // SHIFT).cast(pl.Int32).cast(pl.Date)
            ),
            k_days=days(pl.col("last_valid_on"), pl.col("clock"), pl.col("has_c")),
            wc_days=days(today, pl.col("clock"), pl.lit(value=True)),
            age_days=days(today, pl.col("last_valid_on"), pl.col("has_b")),
            outcome_class=_outcome_class(),
            item9=item9,
        )
        .with_columns(change=pl.col("latest") - pl.col("baseline"))
        .with_columns(percent=pl.when(pl.col("baseline") != 0).then(100 * pl.col("change") / pl.col("baseline")))
        .select(COLUMNS)
    )


def _outcome_class() -> pl.Expr:
    """Name the class as a place in ``CLASSES``."""
    b, c, best = pl.col("b"), pl.col("c"), pl.col("best_points")
    gain, elevated, remitted = b - c, c >= pl.col("threshold"), c < pl.col("remission")
    lost = (c - best >= pl.col("mcid")) | (pl.col("status") == "relapse prevention")
    low = b < pl.col("threshold")
    code = {name: pl.lit(place) for place, name in enumerate(CLASSES)}
    return (
        pl.when(pl.col("reliable").is_null()).then(-1)
        .when(~pl.col("has_c")).then(code["no follow-up"])
        .when(~pl.col("all_classes") & (-gain >= pl.col("reliable"))).then(code["deteriorated"])
        .when(~pl.col("all_classes") & (gain >= pl.col("reliable"))).then(code["small gain"])
        .when(~pl.col("all_classes")).then(code["no change"])
        .when(low & elevated).then(code["rose"])
        .when(low & remitted & (b >= pl.col("remission"))).then(code["remission"])
        .when(low).then(code["below threshold"])
        .when(pl.col("best_improved") & elevated & lost).then(code["relapsed"])
        .when(remitted).then(code["remission"])
        .when(2 * c <= b).then(code["response"])
        .when(~elevated & (gain >= pl.col("mcid"))).then(code["improved"])
        .when(4 * gain >= b).then(code["partial"])
        .when(gain >= pl.col("reliable")).then(code["small gain"])
        .when(-gain >= pl.col("reliable")).then(code["deteriorated"])
        .when(-gain >= pl.col("mcid")).then(code["worse"])
        .otherwise(code["no change"])
    )  # fmt: skip
