"""Spell staff and sites as the registry does, and make those that a file names for the first time."""

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, select

from bhi_core.domain.closed_lists import Role
from bhi_core.store.act import Act, folded
from bhi_core.store.importing.incoming import Incoming
from bhi_core.store.tables import Site, Staff, table

STAFF: dict[tuple[str, str], Role | None] = {
    ("episodes", "care_manager"): Role.CARE_MANAGER,
    ("episodes", "consultant"): Role.CONSULTANT,
    ("contacts", "staff"): None,
    ("reviews", "consultant"): Role.CONSULTANT,
    ("reviews", "owner"): None,
    ("safety", "by"): None,
}
"""(kind, column) that names staff -> the role that the column says."""
SITES = (("patients", "site"), ("episodes", "site"))


@dataclass
class Names:
    """Hold staff and sites: folded name -> name as spelled."""

    staff: dict[str, str]
    sites: dict[str, str]


def spell(connection: Connection, incoming: Incoming) -> Names:
    """Spell the names in the records as the registry does, else as the file did first; give the registry's own."""
    known = Names(
        *(
            {folded(name): str(name) for name in connection.execute(select(table(model).c.name)).scalars()}
            for model in (Staff, Site)
        )
    )
    staff, sites = dict(known.staff), dict(known.sites)
    for column in incoming.records.columns:
        if (incoming.kind, column) in STAFF:
            respell(incoming.records, str(column), staff)
        elif (incoming.kind, column) in SITES:
            respell(incoming.records, str(column), sites)
    return known


def respell(records: pd.DataFrame, column: str, spelled: dict[str, str]) -> None:
    """Spell the names of a column as ``spelled`` has them (folded name -> name), a new one as it comes first."""
    distinct = records[column].dropna().unique()
    as_kept = {str(name): spelled.setdefault(folded(str(name)), " ".join(str(name).split())) for name in distinct}
    records[column] = records[column].map(as_kept, na_action="ignore").astype("str")


def make_sites(act: Act, names: "pd.Series[str]", known: Names) -> None:
    """Make the sites that the registry lacks."""
    for name in names.dropna().unique():
        if folded(str(name)) not in known.sites:
            known.sites[folded(str(name))] = act.site(str(name)) or str(name)


def make(act: Act, incoming: Incoming, known: Names) -> None:
    """Make the staff and sites that kept records name and the registry lacks; fill in a role that was open."""
    kept = incoming.records[incoming.new]
    for column in kept.columns:
        if (incoming.kind, column) in SITES:
            make_sites(act, kept[column], known)
        if (incoming.kind, column) not in STAFF:
            continue
        role = STAFF[incoming.kind, str(column)]
        for name in map(str, kept[column].dropna().unique()):
            known.staff[folded(name)] = act.staff(name, role) or name
            if role is not None:
                staff = table(Staff)
                act.connection.execute(
                    staff.update().where(staff.c.name == name, staff.c.role.is_(None)).values(role=role)
                )
