"""What the kernel does, in DuckDB: one statement over the tables ``scores`` and ``episodes``."""

from datetime import date

import duckdb
import polars as pl

from bhi_core.domain import instruments
from bhi_core.domain.courses import LATE_DAYS
from bhi_core.domain.outcome_class import CLASSES
from bhi_core.domain.trajectory import COLUMNS

STATEMENT = """
with forms as materialized (
    select (s.episode_id << 4) | i.series as course, (s.taken_on - date '1970-01-01')::integer as day,
        s.safety_answer, s.recorded_order,
        case when i.turned then i.maximum - s.total::integer else s.total::integer end as points,
        coalesce(s.score_id = e.baseline_score_id and s.total is not null, false) as chosen
    from scores s join instruments i on i.code = s.instrument join episodes e on e.episode_id = s.episode_id
    where s.taken_on <= $as_of),
safety as (
    select course, max(safety_answer) as safety_max,
        arg_max(safety_answer, (day::bigint << 40) | (chosen::bigint << 39) | recorded_order) as safety_last
    from forms group by course),
days as (
    select (course << 16) | day as slot, max((chosen::bigint << 60) | (recorded_order << 12) | points) as counted
    from forms where points is not null group by slot),
valid as materialized (
    select slot >> 16 as course, ((slot & 65535) << 12) | (counted & 4095) as packed, counted >> 60 = 1 as chosen
    from days),
first_pass as (
    select course, count(*) as n_scores, bool_or(chosen) as has_chosen,
        coalesce(max(packed) filter (chosen), min(packed)) as b_packed
    from valid group by course),
baselines as materialized (
    select f.*, b_packed >> 12 as b_day, b_packed & 4095 as b,
        (e.enrolled_on - date '1970-01-01')::integer as enrolled, b_day > enrolled + {late} as late,
        (e.clock_on - date '1970-01-01')::integer as changed,
        case when late and changed < b_day then b_day else coalesce(changed, b_day) end as clock,
        case when n.all_classes then greatest(n.remission - 1, b // 2, least(n.threshold - 1, b - n.mcid))
            else -1 end as most
    from first_pass f join episodes e on e.episode_id = f.course >> 4 join numbers n on n.place = f.course & 15),
later as materialized (
    select v.course, v.packed, b.b_packed, (v.packed >> 12) <= b.clock as until_clock,
        v.packed > b.b_packed and (v.packed & 4095) <= b.most as good
    from valid v join baselines b using (course) where v.packed >= b.b_packed),
second_pass as (
    select course, max(packed) as c_packed, max(packed) filter (until_clock) as reference_packed,
        max(packed) filter (not good) as outside
    from later group by course),
third_pass as (
    select l.course, any_value(s.c_packed) as c_packed, any_value(s.reference_packed) as reference_packed,
        max(l.packed) filter (l.packed < s.c_packed) as before, min(l.packed) filter (l.packed > s.outside) as since,
        min(((l.packed & 4095) << 20) | (l.packed >> 12))
            filter (l.packed > l.b_packed and l.packed < s.c_packed) as best_packed
    from later l join second_pass s using (course) group by l.course),
courses as (
    select q.course >> 4 as episode_id, q.course & 15 as instrument, q.safety_max, q.safety_last,
        b.n_scores, b.has_chosen, b.b, b.b_day, b.late,
        b.clock, b.most, t.c_packed >> 12 as last_day, t.c_packed & 4095 as c, b.b_day < last_day as has_c,
        t.before >> 12 as before_day, t.before & 4095 as before_points, t.since >> 12 as since,
        coalesce(t.reference_packed, b.b_packed) as reference_packed,
        t.best_packed >> 20 as best, t.best_packed & 1048575 as best_day, coalesce(best <= b.most, false) as best_good,
        coalesce(has_c and c <= b.most, false) as c_good, b.b is not null as has_b,
        b.b - c as gain, c >= n.threshold as elevated, c < n.remission as remitted, b.b < n.threshold as low,
        (e.enrolled_on - date '1970-01-01')::integer as enrolled, e.status, e.clock_on,
        n.turned, n.maximum, n.threshold, n.remission, n.mcid, n.reliable, n.all_classes, n.asks
    from safety q join episodes e on e.episode_id = q.course >> 4 join numbers n on n.place = q.course & 15
        left join baselines b using (course) left join third_pass t using (course))
select episode_id, instrument, coalesce(n_scores, 0) as n_scores,
    total(turned, maximum, b) as baseline, as_date(b_day) as baseline_on,
    case when not has_b then -1 when has_chosen then 2 when late then 1 else 0 end as baseline_how,
    case when has_c then total(turned, maximum, c) end as latest,
    case when has_c then as_date(last_day) end as latest_on,
    total(turned, maximum, c) as last_valid, as_date(last_day) as last_valid_on,
    case when has_c then total(turned, maximum, before_points) end as previous,
    case when has_c then as_date(before_day) end as previous_on,
    total(turned, maximum, best) as best, as_date(best_day) as best_on,
    latest - baseline as change, case when baseline <> 0 then 100 * change / baseline end as percent,
    coalesce(has_c and 2 * c <= b, false) as halved, c_good as improved, best_good as best_improved,
    case when c_good then as_date(since) end as improved_since,
    ($today - enrolled) // 7 as weeks, ($today - b_day)::double as w_days,
    coalesce(as_date(clock), clock_on) as clock_on,
    total(turned, maximum, reference_packed & 4095) as reference, as_date(reference_packed >> 12) as reference_on,
    case when has_c then (last_day - clock)::double end as k_days,
    ($today - coalesce(clock, (clock_on - date '1970-01-01')::integer))::double as wc_days,
    ($today - last_day)::double as age_days,
    case when reliable is null then -1
        when not coalesce(has_c, false) then {no_follow_up}
        when not all_classes and -gain >= reliable then {deteriorated}
        when not all_classes and gain >= reliable then {small_gain}
        when not all_classes then {no_change}
        when low and elevated then {rose}
        when low and remitted and b >= remission then {remission}
        when low then {below_threshold}
        when best_good and elevated and (c - best >= mcid or status = 'relapse prevention') then {relapsed}
        when remitted then {remission}
        when 2 * c <= b then {response}
        when not elevated and gain >= mcid then {improved}
        when 4 * gain >= b then {partial}
        when gain >= reliable then {small_gain}
        when -gain >= reliable then {deteriorated}
        when -gain >= mcid then {worse}
        else {no_change} end as outcome_class,
    case when not asks then -1 when safety_max >= 1 then 0 when safety_last = 0 then 1 else 2 end as item9, safety_max
from courses order by episode_id, instrument
"""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what the statement needs beside the scores and episodes: the instruments' numbers and two macros."""
    known = instruments.registry()
    heads = [known[series] for series in known.series]
    codes = pl.DataFrame(
        {
            "code": list(range(len(known))),
            "series": [known.series.index(each.series) for each in known],
            "turned": [each.direction == -1 for each in known],
            "maximum": [each.maximum for each in known],
        }
    )
    numbers = pl.DataFrame(
        {
            "place": list(range(len(heads))),
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
    connection.register("codes", codes)
    connection.register("plain_numbers", numbers)
    connection.execute("create table instruments as select * from codes")
    connection.execute("create table numbers as select * from plain_numbers")
    connection.execute(
        "create macro total(turned, maximum, points) as "
        "(case when turned then maximum - points else points end)::double"
    )
    connection.execute("create macro as_date(day) as date '1970-01-01' + day::integer")


def summarise_in_duckdb(connection: duckdb.DuckDBPyConnection, as_of: date) -> pl.DataFrame:
    """Summarise the courses of the tables ``scores`` and ``episodes``; words as codes, -1 for missing.

    Each step is the form that was fastest here: whole numbers that hold day and points in place of structs and
    windows, two passes of aggregation in place of lists.
    """
    words = {name.replace(" ", "_").replace("-", "_"): place for place, name in enumerate(CLASSES)}
    statement = STATEMENT.format(late=LATE_DAYS, **words)
    result = connection.sql(statement, params={"as_of": as_of, "today": (as_of - date(1970, 1, 1)).days})
    return pl.DataFrame(result.to_arrow_table()).select(COLUMNS)
