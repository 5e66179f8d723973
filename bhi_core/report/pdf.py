"""HTML of our own as PDF. Nothing is fetched: neither from the network nor from the disk."""

from typing import Literal

from bhi_core.errors import Refused

Paper = Literal["Letter", "A4"]
PAPERS: tuple[Paper, ...] = ("Letter", "A4")

NEEDS_PANGO = (
    "A PDF needs Pango, which this computer does not have: install it (Debian and Ubuntu: libpango-1.0-0 and "
    "libpangoft2-1.0-0; macOS: brew install pango), or take the HTML, which works without it and prints the same."
)


def from_html(html: str, paper: Paper = "Letter") -> bytes:
    """Lay the pages out.

    Args:
        html: a whole document that brings everything with it.
        paper: the size of the pages; the same document fits both.

    Raises:
        Refused: Pango is missing; the sentence says what to install and that HTML works without.
    """
    try:
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:  # the package is here, the library of the system is not
        raise Refused(NEEDS_PANGO) from missing
    size = CSS(string=f"@page {{ size: {paper}; }}")
    document = HTML(string=html, base_url=None, url_fetcher=URLFetcher(allowed_protocols=()))
    made: bytes = document.write_pdf(stylesheets=[size])
    return made
