"""Paper: HTML drawn as tagged PDF/UA with the application's own fonts, the same bytes for the same HTML."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from pydyf import PDF
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

PDF_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}
SHEET = "css/pdf-sheet.css"  # what every sheet for staff begins with
FONT_FOLDER = "pastoral-fonts-"
FONTS = {400: "Inter-Regular", 600: "Inter-SemiBold"}


@dataclass(frozen=True)
class Pdf:
    """A finished document."""

    data: bytes
    pages: int


def pdf_draw(html: str, *stylesheets: str) -> Pdf:
    """Draw the HTML on paper.

    stylesheets: static files such as "css/pdf-rag.css", the last one prevailing; they and the fonts are read once in
    each process. Nothing is fetched from anywhere: the HTML holds all it shows.
    """
    with collection_paused():
        document = Paper(string=html, url_fetcher=nothing_fetched()).render(**styles(*stylesheets), **PDF_OPTIONS)
        return Pdf(document.write_pdf(finisher=tags_thinned, **PDF_OPTIONS), len(document.pages))


def pdf_draw_together(parts: Sequence[str], stylesheet: str) -> Pdf:
    """Draw several documents as one file, each with its own count of pages: for a printer."""
    with collection_paused():
        drawn = [
            Paper(string=html, url_fetcher=nothing_fetched()).render(**styles(stylesheet), **PDF_OPTIONS)
            for html in parts
        ]
        pages = [page for document in drawn for page in document.pages]
        return Pdf(drawn[0].copy(pages).write_pdf(finisher=tags_thinned, **PDF_OPTIONS), len(pages))


def pdf_draw_untagged(html: str, *stylesheets: str) -> Pdf:
    """Draw what is stamped onto pages of another document, where it is no content of its own."""
    with collection_paused():
        document = Paper(string=html, url_fetcher=nothing_fetched()).render(**styles(*stylesheets))
        return Pdf(document.write_pdf(), len(document.pages))


class Paper(HTML):
    """HTML for paper, on which elements look as css/pdf-base.css says instead of as in a browser."""

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:
        return [base_style()]


@lru_cache
def base_style() -> CSS:
    """Return what HTML's elements are on paper."""
    return CSS(string=static_path("css/pdf-base.css").read_text(), url_fetcher=nothing_fetched())


class PrintFonts(FontConfiguration):
    """Fonts of this process, unpacked into a folder that says whose it is, so that none is left for good."""

    def __init__(self) -> None:
        super().__init__()
        fonts_left_swept()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FONT_FOLDER}{os.getpid()}-"))
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)


def fonts_left_swept() -> None:
    """Remove the folders of processes that were ended without a chance to tidy up, as workers' often are."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FONT_FOLDER}*-*"):
        number = folder.name.removeprefix(FONT_FOLDER).partition("-")[0]
        if number.isdecimal() and not _is_running(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's
    return True


@lru_cache
def styles(*stylesheets: str) -> dict[str, Any]:
    """Return the fonts and the stylesheets as options for WeasyPrint, parsed once in each process."""
    css = "".join(static_path(name).read_text() for name in stylesheets)
    return {
        "font_config": print_fonts(),
        "stylesheets": [CSS(string=css, font_config=print_fonts(), url_fetcher=nothing_fetched())],
    }


@lru_cache
def print_fonts() -> PrintFonts:
    """Return the fonts of this process, unpacked once: it takes half a second."""
    fonts = PrintFonts()
    faces = "".join(font_face(weight, name) for weight, name in FONTS.items())
    CSS(string=faces, font_config=fonts, url_fetcher=URLFetcher(allowed_protocols=("file",)))
    return fonts


def font_face(weight: int, name: str) -> str:
    """Return the rule that loads one weight of the print font from its static file."""
    address = static_path(f"fonts/inter-print/{name}.woff2").as_uri()
    return f'@font-face{{font-family:"Inter Print";font-weight:{weight};src:url("{address}")}}'


@lru_cache
def nothing_fetched() -> URLFetcher:
    """Return a fetcher that may fetch nothing."""
    return URLFetcher(allowed_protocols=())


def static_path(name: str) -> Path:
    """Return where a static file lies: with its package, or where a server collected it."""
    found = finders.find(name)
    return Path(found) if found else Path(settings.STATIC_ROOT) / name


@contextmanager
def collection_paused() -> Iterator[None]:
    """Keep Python's garbage collector from walking a half-drawn document again and again: a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# Elements whose text needs no element of its own around it: they say all there is to say about it.
_HOLDS_TEXT = frozenset({"/TD", "/TH", "/P", "/H1", "/H2", "/H3", "/NonStruct", "/Span"})
_NAMELESS = frozenset({"/NonStruct", "/Span"})
_BARE = frozenset({"Type", "S", "K", "Pg", "P"})


def tags_thinned(document: Document, pdf: PDF) -> None:
    """Let cells, headings and paragraphs hold their runs of text directly, not through a nameless element each.

    What is read aloud is the same; half of the elements go, which is a quarter of a page's bytes.
    """
    taken_up: dict[bytes, bytes] = {}
    for element in reversed(pdf.objects):  # children come after their parents
        if _is_nameless(element) and _is_taken_up(element, pdf.objects[_number(element["P"])]):
            taken_up[element.reference] = element["P"]
    for element in pdf.objects:
        if taken_up and isinstance(element, dict) and element.get("Type") == "/StructTreeRoot":
            _parents_renamed(pdf.objects[_number(element["ParentTree"])], taken_up)
    for number in map(_number, taken_up):
        freed = pdf.objects[number]
        freed.free, freed.generation, freed.number = "f", 65535, 0  # a free entry, never used again


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _is_nameless(element: Any) -> bool:
    return isinstance(element, dict) and element.get("S") in _NAMELESS and element.keys() == _BARE


def _is_taken_up(element: Any, parent: Any) -> bool:
    """Move the element's text into its parent, where it stood; refuse what spans pages or holds more than text."""
    runs = element["K"]
    if parent.get("S") not in _HOLDS_TEXT or parent["Pg"] != element["Pg"]:
        return False
    if not all(isinstance(run, int) for run in runs):
        return False
    at = parent["K"].index(element.reference)
    parent["K"][at : at + 1] = runs
    return True


def _parents_renamed(tree: Any, taken_up: dict[bytes, bytes]) -> None:
    """Point each run of text at the element that holds it now."""
    for owners in tree["Nums"][1::2]:
        if not isinstance(owners, list):
            continue
        for n, owner in enumerate(owners):
            while owner in taken_up:
                owner = taken_up[owner]
            owners[n] = owner
