"""Lists of contacts: the database sorts, counts and cuts them, and thirty rows cost what three do."""

from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact, EarlyHelpAction, EarlyHelpReview, Enquiry, Seen, Share
from contacts.views import clocks, early_help, enquiries, information, references, referrals
from pastoral.core.rights import Role
from tests.agencies import agency, reference, referral, worker
from tests.agencies import early_help as helped
from tests.agencies import information as received
from tests.factories import enrol, staff
from tests.families import carer

SIZE = 10
DUE = date(2026, 11, 16)
CUT = [
    ("enquiry_list", {}),
    ("enquiry_list", {"show": "owed"}),
    ("enquiry_list", {"show": "mine", "year": "9"}),
    ("enquiry_list", {"show": "due"}),
    ("information_list", {}),
    ("information_list", {"show": "due", "year": "9"}),
    ("information_list", {"show": "open", "mine": "1"}),
    ("referral_list", {}),
    ("referral_list", {"show": "chase", "year": "9"}),
    ("early_help_list", {}),
    ("early_help_list", {"show": "actions", "year": "9", "mine": "1"}),
    ("early_help_list", {"show": "reviews"}),
    ("reference_list", {}),
    ("reference_list", {"show": "write"}),
    ("clock_list", {"clock": "acknowledged", "only": "open", "year": "9"}),
    ("clock_list", {"clock": "retries", "only": "open"}),
    ("clock_list", {"clock": "reviews", "only": "open"}),
]
WHOLE = [
    ("enquiry_list", {"show": "closed"}),
    ("enquiry_list", {"format": "xlsx"}),
    ("referral_list", {"format": "csv"}),
    *[
        (name, {"clock": clock})
        for name in ("clocks", "clock_list")
        for clock in ("calls", "acknowledged", "retries", "reviews", "steps")
    ],
]


def test_lists_are_cut_by_the_database_and_thirty_cost_what_three_do(seeded, friday, as_role, monkeypatch):
    head, other = as_role(Role.HEAD_OF_YEAR), staff(Role.SLT)
    for views in (clocks, early_help, enquiries, information, references, referrals):
        monkeypatch.setattr(views, "SIZE", SIZE)
    costs, totals = [], set()
    for number in (3, 27):
        for student in enrol("9B", count=number):
            _about(student, head.user, other)
        found = {}
        for name, asked in CUT + WHOLE:
            with CaptureQueriesContext(connection) as queries:
                page = (head.get(reverse(f"contacts:{name}"), asked).context or {}).get("page")
            found[name, str(asked)] = len(queries)
            if number == 27 and (name, asked) in CUT:
                totals.add((page.total, len(page.rows)))
                assert any(f"LIMIT {SIZE}" in query["sql"] for query in queries), (name, asked)
        costs.append(found)
    assert {key: cost for key, cost in costs[1].items() if cost > costs[0][key]} == {}
    assert max(costs[1].values()) <= 12
    assert totals == {(30, SIZE), (60, SIZE), (90, SIZE)}
    last = head.get(reverse("contacts:information_list"), {"before": "20"}).context["page"]
    assert (last.span_words, last.next_cursor) == ("21–30 of 30", "")
    assert len(head.get(reverse("contacts:enquiry_list"), {"before": "all"}).context["page"].rows) == 60


def _about(student, by, other):
    """Lay one of each about the student: asked, told, tried, seen, sent to an agency, received from one."""
    friday = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Europe/London"))
    fields = {"taken_by": by, "owner": by, "words": "x", "from_name": "Ms Field", "taken_at": friday}
    done = {"acknowledged_at": friday, "acknowledged_by": by}
    ended = done | {"closed_at": friday, "closed_by": by, "outcome": "x"}
    for also in ({}, done, ended):
        Enquiry.objects.create(student=student, token=uuid4(), received_at=friday, follow_up_on=DUE, **fields | also)
    mother = carer(student)
    Contact.objects.create(
        student=student, token=uuid4(), occurred_at=friday, logged_at=friday, made_by=by, logged_by=by, owner=by,
        channel="phone", result="no_answer", purpose="welfare", party="carer", parent_carer=mother, retry_at=friday,
    )  # fmt: skip
    Seen.objects.create(token=uuid4(), student=student, by=by, seen_at=friday, logged_at=friday, review_on=DUE)
    each = agency()
    referral(student, each, by, chase_on=DUE, worker=worker(each))
    told = received(student, other, follow_up="x", follow_up_owner=by, follow_up_on=DUE, agency=each, from_name="")
    Share.objects.create(information=told, to=by, by=other)
    help_ = helped(student, by, lead=by)
    EarlyHelpAction.objects.create(early_help=help_, what="x", owner=by, due_on=DUE)
    EarlyHelpReview.objects.create(early_help=help_, due_on=DUE)
    reference(student, by)
