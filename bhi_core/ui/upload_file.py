"""A file on its way in: read once for each thing said of it, tried against the registry, then kept by one command."""

import hashlib
import json
import threading
import uuid
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from bhi_core import intake
from bhi_core.domain import instruments
from bhi_core.domain.actor import Actor
from bhi_core.domain.records import KINDS, ImportOptions, ImportReport
from bhi_core.errors import Refused
from bhi_core.intake import Mapping, Opened
from bhi_core.intake.guess import complete
from bhi_core.store import commands, queries
from bhi_core.store.engine import reading
from bhi_core.ui import data
from bhi_core.ui.forms import digest

READ, TRIED, RUN, TOKEN = "upload_read", "upload_tried", "upload_run", "upload_token"
READINGS = 3
"""Readings kept: as scores, as its kind, and with what was said last."""
FEWEST = {kind: 2 if kind == "patients" else 1 for kind in KINDS}
"""Columns of its own that a kind must have to be guessed; a site or a birth date alone stands in any file."""
Document = dict[str, Any]
"""What a person has said of a file, in the form of the mapping file."""


@dataclass(frozen=True)
class Taken:
    """A file that was handed over.

    Attributes:
        name: its name as it came; shown as literal text only.
        content: its bytes.
        mark: a short fingerprint of both, for the keys of the fields.
    """

    name: str
    content: bytes
    mark: str


def token() -> str:
    """Give what names this upload in keys and in the command; a new one after each file that was brought in."""
    kept: str = st.session_state.setdefault(TOKEN, uuid.uuid4().hex)
    return kept


def taken(name: str, content: bytes) -> Taken:
    """Take a file."""
    return Taken(name, content, digest(name, hashlib.sha256(content).hexdigest()))


def opened(file: Taken, kind: str, document: Document) -> Opened:
    """Read a file with what is said about it; the last readings are kept in the session until the file is done.

    Raises:
        Refused: the file or what is said of it cannot be used.
    """
    key = digest(file.mark, kind, document)
    readings: dict[str, Opened] = st.session_state.setdefault(READ, {})
    if key not in readings:
        while len(readings) >= READINGS:
            del readings[next(iter(readings))]
        with st.spinner("Reading the file"):
            readings[key] = intake.open_file(
                file.content,
                file.name,
                kind,
                intake.from_dict(document, kind) if document else None,
                as_of=data.today(),
                clinic_zone=data.zone(),
                kept=lambda layout: kept_mapping(layout, kind),
            )
    return readings[key]


def says_the_same(read: Opened, document: Document) -> bool:
    """Say whether a mapping is the one that a file was read with, so that it need not be read again.

    While something is open it is read again in any case: a mapping that a person stands behind settles what a guess of
    the same words left open.

    Raises:
        Refused: the mapping cannot be used.
    """
    said = intake.from_dict(document, read.parsed.kind).as_dict()
    return not read.parsed.questions and _plain(said) == _plain(read.parsed.mapping)


def kept_mapping(layout: str, kind: str) -> Document | None:
    """Give the mapping that the last file of this layout was brought in with, None for a new layout."""
    with reading(data.engine()) as connection:
        return queries.mapping_for(connection, layout, kind)


def likely_kind(as_scores: Opened) -> str:
    """Guess which kind of record a file holds: scores, unless it names no questionnaire and fits another kind whole.

    Args:
        as_scores: the file, read as one of scores.
    """
    found = as_scores.guess.mapping
    if found.measures or found.columns.get("instrument"):
        return "scores"
    best, most = "scores", 0
    for kind in (each for each in KINDS if each != "scores"):
        guess = complete(as_scores.sheet, kind, Mapping(), instruments.registry())
        own = {field for field in KINDS[kind] if guess.mapping.heading(field)} - {"patient_id", "date"}
        if not guess.questions and len(own) >= FEWEST[kind] and len(own) > most:
            best, most = kind, len(own)
    return best


def tried(person: Actor, file: Taken, read: Opened, *, create: bool) -> ImportReport:
    """Work out what would become of each line, and keep nothing.

    Raises:
        Refused: the database refused.
    """
    key = digest(file.mark, read.parsed.kind, read.parsed.mapping, create, data.version())
    before = st.session_state.get(TRIED)
    if before is None or before[0] != key:
        with st.spinner("Working out what each line becomes"):
            report = commands.import_file(data.engine(), person, read.parsed, options(create=create, dry_run=True))
        st.session_state[TRIED] = before = (key, report)
    found: ImportReport = before[1]
    return found


def options(*, create: bool, dry_run: bool = False) -> ImportOptions:
    """Give the choices of an import as of today."""
    return ImportOptions(as_of=data.today(), create_patients=create, dry_run=dry_run)


@dataclass
class Run:
    """An import at work in a thread of its own: it ends whatever happens to the page that began it.

    Attributes:
        read: the file.
        share, doing: how far it is (0 to 1), and with what.
        report: what became of it, once it is done.
        refused: why it was not done.
    """

    read: Opened
    share: float = 0.0
    doing: str = "Waiting"
    report: ImportReport | None = None
    refused: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def is_done(self) -> bool:
        """Say whether it has ended, well or not."""
        return self.report is not None or bool(self.refused)

    def tell(self, share: float, doing: str) -> None:
        """Note how far it is; called inside the transaction, so no page is touched."""
        self.share, self.doing = share, doing


def begin(person: Actor, read: Opened, *, create: bool) -> Run:
    """Start to bring a file in, once for each token."""
    run = Run(read)
    engine, chosen, act = data.engine(), options(create=create), token()

    def work() -> None:
        try:
            run.report = commands.import_file(engine, person, read.parsed, chosen, token=act, progress=run.tell)
        except Refused as refusal:
            run.refused = str(refusal)
        finally:
            if not run.is_done:
                run.refused = "The file could not be brought in: nothing was kept. Try again, or ask who runs this."

    run.thread = threading.Thread(target=work, name="import", daemon=True)
    st.session_state[RUN] = run
    run.thread.start()
    return run


def running() -> Run | None:
    """Give the import that was begun in this session, None when there is none."""
    found: Run | None = st.session_state.get(RUN)
    return found


def let_go() -> None:
    """Forget the file, what was read of it and what became of it; the next one starts afresh."""
    for name in (READ, TRIED, RUN, TOKEN):
        st.session_state.pop(name, None)


def as_document(read: Opened) -> Document:
    """Give the mapping of a reading in the form of the mapping file, as plain values."""
    return _plain(read.parsed.mapping)


def _plain(document: Document) -> Document:
    """Give a mapping as JSON would: lists and texts."""
    plain: Document = json.loads(json.dumps(document, default=str))
    return plain
