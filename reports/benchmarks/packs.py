"""A pack of 150 pages: what joining, marking and numbering take beside WeasyPrint's own time for the same HTML."""

import io
from collections.abc import Iterator
from time import process_time

from reports.benchmarks.measure import Measure
from reports.packs.content import digest_of
from reports.packs.drawing import part_draw, whole_draw

PARTS, ROWS = 30, 39  # five pages each
BUDGET = 20.0


def pack_measures() -> Iterator[Measure]:
    """Draw and join a pack of made-up contacts: nothing is read of the database, and nothing is left behind."""
    snapshot = _snapshot()
    part_draw(snapshot, 0)  # fonts and modules are loaded before anything is timed
    began = process_time()
    drawn = [part_draw(snapshot, order) for order in range(PARTS)]
    parts = process_time() - began
    began = process_time()
    whole = whole_draw(
        snapshot, digest_of(snapshot), [each.pages for each in drawn], [io.BytesIO(each.data) for each in drawn]
    )
    joining = process_time() - began
    detail = (
        f"{PARTS} parts, {whole.pages} pages, {len(whole.data) // 1000} kB; the parts alone {parts:.1f} s, on one core"
    )
    yield Measure("pack, joined and numbered", joining, BUDGET, "s", detail)


def _snapshot() -> dict[str, object]:
    said = "Mrs Okafor was rung about the absence; she said that the bus had not come and that she would write. " * 2
    row = {"cells": ["Fri 13 Nov 2026, 09:05", "Phone, from school\nMrs Brown", "Mrs Okafor", said], "badges": []}
    table = {
        "kind": "table",
        "heading": "",
        "headings": ["When", "How and by whom", "With whom", "What was said and what came of it"],
        "widths": [34, 36, 36, 74],
        "rows": [row] * ROWS,
    }
    parts = [
        {
            "section": f"s{order}",
            "heading": "Contacts",
            "exhibit": {"title": "Contacts", "day": None, "mark": f"JC/{order}", "badges": [], "blocks": [table]},
        }
        for order in range(PARTS)
    ]
    return {"head": {"profile": "Benchmark", "student": "Nobody"}, "parts": parts, "empty": []}
