"""Bring a file in: whole or not at all, in one transaction, and the same file again changes nothing.

``intake`` has read and checked the file; here it meets what the registry knows.
"""

import datetime as dt
import json
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from sqlalchemy import Engine, select

from bhi_core import clock
from bhi_core.domain.actor import Actor
from bhi_core.domain.records import ImportOptions, ImportReport, ParsedFile
from bhi_core.store import bulk
from bhi_core.store.act import Act, already_done, note, raise_version
from bhi_core.store.engine import writing
from bhi_core.store.importing import events, keep, limits, names, outcomes, people, versions
from bhi_core.store.importing.incoming import DATES, Incoming, prepare
from bhi_core.store.tables import ImportBatch, RefusedLine, table
from bhi_core.store.tables import Mapping as KeptMapping

Progress = Callable[[float, str], None]
"""Told the share done (0 to 1) and what is being done; called inside the transaction, so it must touch no Streamlit."""

ACTION = "import"


def import_file(
    engine: Engine,
    actor: Actor,
    parsed: ParsedFile,
    options: ImportOptions,
    *,
    token: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a file in, and say what became of each line.

    Args:
        engine: the database.
        actor: who brings it; needs the right "import".
        parsed: what ``intake`` read.
        options: as of when, whether to create unknown patients, whether only to try.
        token: one for each intended act; used before, the file is looked at again but nothing is written.
        progress: told how far it is.

    Returns:
        The report; its counts add up to the data lines of the file. With open questions nothing was looked at. A dry
        run gives the same report and keeps nothing.

    Raises:
        NotAllowed: the actor lacks the right.
        Refused: the database refused; nothing was kept.
    """
    if parsed.questions:
        actor.require("import")
        return outcomes.asked(parsed)
    keep_it = not options.dry_run
    with writing(engine, keep=keep_it) as connection:
        actor.require("import")
        if already_done(connection, token, ACTION) is not None:
            token = None
        report = bring_in(Act(connection, clock.now(), actor.name), parsed, options, token=token, progress=progress)
    return report if keep_it else outcomes.with_batch(report, None)


def import_frames(
    engine: Engine, actor: Actor, frames: Mapping[str, pd.DataFrame], options: ImportOptions, *, file: str
) -> dict[str, ImportReport]:
    """Bring in frames of several kinds as if each were a file, all in one transaction, in the order given.

    Args:
        engine: the database.
        actor: who brings them; needs the right "import".
        frames: kind -> records, as ``ParsedFile.records``.
        options: as for a file.
        file: what the ledger calls them.

    Returns:
        The report of each kind.
    """
    reports = {}
    with writing(engine, keep=not options.dry_run) as connection:
        actor.require("import")
        act = Act(connection, clock.now(), actor.name)
        for kind, records in frames.items():
            if len(records):
                reports[kind] = bring_in(act, as_parsed(kind, records, file), options)
    return reports


def as_parsed(kind: str, records: pd.DataFrame, file: str) -> ParsedFile:
    """Dress records as a file that was read without any fault."""
    numbers = records["line"].drop_duplicates().to_numpy(dtype=np.int64)
    lines = pd.DataFrame(
        {
            "line": numbers,
            "outcome": pd.Series(["accepted"] * len(numbers), dtype="str"),
            "reasons": [[] for _ in range(len(numbers))],
        }
    )
    nobody = pd.DataFrame({"line": np.empty(0, np.int64), "patient_id": pd.Series([], dtype="str")})
    return ParsedFile(file=file, kind=kind, rows=len(lines), lines=lines, records=records, people=nobody)


def bring_in(
    act: Act,
    parsed: ParsedFile,
    options: ImportOptions,
    *,
    token: str | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Do the import inside a transaction that the caller holds."""
    tell = progress or (lambda _share, _what: None)
    tell(0.0, "Looking up the patients")
    incoming = prepare(parsed, act.at)
    limits.check(incoming)
    known_names = names.spell(act.connection, incoming)
    who = people.look_up(act.connection, parsed, incoming)
    people.refuse_strangers(parsed, incoming, who, create=options.create_patients)
    tell(0.2, "Comparing with what is known")
    is_versioned = parsed.kind in versions.KEYS
    seen = _seen_before(act, parsed)
    settled = versions.settle(act.connection, incoming, who, seen=seen) if is_versioned else versions.Settled()
    found = None if is_versioned else events.settle(act.connection, incoming, who, seen=seen)
    creates = options.create_patients and DATES[parsed.kind] is not None
    made = people.made_from_file(parsed, incoming, who, known_names) if creates else None
    report = outcomes.report_on(parsed, incoming, people.left_empty(parsed, made))
    tell(0.4, "Keeping the records")
    batch_id = _ledger(act, parsed, options, report)
    names.make(act, incoming, known_names)
    if made is not None:
        names.make_sites(act, made["site"], known_names)
        keep.people(act, batch_id, made, who, enrol=parsed.kind != "episodes")
    if found is None:
        keep.versions(act, batch_id, incoming, who, settled)
    else:
        keep.events(act, batch_id, incoming, who, found.replaced)
    _keep_mapping(act, parsed, batch_id)
    counts = {name: getattr(report, name) for name in ("rows", *outcomes.OUTCOMES)}
    details = {**counts, "records": len(report.kept), "people": 0 if made is None else len(made)}
    note(act, ACTION, parsed.kind, token=token, record_id=batch_id, details=details)
    raise_version(act)
    tell(1.0, "Done")
    return outcomes.with_batch(report, batch_id)


def _seen_before(act: Act, parsed: ParsedFile) -> bool:
    """Say whether this very file was brought in before."""
    batch = table(ImportBatch)
    same = select(batch.c.id).where(batch.c.checksum == parsed.checksum, batch.c.kind == parsed.kind).limit(1)
    return bool(parsed.checksum) and act.connection.execute(same).first() is not None


def _ledger(act: Act, parsed: ParsedFile, options: ImportOptions, report: ImportReport) -> int:
    """Write the ledger: the file, its counts, and each line that was refused whole or in part."""
    batch_id = act.insert(
        ImportBatch,
        file=parsed.file,
        kind=parsed.kind,
        checksum=parsed.checksum,
        layout=parsed.layout,
        as_of=options.as_of,
        records=len(report.kept),
        rows=report.rows,
        **{name: getattr(report, name) for name in outcomes.OUTCOMES},
    )
    refused = report.lines[report.lines["outcome"].isin(["rejected", "mixed"])]
    columns = {
        "batch_id": batch_id,
        "line": refused["line"].to_numpy(),
        "outcome": refused["outcome"],
        "reasons": pd.Series([json.dumps(each, ensure_ascii=False) for each in refused["reasons"]], dtype="str"),
    }
    bulk.insert(act.connection, table(RefusedLine), columns, len(refused))
    return batch_id


def _keep_mapping(act: Act, parsed: ParsedFile, batch_id: int) -> None:
    """Keep the mapping for the next file of this layout; the one before stays in the history."""
    if not parsed.layout or not parsed.mapping:
        return
    kept = table(KeptMapping)
    text = json.dumps(parsed.mapping, ensure_ascii=False, sort_keys=True, default=_plain)
    query = select(kept).where(
        kept.c.kind == parsed.kind, kept.c.layout == parsed.layout, kept.c.superseded_at.is_(None)
    )
    row = act.connection.execute(query).mappings().one_or_none()
    if row is None:
        act.insert(KeptMapping, kind=parsed.kind, layout=parsed.layout, mapping=text, batch_id=batch_id)
    elif row["mapping"] != text:
        act.replace(KeptMapping, dict(row), mapping=text, batch_id=batch_id)


def _plain(value: object) -> str:
    """Write a date of a mapping as TOML and JSON both read it."""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    raise TypeError(f"A mapping cannot hold a {type(value).__name__}.")


__all__ = ["Incoming", "Progress", "as_parsed", "bring_in", "import_file", "import_frames"]
