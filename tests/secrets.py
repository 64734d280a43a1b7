"""T14: words that only some may read, one of each kind about a student of 9B and one of 8A, and who may read them.

The concern to the DSL is about 9B's alone.
"""

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from django.http import HttpResponse
from django.test import Client
from django.urls import resolve
from openpyxl import load_workbook
from pypdf import PdfReader

from pastoral.core.rights import Role

_YEAR_TEAM = frozenset({"pastoral_manager", "head_of_year"})
_WHOLE_SCHOOL = frozenset({"slt", "dsl"})
_EVERY_YEAR = _WHOLE_SCHOOL | {"attendance_officer"}  # who reaches 8A, too
_BOTH = "tutor of 9B who is Attendance Officer"
# Who takes enquiries, of any year; what is about behaviour is not for the Attendance Officer who is not the tutor.
_DESK = _YEAR_TEAM | _EVERY_YEAR | {_BOTH}
# Who may read each kind about a student of theirs. Year 9's team and the tutor are 9B's; the SENCO's have SEN.
READERS = {
    "incident": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "statement": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "comment": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "action": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "action-cell": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "incident-withdrawn": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "incident-dsl": frozenset({"dsl"}),
    "form-time": {"form_tutor"} | _YEAR_TEAM,
    "card": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "card-ended": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "detention": {"form_tutor"} | _YEAR_TEAM | {"slt"},
    "case": _YEAR_TEAM | _WHOLE_SCHOOL,
    "case-action": _YEAR_TEAM | _WHOLE_SCHOOL,
    "case-outcome": _YEAR_TEAM | _WHOLE_SCHOOL,
    "case-support": _YEAR_TEAM | _WHOLE_SCHOOL,
    "case-check": _YEAR_TEAM | _WHOLE_SCHOOL,
    "case-withdrawn": _YEAR_TEAM | _WHOLE_SCHOOL,
    "suspension": _YEAR_TEAM | _WHOLE_SCHOOL,
    "work": _YEAR_TEAM | {"slt"},
    "robin": _YEAR_TEAM | _WHOLE_SCHOOL,
    "enquiry": _DESK,
    "enquiry-name": _DESK,
    "enquiry-behaviour": _DESK - {"attendance_officer"},
    "enquiry-outcome": _DESK - {"attendance_officer"},
    "stay": _YEAR_TEAM | _WHOLE_SCHOOL,
    "stay-outcome": _YEAR_TEAM | _WHOLE_SCHOOL,
    "campaign": _YEAR_TEAM | {"slt"},
    "call": _WHOLE_SCHOOL,  # words of a call in which nobody was chosen; SLT made it
    "contact": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "contact-dsl": frozenset({"dsl"}),  # about a matter of the DSL, also of the other in whose file it stands too
    "call-note": _DESK,  # on a step of first-day calling
    "call-dsl": frozenset({"dsl"}),  # what the DSL was told by such a step
    "contact-enquiry": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,  # about an enquiry on bullying
    "safety": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "step": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "reply": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "few": {"head_of_year"} | _WHOLE_SCHOOL,
    "caller": {"head_of_year"} | _WHOLE_SCHOOL,
    "concern": frozenset({"dsl"}),
    "letter": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,  # about uniform
    "target": _YEAR_TEAM | {"slt"},
    "seen": {"form_tutor", "attendance_officer"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "referral": _YEAR_TEAM | _WHOLE_SCHOOL,
    "early-help": _YEAR_TEAM | _WHOLE_SCHOOL,
    "information": _YEAR_TEAM | _WHOLE_SCHOOL,
    "information-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "reference": _YEAR_TEAM | _WHOLE_SCHOOL,
    "reference-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "intervention": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "intervention-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "rag-answer": {"form_tutor", "attendance_officer"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "briefing": frozenset(),  # for who sent it and whom it was sent to
    "seen-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "pa-case": _DESK,
    "finding-bullying": _DESK - {"attendance_officer"},
    "pa-case-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "file": _DESK,
    "file-few": {"head_of_year"} | _WHOLE_SCHOOL,
    "meeting": _YEAR_TEAM | _WHOLE_SCHOOL,
    "meeting-part": _YEAR_TEAM | _WHOLE_SCHOOL,
    "meeting-action": _YEAR_TEAM | _WHOLE_SCHOOL,
    "rag-line": _YEAR_TEAM | _WHOLE_SCHOOL,
    "rag-action": _YEAR_TEAM | _WHOLE_SCHOOL,
    "meeting-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
    "meeting-restricted-action": {"head_of_year"} | _WHOLE_SCHOOL,  # of an open case and plan, set at such a meeting
    "action-alone": {"form_tutor", "attendance_officer"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "plan": {"form_tutor"} | _YEAR_TEAM | _WHOLE_SCHOOL,
    "plan-restricted": {"head_of_year"} | _WHOLE_SCHOOL,
}
# What only the DSL reads, and what is restricted: in a chronology by choice alone.
FEW = (
    "incident-dsl",
    "contact-dsl",
    "call-dsl",
    "concern",
    "few",
    "seen-restricted",
    "information-restricted",
    "reference-restricted",
    "intervention-restricted",
    "pa-case-restricted",
    "file-few",
    "meeting-restricted",
    "meeting-restricted-action",
    "plan-restricted",
)
GROUPS = ("9B", "8A")
# Persons of two roles: whatever the other one's reach and rights, of 9B they read as its tutor.
READ_AS_TUTOR = {
    _BOTH: ((Role.FORM_TUTOR, "9B"), (Role.ATTENDANCE_OFFICER, None)),
    "Head of Year 7 who is tutor of 9B": ((Role.HEAD_OF_YEAR, 7), (Role.FORM_TUTOR, "9B")),
}
SIGN = "zq"  # in all of them
HIDDEN = "Wolstenholme"  # of 8A, in an incident with 9B and in a cell of the MIS: read by nobody who sees no 8A
# What the lists show of other records than by themselves, and records that no row of the table opens.
VIEWS = (
    ("reports:governors", "", "format=pdf"),
    ("reports:year_report", "year 9", "format=pdf"),
    ("reports:inspection", "year 9", "format=pdf"),
    ("behaviour:inclusion_stay", "stay over in 9B", ""),
    ("behaviour:inclusion_stay", "stay over in 8A", ""),
    ("interventions:meeting_detail", "RAG meeting of Year 9", ""),
    ("interventions:meeting_detail", "RAG meeting of Year 8", ""),
    ("reports:incident_pdf", "incident shared", ""),
    ("reports:incident_pdf", "matter of the DSL in 9B", ""),
    ("reports:chronology", "student of 9B", "restricted=1&dsl=1&last=2027-01-01"),
    ("reports:chronology_pdf", "student of 9B", "restricted=1&dsl=1&last=2027-01-01"),
    ("reports:chronology", "student of 8A", "restricted=1&dsl=1&last=2027-01-01"),
    ("behaviour:case_list", "", "show=withdrawn"),
    ("behaviour:card_list", "", "show=ended"),
    ("interventions:case_list", "", "show=closed"),
    ("behaviour:duty_list", "", "show=done"),
    ("behaviour:incident_detail", "incident shared", ""),
    ("behaviour:incident_detail", "incident with a cell in 9B", ""),
    ("behaviour:incident_detail", "incident with a cell in 8A", ""),
    ("behaviour:incident_detail", "incident withdrawn in 9B", ""),
    ("behaviour:incident_detail", "incident withdrawn in 8A", ""),
    ("contacts:contact_detail", "contact about a matter of the DSL in 9B", ""),
    ("contacts:contact_detail", "contact about a matter of the DSL in 8A", ""),
    ("behaviour:incident_detail", "matter of the DSL in 9B", ""),
    ("behaviour:incident_detail", "matter of the DSL in 8A", ""),
)
_FILES = re.compile(r'href="([^"]*(?:\?|&amp;|&)format=(?:csv|xlsx)[^"]*)"')


def secret(kind: str, group: str) -> str:
    """Return the words of one kind about the student of the group."""
    return f"{SIGN} {kind} {group} qz"


def forbidden_to(column: str) -> tuple[str, ...]:
    """Return what nobody of that role may meet on any page."""
    elsewhere = {str(role) for role, _scope in READ_AS_TUTOR.get(column, ())} or {column}
    ours = {"form_tutor", column} if column in READ_AS_TUTOR else {column}
    return tuple(
        secret(kind, group)
        for kind, readers in READERS.items()
        for group in GROUPS
        if not (ours & readers if group == "9B" else elsewhere & readers & _EVERY_YEAR)
    )


def allowed_to(column: str) -> tuple[str, ...]:
    """Return what somebody of that role may read."""
    laid = {secret(kind, group) for kind in READERS for group in GROUPS} - {secret("concern", "8A")}
    return tuple(sorted(laid - set(forbidden_to(column))))


def words_in(answer: HttpResponse, body: bytes) -> str:
    """Return everything that an answer says, a PDF's and a workbook's words too."""
    kind = answer.headers.get("Content-Type", "")
    if kind == "application/pdf":
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if "spreadsheet" in kind:
        sheets = load_workbook(io.BytesIO(body), read_only=True)
        return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)
    return body.decode(errors="replace")


def exports_of(client: Client, pages: dict[str, str], *, takes_pages: bool) -> Iterator[tuple[str, str]]:
    """Yield address and words of each file that the pages offer, the workbook where there are both: it says more.

    pages: their words, by address. takes_pages: also files that are read off their own page, which says it all.
    """
    found = {urljoin(page, unescape(link)) for page, text in pages.items() for link in _FILES.findall(text)}
    one_each = {link.partition("?")[0]: link for link in sorted(found, key=lambda link: ("xlsx" in link, link))}
    for path, link in one_each.items():
        if takes_pages or not is_read_off_page(path):
            answer = client.get(link)
            yield link, words_in(answer, answer.getvalue())


def is_read_off_page(path: str) -> bool:
    """Test for a list whose file is made of what its page says."""
    view: Any = resolve(path).func
    while view is not None:
        if view.__globals__["__name__"] == "students.files":
            return True
        view = getattr(view, "__wrapped__", None)
    return False
