"""How the clocks are kept: acknowledgements, retries, reviews and next steps, derived; every number opens its list."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from behaviour.models import Rule
from behaviour.summaries.contact_clock import ContactClock
from contacts.models import Contact, ContactRules, Enquiry, Information, Seen
from contacts.summaries.acknowledging import AckClock
from contacts.summaries.clocks import CLOCKS
from pastoral.core.rights import Role
from pastoral.core.templatetags.pastoral import day as in_words
from students.summaries import Window
from tests.factories import enrol
from tests.families import carer

LONDON = ZoneInfo("Europe/London")
PAGE, LIST = reverse("contacts:clocks"), reverse("contacts:clock_list")


def at(words):
    return datetime.fromisoformat(words).replace(tzinfo=LONDON)


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


def asked(by, student, received, answered=None, owner=None):
    told = {"acknowledged_at": answered, "acknowledged_by": by} if answered else {}
    rest = {
        "token": uuid4(),
        "taken_at": received,
        "taken_by": by,
        "owner": owner or by,
        "words": "x",
        "from_name": "x",
    }
    return Enquiry.objects.create(student=student, received_at=received, **rest, **told)


def rang(by, student, person, when, **also):
    who = {"made_by": by, "logged_by": by, "owner": by, "party": "carer", "parent_carer": person}
    rest = {"token": uuid4(), "channel": "phone", "result": "no_answer", "purpose": "welfare", "logged_at": when}
    return Contact.objects.create(student=student, occurred_at=when, **who | rest | also)


def kept(client, clock):
    whole = client.get(PAGE, {"clock": clock}).context["keeping"].whole
    return whole.in_time, whole.settled, whole.open, whole.median


def listed(client, clock, **also):
    return len(client.get(LIST, {"clock": clock} | also).context["page"].rows)


def test_acknowledgements_are_kept_by_day_year_and_person(kai, as_role):
    head, manager = as_role(Role.HEAD_OF_YEAR), as_role(Role.PASTORAL_MANAGER)
    asked(head.user, kai, at("2026-11-18T10:00"), at("2026-11-18T10:30"))
    asked(head.user, kai, at("2026-11-18T10:00"), at("2026-11-19T10:00"), owner=manager.user)
    asked(head.user, kai, at("2026-11-17T10:00"))
    asked(head.user, kai, at("2026-11-20T10:00"))
    asked(head.user, kai, at("2026-10-19T10:00"), at("2026-10-19T10:30"))  # of the half term before
    father = carer(kai, barred=True)
    Enquiry.objects.create(
        token=uuid4(), student=kai, parent_carer=father, received_at=at("2026-11-17T10:00"),
        taken_at=at("2026-11-17T10:00"), taken_by=head.user, owner=head.user, words="x",
    )  # fmt: skip
    assert kept(head, "acknowledged") == (1, 3, 2, "12 h")
    page = head.get(PAGE, {"clock": "acknowledged"})
    (year,) = page.context["keeping"].by_year
    assert (year.name, year.in_time, year.late) == ("Year 9", 1, 2)
    assert [row.took for row in page.context["keeping"].worst][1:] == [timedelta(hours=24)]
    assert "whatever day that is" in page.content.decode()
    for only, number in (("kept", 1), ("late", 2), ("settled", 3), ("open", 2), ("", 4)):
        assert listed(head, "acknowledged", only=only) == number, only
    assert listed(head, "acknowledged", owner=manager.user.pk, only="late") == 1
    assert listed(head, "acknowledged", year=8) == 0
    assert listed(head, "acknowledged", window="year") == 5


def test_retries_reviews_and_next_steps(kai, as_role):
    head, mother = as_role(Role.HEAD_OF_YEAR), carer(kai)
    rang(head.user, kai, mother, at("2026-11-16T09:00"), retry_at=at("2026-11-16T10:00"))
    rang(head.user, kai, mother, at("2026-11-16T15:00"), retry_at=at("2026-11-17T09:00"))
    rang(
        head.user,
        kai,
        mother,
        at("2026-11-18T09:00"),
        result="reached",
        next_step="Send work",
        next_on=date(2026, 11, 19),
    )
    rang(head.user, kai, mother, at("2026-11-20T14:00"), retry_at=at("2026-11-20T16:00"))
    assert kept(head, "retries") == (1, 2, 1, "24 h")  # six hours, and 42 from Monday to Wednesday
    assert kept(head, "steps") == (0, 1, 1, "")
    Contact.objects.filter(next_step="Send work").update(next_done_at=at("2026-11-19T23:30"), next_done_by=head.user)
    assert kept(head, "steps")[:3] == (1, 1, 0)
    text = head.get(LIST, {"clock": "steps"}).content.decode()
    assert "Send work" not in text  # what was promised stays in the file
    seen = {"student": kai, "by": head.user, "reason": "welfare"}
    for when, review in (("2026-11-02T09:00", date(2026, 11, 9)), ("2026-11-12T09:00", None)):
        Seen.objects.create(token=uuid4(), seen_at=at(when), logged_at=at(when), review_on=review, **seen)
    Information.objects.create(
        token=uuid4(), student=kai, received_on=date(2026, 11, 10), from_name="x", title="x", taken_by=head.user,
        follow_up="x", follow_up_owner=head.user, follow_up_on=date(2026, 11, 12),
    )  # fmt: skip
    assert kept(head, "reviews")[:3] == (1, 2, 1)
    tutor, officer = as_role(Role.FORM_TUTOR), as_role(Role.ATTENDANCE_OFFICER)
    assert tutor.get(PAGE).status_code == 403
    names = [words for _, words, _ in officer.get(PAGE).context["clocks"]]
    assert "Parents to reach" not in names  # no behaviour
    assert kept(officer, "reviews")[:3] == (1, 1, 0)  # no agencies


def test_a_day_ends_at_midnight_when_the_clocks_change(kai, as_role, on_day):
    head, mother = as_role(Role.HEAD_OF_YEAR), carer(kai)
    promised = {"result": "reached", "next_step": "x"}
    for day in (date(2026, 10, 25), date(2027, 3, 28)):
        rang(head.user, kai, mother, at(f"{day}T00:10"), next_on=day, **promised)
        for moment, stands in ((on_day(day, 23, 59), "running"), (on_day(day + timedelta(days=1), 0, 1), "overdue")):
            window = Window("", "", day, day)
            (row,) = next(clock for clock in CLOCKS if clock.slug == "steps").rows(head.user, window, moment)
            assert row.state == stands, moment
            assert row.due_words == f"end of {in_words(day)}"


def test_the_database_counts_as_the_pages_do(kai, as_role):
    """Over half terms, weekends, clock changes and the end of the year, by both rules of both clocks."""
    head = as_role(Role.HEAD_OF_YEAR).user
    for begins, hours in (("2026-10-15", 470), ("2027-03-24", 150), ("2027-07-14", 400)):
        first = at(f"{begins}T00:00")
        asked(head, kai, first)
        for hour in range(7, hours, 11):
            asked(head, kai, first + timedelta(hours=hour, minutes=hour))
    acknowledged = [AckClock(rule, time(16)) for rule in ContactRules.Acknowledge.values]
    for clock in (*acknowledged, *map(ContactClock, Rule)):
        for each in Enquiry.objects.annotate(due=clock.due_of("received_at")):
            assert each.due == clock.due(each.received_at), (clock, each.received_at)
