"""Bringing a file in, step by step: the file, what it holds, what is open, what each line will become, the result."""

from collections.abc import Sequence

import streamlit as st

from bhi_core.domain import instruments, words
from bhi_core.domain.records import KINDS, Question
from bhi_core.errors import Refused
from bhi_core.intake import Opened
from bhi_core.intake.mapping import PERSON
from bhi_core.ui import data, look, upload_file, upload_mapping, upload_questions
from bhi_core.ui.components import dropzone
from bhi_core.ui.forms import digest
from bhi_core.ui.import_result import MEANINGS
from bhi_core.ui.upload_asked import Asked
from bhi_core.ui.upload_file import Document, Taken

SURE = "sure"
ENDINGS = ("csv", "tsv", "txt", "xlsx")
KIND_ORDER = ("scores", *(kind for kind in KINDS if kind != "scores"))


def not_in_the_demo() -> None:
    """Say why the demo clinic takes no file, and how to begin one's own registry."""
    look.headline("The demo clinic takes no files: begin your own registry first.")
    look.fact_line(
        "Its invented people never mix with real ones. Stop this program and start it with a database named:"
    )
    st.code("BHI_DATABASE_URL=sqlite:///registry.db streamlit run dashboard.py", language="bash")


def take() -> Taken | None:
    """Ask for the file; its bytes stay with the field until it was brought in or taken away."""
    look.headline("Bring in a file: you see what each line becomes before anything is kept.")
    dropzone.name_the_field()
    handed = st.file_uploader(
        "The file, CSV or Excel, at most 50 MB",
        type=list(ENDINGS),
        key=f"upload_file_{upload_file.token()}",
    )
    if handed is None:
        look.fact_line("A column of MRNs, a date and a PHQ-9 or GAD-7 score are enough. Headings may be your own.")
        return None
    return upload_file.taken(handed.name, handed.getvalue())


def settled(file: Taken) -> tuple[Opened, list[str]]:
    """Ask what the file holds, which column is what, and what is open; read it with all that.

    Returns:
        The file read with what was said so far, and what is still open, a sentence each.

    Raises:
        Refused: the file, or what was said of it, cannot be used.
    """
    guessed = upload_file.likely_kind(upload_file.opened(file, "scores", {}))
    kind = st.radio(
        "It holds",
        KIND_ORDER,
        index=KIND_ORDER.index(guessed),
        format_func=lambda kind: MEANINGS[kind][1],
        horizontal=True,
        key=f"upload_kind_{file.mark}",
    )
    first, said_of_file = _where_the_table_is(file, kind)
    mark = digest(file.mark, kind, first.parsed.layout)
    asked = Asked(first, kind, mark, upload_questions.remembered(mark, first.parsed.questions))
    said, is_sure = _mapping_in_words(first)
    with st.expander(f"Which column is what: {look.literal(said)}", expanded=not is_sure, key=f"upload_mapping_{mark}"):
        if upload_file.kept_mapping(first.parsed.layout, kind):
            look.fact_line("Filled in as it was for the last file of this layout.")
        columns, undecided = upload_mapping.ask(asked)
    document = columns | ({"file": said_of_file} if said_of_file else {})
    document |= _kept_answers(first)
    answers = _open_questions(mark, asked.questions)
    if answers:
        document["answers"] = {**document.get("answers", {}), **answers}
    read = first if upload_file.says_the_same(first, document) else upload_file.opened(file, kind, document)
    if len(upload_questions.remembered(mark, read.parsed.questions)) > len(asked.questions):
        st.rerun()
    look.fact_line(upload_mapping.unused(read.sheet.headings, read.parsed.unmapped))
    which = ["Say of each score above which questionnaire it is, or leave it out."] if undecided else []
    return read, which + [one.ask for one in read.parsed.questions]


def _mapping_in_words(first: Opened) -> tuple[str, bool]:
    """Say which column is taken for what, and whether nothing of it is in doubt: then the fields can stay folded."""
    because = first.guess.because
    about_scores = [one for one in because if one.field not in PERSON]
    said = ", ".join(f"{one.heading} = {_field(one.field)}" for one in because if one.heading)
    is_sure = bool(said) and not first.parsed.questions and all(one.sure == SURE for one in about_scores)
    return said or "please say", is_sure


def _field(field: str) -> str:
    """Name what a column holds: "PHQ-9 total", "Enrolled on"."""
    first, _, rest = field.partition(" ")
    known = instruments.registry()
    return f"{known[first].name} {rest}" if rest and first in known else upload_mapping.label(field)


def _where_the_table_is(file: Taken, kind: str) -> tuple[Opened, Document]:
    """Read the file; ask which sheet, or where the headings are, as long as that is open."""
    first = upload_file.opened(file, kind, {})
    about = [one for one in first.parsed.questions if one.about in upload_questions.ABOUT_FILE]
    seen = upload_questions.remembered(f"file_{file.mark}_{kind}", about)
    said = upload_questions.about_file(f"{file.mark}_{kind}", seen)
    return (upload_file.opened(file, kind, {"file": said}), said) if said else (first, {})


def _kept_answers(first: Opened) -> Document:
    """Keep what the kept mapping of this layout has decided."""
    answers = upload_file.as_document(first).get("answers", {})
    return {"answers": answers} if answers else {}


def _open_questions(mark: str, questions: Sequence[Question]) -> Document:
    """Show what only a person can say."""
    about = [one for one in questions if one.about in upload_questions.ABOUT_ANSWERS]
    if not about:
        return {}
    look.section("What only you can say")
    return upload_questions.about_answers(mark, about)


def still_open(sentences: Sequence[str]) -> None:
    """Say what has to be answered before anything can be shown."""
    with look.alert("upload_open", "orange"):
        st.markdown(look.literal(f"{words.count(len(sentences), 'question')} open. {' '.join(sentences)}"))


def ask_create(read: Opened, mark: str) -> bool:
    """Ask whether unknown people are made from the file."""
    if read.parsed.kind == "patients":
        return False
    return st.checkbox(
        "Make patients whom the registry does not know, with an episode",
        value=data.nobody_yet(),
        key=f"upload_create_{mark}",
        help="From the mapped name, birth date, site and enrolment; else enrolled on the first record of the file.",
    )


def refused(refusal: Refused) -> None:
    """Say in one sentence why the file cannot be used; nothing was kept."""
    with look.alert("upload_refused", "red"):
        st.markdown(look.literal(str(refusal)))
