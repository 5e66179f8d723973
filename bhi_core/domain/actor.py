"""Who acts, and what they may do."""

from dataclasses import dataclass

from bhi_core.errors import NotAllowed

RIGHTS = {
    "see caseload": "open the caseload and patients",
    "record": "enter and correct scores, contacts and treatments",
    "acknowledge": "acknowledge safety flags",
    "import": "bring files in",
    "export": "take records out",
    "review": "hold the weekly review and record what it decides",
    "set rules": "change the clinic's settings",
}


@dataclass(frozen=True)
class Actor:
    """A person who acts.

    Attributes:
        name: the name that signs, as it stands in Staff; empty until picked.
        rights: names of rights, keys of ``RIGHTS``.
    """

    name: str
    rights: frozenset[str] = frozenset()

    def require(self, right: str) -> None:
        """Let the person go on only with the right.

        Raises:
            KeyError: no right has this name (a programming error).
            NotAllowed: the person lacks it.
        """
        meaning = RIGHTS[right]
        if right not in self.rights:
            raise NotAllowed(f"You may not {meaning}. Ask the person who runs this registry for that right.")


def local_person(name: str = "") -> Actor:
    """Give the one local person, who has every right until sign-in exists."""
    return Actor(name, frozenset(RIGHTS))
