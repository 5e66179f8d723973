"""HTML of our own as PDF: on both papers, with nothing from outside, and with a way out where Pango is missing."""

import io
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from bhi_core.errors import Refused
from bhi_core.report.pdf import PAPERS, Paper, from_html
from tests.report.printed import pages, size

SIZES: dict[Paper, tuple[int, int]] = {"Letter": (612, 792), "A4": (595, 842)}


@pytest.mark.parametrize("paper", PAPERS)
def test_paper_has_its_size_and_holds_the_text(paper: Paper) -> None:
    made = from_html("<p>first</p><p style='break-before: page'>second</p>", paper)

    assert size(made) == SIZES[paper]
    assert pages(made) == ["first", "second"]


def test_nothing_is_fetched_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    address = (tmp_path / "secret.txt").as_uri()

    made = from_html(f'<link rel="attachment" href="{address}"><link rel="stylesheet" href="{address}"><p>text</p>')

    assert not PdfReader(io.BytesIO(made)).attachments
    assert pages(made) == ["text"]


def test_missing_pango_is_refused_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)

    with pytest.raises(Refused, match=r"libpango-1\.0-0 .* HTML, which works without it"):
        from_html("<p>text</p>")
