"""A long caseload a part at a time: whole groups together, so that what belongs together stands together."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from bhi_core.domain.caseload import Caseload

MOST = 300
"""Rows that are sent at once; above it the list is shown in parts."""


@dataclass(frozen=True)
class Part:
    """Some rows that follow each other, and their groups in words."""

    label: str
    rows: pd.DataFrame


def parts(caseload: Caseload, rows: pd.DataFrame, most: int) -> list[Part]:
    """Divide rows into parts of at most so many, by whole groups; a larger group is a part or several of its own.

    Args:
        caseload: for the groups and their order.
        rows: of ``caseload.worklist``.
        most: the size of a part.
    """
    made: list[list[tuple[str, pd.DataFrame]]] = [[]]
    for group in caseload.rule_book.groups:
        here = rows[rows["group"] == group.slug]
        for start in range(0, len(here), most):
            piece = here.iloc[start : start + most]
            if made[-1] and sum(len(some) for _, some in made[-1]) + len(piece) > most:
                made.append([])
            made[-1].append((group.title, piece))
    return [
        Part(_label(place, pieces), pd.concat([piece for _, piece in pieces]))
        for place, pieces in enumerate(made, start=1)
        if pieces
    ]


def _label(place: int, pieces: list[tuple[str, pd.DataFrame]]) -> str:
    """Name a part: ``1: Safety to To discuss, 287``."""
    first, last, count = pieces[0][0], pieces[-1][0], sum(len(piece) for _, piece in pieces)
    return f"{place}: {first if first == last else f'{first} to {last}'}, {count}"


def ask(caseload: Caseload, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows to show: all of a list that is short enough, else the part that is picked."""
    if len(rows) <= MOST:
        return rows
    found = {part.label: part for part in parts(caseload, rows, MOST)}
    picked = st.segmented_control(
        f"{len(rows)} patients, in parts", list(found), default=next(iter(found)), required=True, key="caseload_part",
    )  # fmt: skip
    return found.get(picked or "", next(iter(found.values()))).rows
