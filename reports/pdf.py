"""Paper: HTML drawn as tagged PDF/UA with the application's own fonts, the same bytes for the same HTML."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

PDF_OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}
FONTS = {400: "Inter-Regular", 600: "Inter-SemiBold"}


@dataclass(frozen=True)
class Pdf:
    """A finished document."""

    data: bytes
    pages: int


def pdf_draw(html: str, stylesheet: str) -> Pdf:
    """Draw the HTML on paper.

    stylesheet: a static file such as "css/pdf-rag.css"; it and the fonts are read once in each process. Nothing is
    fetched from anywhere: the HTML holds all it shows.
    """
    with collection_paused():
        document = HTML(string=html, url_fetcher=nothing_fetched()).render(**styles(stylesheet), **PDF_OPTIONS)
        return Pdf(document.write_pdf(**PDF_OPTIONS), len(document.pages))


@lru_cache
def styles(stylesheet: str) -> dict[str, Any]:
    """Return the fonts and the stylesheet as options for WeasyPrint, parsed once in each process."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face{{font-family:"Inter Print";font-weight:{weight};src:url("{static_path(f"fonts/inter-print/{name}.woff2").as_uri()}")}}'
        for weight, name in FONTS.items()
    )
    css = faces + static_path(stylesheet).read_text()
    return {
        "font_config": fonts,
        "stylesheets": [CSS(string=css, font_config=fonts, url_fetcher=URLFetcher(allowed_protocols=("file",)))],
    }


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
