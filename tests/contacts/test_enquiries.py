"""Enquiries: taken in once, acknowledged with one button, closed with an outcome, never answered to one barred."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contacts.models import Contact, ContactRules, Enquiry, LetterTemplate, Message
from contacts.services.acknowledging import Reply, enquiry_acknowledge
from contacts.services.messages import message_again, message_came_back, message_left, message_stop
from contacts.summaries.acknowledging import AckClock, day_ends
from contacts.summaries.carers import is_called
from pastoral.core.models import AccessRecord
from pastoral.core.needs import Look, lines_for
from pastoral.core.rights import Role
from tests.factories import enrol, staff
from tests.families import carer

LONDON = ZoneInfo("Europe/London")
LIST, ADD = reverse("contacts:enquiry_list"), reverse("contacts:enquiry_add")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=LONDON)


def page(name, enquiry):
    return reverse(f"contacts:enquiry_{name}", args=[enquiry.pk])


def taken(by, student=None, person=None, *, at=NOON, **also):
    name = {} if person else {"from_name": "Ms Field"}
    fields = {
        "token": uuid4(),
        "received_at": at,
        "taken_at": at,
        "taken_by": by,
        "owner": by,
        "words": "Why was he late",
    }
    return Enquiry.objects.create(student=student, parent_carer=person, **fields | name | also)


def sent(by, **also):
    rest = {
        "token": uuid4(),
        "channel": "phone",
        "topic": "attendance",
        "words": "Why was he marked late?",
        "do": "save",
    }
    now = {"received_on": "2026-11-20", "received_time": "15:05", "owner": by.user.pk, "from_whom": "other"}
    return rest | now | also


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B", legal_surname="O’Neill-Okafor")
    return student


def test_one_is_taken_in_once_and_acknowledged_with_one_button_into_the_students_file(kai, as_role):
    head, mother = as_role(Role.HEAD_OF_YEAR), carer(kai, mobile="07700 900001")
    form = head.get(ADD, {"student": kai.pk})
    assert "Mrs Ngozi Okafor" in form.content.decode()
    assert "whatever day that is" in form.content.decode()
    fields = sent(head, student=kai.pk, from_whom=mother.pk)
    for _ in range(2):
        assert head.post(ADD, fields).status_code == 302
    (enquiry,) = Enquiry.objects.all()
    assert (enquiry.parent_carer, enquiry.student, enquiry.owner) == (mother, kai, head.user)
    text = head.get(page("detail", enquiry)).content.decode()
    assert 'data-key="a"' in text
    assert "07700 900001" in text
    assert "Acknowledge by phone" in head.get(LIST).content.decode()
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", reason="Head of Year 9").exists()
    for _ in range(2):
        assert head.post(page("tell", enquiry)).status_code == 302
    (logged,) = Contact.objects.all()
    assert (logged.student, logged.purpose, logged.result, logged.direction) == (kai, "enquiry", "reached", "out")
    assert (logged.is_with_carer, logged.number, logged.made_by) == (True, "07700 900001", head.user)
    assert head.user.formal_name in logged.narrative
    assert "marked late" not in logged.narrative
    assert list(logged.abouts.values_list("enquiry", flat=True)) == [enquiry.pk]
    assert "acknowledged after 0 min" in head.get(LIST).content.decode()
    assert "You acknowledged it already" in head.post(page("tell", enquiry), follow=True).content.decode()
    late = as_role(Role.ATTENDANCE_OFFICER).post(page("tell", enquiry), {"how": "phone"}, follow=True).content.decode()
    assert f"{head.user.formal_name} acknowledged it already, Fri 20 Nov 15:05, phone. Log a contact" in late
    head.post(page("tell", enquiry), {"do": "undo"})
    enquiry.refresh_from_db()
    logged.refresh_from_db()
    assert (enquiry.acknowledged_at, enquiry.acknowledgement) == (None, None)
    assert "not acknowledged after all" in logged.withdrawn_because
    for is_closed in (True, False):
        head.post(page("tell", enquiry), {"how": "phone"})
        told = Contact.objects.standing().get()
        if is_closed:
            head.post(page("detail", enquiry), {"do": "close", "outcome": "x"})
            assert "Not taken back" in head.post(page("tell", enquiry), {"do": "undo"}, follow=True).content.decode()
        withdraw = reverse("contacts:contact_withdraw", args=[told.pk])
        said = head.post(withdraw, {"because": "I rang the wrong mother"}, follow=True).content.decode()
        assert ("open the enquiry again first" in said) is is_closed
        head.post(page("detail", enquiry), {"do": "reopen"})
    enquiry.refresh_from_db()
    assert (enquiry.acknowledged_at, Contact.objects.standing().count()) == (None, 0)


def test_who_is_on_the_phone_knows_at_once_and_nothing_typed_is_lost(kai, as_role):
    manager = as_role(Role.PASTORAL_MANAGER)
    lost = manager.post(ADD, sent(manager, do="told", student=kai.pk, from_name="", words="Kept words"))
    assert lost.status_code == 422
    assert "Write who it is from" in lost.content.decode()
    assert "Kept words" in lost.content.decode()
    tomorrow = manager.post(ADD, sent(manager, from_name="x", received_on="2026-11-21"))
    assert "later than it is taken in" in tomorrow.content.decode()
    picked = manager.post(ADD, {"do": "pick", "student": kai.pk, "words": "half"}).content.decode()
    assert 'id="enquiry-from" hx-swap-oob="true"' in picked
    assert manager.post(ADD, sent(manager, do="told", student=kai.pk, from_name="Gran")).status_code == 302
    enquiry = Enquiry.objects.get()
    assert (enquiry.acknowledged_at, enquiry.acknowledged_how) == (enquiry.received_at, "phone")
    assert Contact.objects.get().other_name == "Gran"


def test_somebody_barred_is_never_answered_by_any_way_and_owes_no_clock(kai, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    father = carer(kai, title="Mr", forename="Dele", relationship="Father", barred=True, mobile="07700 900002")
    assert "Court order" in head.get(ADD, {"student": kai.pk}).content.decode()
    head.post(ADD, sent(head, student=kai.pk, do="told", from_name="dele okafor"))
    enquiry = Enquiry.objects.get()
    assert (enquiry.parent_carer, enquiry.acknowledged_at) == (father, None)
    text = head.get(page("detail", enquiry)).content.decode()
    assert "bars this person" in text
    assert 'data-key="a"' not in text
    assert "07700" not in text
    for how in ("phone", "email", "letter", ""):
        head.post(page("tell", enquiry), {"how": how})
    by_another_name = taken(head.user, kai, reply_to="+44 7700 900002")
    head.post(page("tell", by_another_name), {"how": "phone"})
    mother, number = carer(kai, mobile="07700 900001"), "(0044) 7700-900 002, Dele"
    of_hers = taken(head.user, kai, mother, reply_to=number, at=NOON - timedelta(days=1))
    head.post(page("tell", of_hers), {"how": "phone"})
    assert not Contact.objects.exists()
    assert not Message.objects.exists()
    owed = [row.enquiry for row in head.get(LIST, {"show": "owed"}).context["rows"]]
    assert owed == [of_hers, by_another_name]
    assert head.post(page("detail", enquiry), {"do": "close", "outcome": "To the DSL"}).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.outcome, enquiry.acknowledgement) == ("To the DSL", None)
    father.title, father.forename, father.surname = "Mr", "Seán", "O’Neill"
    for called in ("Sean O'Neill", "SEÁN O’NEILL", "Mr. O'Neill", "Mr O Neill", "O'Neill, Sean", "Uncle Sean ONeill"):
        assert is_called(father, called), called
    for other in ("Mrs O'Neill", "Sean", "O'Neill", "Sean O'Neil", ""):
        assert not is_called(father, other), other
    # It was the mother's after all: nobody has told her anything, so nothing says that somebody did.
    seen = head.get(page("edit", enquiry)).context["form"].initial["seen"]
    right = sent(head, student=kai.pk, from_whom=mother.pk, seen=seen)
    assert head.post(page("edit", enquiry), right).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.parent_carer, enquiry.acknowledged_at, enquiry.closed_at) == (mother, None, None)
    assert not Contact.objects.exists()


def test_an_email_is_sent_and_one_without_an_address_is_no_acknowledgement(kai, as_role):
    head, mother = as_role(Role.HEAD_OF_YEAR), carer(kai, email="n@example.org")
    words = "Dear {{ carer.name }}, {{ student.forename }}: it came on {{ enquiry.received }}. {{ enquiry.owner }}"
    LetterTemplate.objects.filter(kind="acknowledgement").update(subject="Of {{ school.name }}", body=words)
    by_mail, nowhere = taken(head.user, kai, mother, channel="email"), taken(head.user, kai, channel="email")
    head.post(page("tell", by_mail))
    message = Message.objects.get()
    assert (message.to, message.contact.result, message.student) == ("n@example.org", "sent", kai)
    told = f"Dear Mrs Okafor, {kai.forename}: it came on Friday 20 November. {head.user.formal_name}"
    assert (message.subject, message.body, message.contact.narrative) == ("Of Anytown Academy", told, told)
    for how in ({"how": "email"}, {"back": "list"}):  # no address: neither an e-mail nor a call that nobody made
        led = head.post(page("tell", nowhere), how, follow=True).content.decode()
        assert "choose how they were told" in led
    nowhere.refresh_from_db()
    assert (nowhere.acknowledged_how, Message.objects.count(), Contact.objects.count()) == ("", 1, 1)
    assert "Acknowledge by e-mail" in head.get(LIST).content.decode()
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", path__startswith=LIST).exists()
    unplaced = taken(head.user, channel="email", reply_to="who@example.org", at=NOON - timedelta(days=1))
    enquiry_acknowledge(enquiry=unplaced, reply=Reply("email", "who@example.org"), by=head.user, now=NOON)
    for each, held in ((by_mail, message), (unplaced, Message.objects.get(contact=None))):
        message_left(held, at=NOON, logged_at=NOON)
        message_came_back(message=held, said="no such user", now=NOON)
        each.refresh_from_db()
        assert (each.acknowledged_at, each.acknowledgement, each.acknowledged_how) == (None, None, ""), each
    assert by_mail in [row.enquiry for row in head.get(LIST, {"show": "owed"}).context["rows"]]
    other, outbox = as_role(Role.SLT), reverse("contacts:outbox")
    lost = other.get(page("detail", unplaced)).content.decode()
    assert ("The e-mail to who@example.org did not arrive" in lost, "no such user" in lost) == (True, True)
    assert page("detail", unplaced) in other.get(outbox).content.decode()  # of nobody yet: whoever keeps the desk acts
    assert page("detail", unplaced) not in as_role(Role.PASTORAL_MANAGER, 8).get(outbox).content.decode()
    assert "that did not arrive" in as_role(Role.DSL).get(reverse("core:needs_now")).content.decode()
    held = Message.objects.get(contact=None)
    Enquiry.objects.filter(pk=unplaced.pk).update(reply_to="right@example.org")
    other.post(reverse("contacts:message_act", args=[held.pk]), {"do": "again"})
    held.refresh_from_db()
    assert held.to == "right@example.org"
    message_left(held, at=NOON, logged_at=NOON)
    unplaced.refresh_from_db()
    assert (unplaced.acknowledged_at, unplaced.acknowledged_how) == (NOON, "email")
    again = message_again(message=message, by=head.user, now=NOON)
    message_left(again, at=NOON, logged_at=NOON)
    by_mail.refresh_from_db()
    assert (by_mail.acknowledged_at, by_mail.acknowledgement) == (NOON, message.contact)
    message_stop(message=message_came_back(message=again, said="full", now=NOON), by=head.user, now=NOON)
    by_mail.refresh_from_db()
    assert by_mail.acknowledged_at is None
    assert Contact.objects.standing(pk=message.contact_id, result="wrong_number").exists()


def test_who_had_the_email_is_who_was_told_and_what_never_left_makes_no_number_wrong(kai, as_role):
    head, mother = as_role(Role.HEAD_OF_YEAR), carer(kai, email="n@example.org")
    father = carer(kai, relationship="Father", email="f@example.org")
    asked = taken(head.user, kai, mother, channel="email")
    head.post(page("tell", asked))
    hers = Message.objects.get()
    message_left(hers, at=NOON, logged_at=NOON)
    seen = head.get(page("edit", asked)).context["form"].initial["seen"]
    right = sent(head, student=kai.pk, channel="email", from_whom=father.pk, seen=seen, received_time="12:00")
    assert head.post(page("edit", asked), right).status_code == 302
    asked.refresh_from_db()
    assert (asked.parent_carer, asked.acknowledged_at) == (father, None)
    assert [(each.parent_carer, each.result) for each in Contact.objects.standing()] == [(mother, "sent")]
    head.post(page("tell", asked))
    his = Message.objects.latest("pk")
    message_came_back(message=hers, said="no such user", now=NOON)
    asked.refresh_from_db()
    assert asked.acknowledgement == his.contact  # hers came back, and is hers alone
    message_stop(message=his, by=head.user, now=NOON)
    asked.refresh_from_db()
    his.contact.refresh_from_db()
    assert (his.contact.result, his.contact.withdrawn_because) == ("sent", "The e-mail never left the school.")
    assert asked.acknowledged_at is None


def test_a_student_is_placed_later_and_what_was_said_goes_into_the_file(kai, as_role):
    officer, head = as_role(Role.ATTENDANCE_OFFICER), as_role(Role.HEAD_OF_YEAR)
    officer.post(ADD, sent(officer, from_name="Mrs Ngozi Okafor"))
    enquiry = Enquiry.objects.get()
    assert head.get(page("detail", enquiry)).status_code == 404
    officer.post(page("tell", enquiry))
    assert not Contact.objects.exists()
    mother, (twin,) = carer(kai), enrol("9B", legal_surname="O’Neill-Okafor")
    seen = officer.get(page("edit", enquiry)).context["form"].initial["seen"]
    placed = sent(officer, student=kai.pk, from_name="Mrs Ngozi Okafor", seen=seen)
    assert officer.post(page("edit", enquiry), placed).status_code == 302
    enquiry.refresh_from_db()
    (logged,) = Contact.objects.standing()
    assert (enquiry.parent_carer, enquiry.acknowledgement) == (mother, logged)
    assert (logged.occurred_at, logged.made_by) == (enquiry.acknowledged_at, officer.user)
    late = officer.post(page("edit", enquiry), placed | {"words": "Mine", "from_whom": mother.pk})
    assert late.status_code == 422
    assert "Somebody changed this" in late.content.decode()
    again = sent(officer, student=twin.pk, from_name="x", seen=late.context["form"].data["seen"])
    officer.post(page("edit", enquiry), again)
    assert Contact.objects.standing().get().student == twin
    logged.refresh_from_db()
    assert "another student" in logged.withdrawn_because
    assert "Who changed what" in officer.get(page("detail", enquiry)).content.decode()
    assert head.get(page("detail", enquiry)).status_code == 200


def test_it_is_passed_on_followed_up_closed_with_an_outcome_opened_again_and_withdrawn(kai, as_role):
    head, manager, other = as_role(Role.HEAD_OF_YEAR), as_role(Role.PASTORAL_MANAGER), as_role(Role.HEAD_OF_YEAR, 8)
    enquiry = taken(head.user, kai)
    detail = page("detail", enquiry)
    assert head.post(detail, {"do": "close", "outcome": " "}).status_code == 422
    early = head.post(detail, {"do": "close", "outcome": "Kept outcome"})
    assert early.status_code == 422
    assert "Kept outcome" in early.content.decode()
    with pytest.raises(IntegrityError, match="closed_with_outcome"), transaction.atomic():
        Enquiry.objects.update(closed_at=NOON, closed_by=head.user, outcome="x")
    assert other.get(detail).status_code == 404
    seen = head.get(detail).context["passing"].initial["seen"]
    passed = {"do": "pass", "owner": other.user.pk, "follow_up_on": "2026-11-20", "seen": seen}
    assert head.post(detail, passed).status_code == 302
    assert head.post(detail, passed | {"owner": manager.user.pk}).status_code == 422
    assert "Why was he late" in other.get(detail).content.decode()
    assert "O’Neill-Okafor" in other.get(LIST, {"show": "mine"}).content.decode()
    head.post(page("tell", enquiry))
    due = {line.label: line.count for line in lines_for(Look(other.user, NOON))}
    assert due["enquiry to follow up"] == 1
    assert len(other.get(LIST, {"show": "due"}).context["rows"]) == 1
    assert manager.post(detail, {"do": "close", "outcome": "Met them"}).status_code == 302
    overtaken = head.post(detail, {"do": "close", "outcome": "Rang them"})
    assert (overtaken.status_code, "Rang them" in overtaken.content.decode()) == (409, True)
    assert f"{manager.user} has closed it meanwhile" in overtaken.content.decode()
    assert [row.outcome for row in head.get(LIST, {"show": "closed"}).context["rows"]] == ["Met them"]
    head.post(detail, {"do": "reopen"})
    # Who may not read it passes it on, and neither closes nor opens nor withdraws it, nor reads why somebody did.
    Enquiry.objects.update(topic="bullying")
    office, away = as_role(Role.ATTENDANCE_OFFICER), page("withdraw", enquiry)
    for address, told in ((detail, {"do": "close", "outcome": "x"}), (away, {"because": "Kai hit him"})):
        assert office.post(address, told).url == detail
        assert "not for you to read" in office.get(detail).content.decode()
    enquiry.refresh_from_db()
    assert (enquiry.closed_at, enquiry.withdrawn_at) == (None, None)
    head.post(away, {"because": "Kai hit him, and not her"})
    assert head.get(detail).content.decode().count("Kai hit him") == 2  # in its history, too
    assert "Kai hit him" not in office.post(detail, {"do": "close", "outcome": "x"}, follow=True).content.decode()
    assert head.get(LIST).context["rows"] == ()
    assert head.post(detail, {"do": "close", "outcome": "Too late"}).status_code == 409


def test_the_desk_shows_what_is_owed_on_top_and_presses_from_half_past_two(kai, as_role, on_day):
    head = as_role(Role.HEAD_OF_YEAR)
    (out,) = enrol("8A")
    answered = {"acknowledged_at": NOON, "acknowledged_by": head.user}
    late = taken(head.user, kai, follow_up_on=date(2026, 11, 27), **answered)
    soon = taken(head.user, kai, follow_up_on=date(2026, 11, 23), **answered)
    fresh, old = taken(head.user, kai, at=NOON), taken(head.user, kai, at=NOON - timedelta(days=2))
    urgent = taken(head.user, kai, at=NOON, is_urgent=True, topic="welfare")
    taken(staff(Role.SLT), out)
    rows = head.get(LIST).context["rows"]
    assert [row.enquiry for row in rows] == [urgent, old, fresh, soon, late]
    assert [row.state for row in rows[:3]] == ["soon", "overdue", "soon"]
    assert rows[0].state_words == "8 h 55 min left"
    assert [row.enquiry for row in head.get(LIST, {"topic": "welfare"}).context["rows"]] == [urgent]

    def line(hour, minute, day=20):
        now = on_day(date(2026, 11, day), hour, minute)
        (found,) = [each for each in lines_for(Look(head.user, now)) if "show=owed" in each.url]
        return found.count, found.label, str(found.tone)

    assert line(14, 29) == (3, "enquiries to acknowledge", "warn")
    assert line(14, 30) == (3, "families not yet acknowledged today", "bad")
    assert line(15, 0, day=21) == (3, "enquiries to acknowledge", "warn")  # a Saturday
    on_day(date(2026, 11, 20))
    assert len(head.get(LIST, {"show": "owed"}).context["rows"]) == 3
    text = head.get(LIST, {"format": "csv"}).content.decode()
    assert "Ms Field" in text
    assert "Why was he late" not in text
    assert AccessRecord.objects.filter(kind="export", subject="enquiries:all").exists()


DAYS = (  # when it came, and the days by whose end it is acknowledged: by the letter, and by the school-day rule
    ("2026-11-18T09:00", "2026-11-18", "2026-11-18"),  # Wednesday morning
    ("2026-11-18T15:59", "2026-11-18", "2026-11-18"),
    ("2026-11-18T16:00", "2026-11-18", "2026-11-19"),  # after hours
    ("2026-11-20T16:30", "2026-11-20", "2026-11-23"),  # after hours on a Friday
    ("2026-11-21T10:00", "2026-11-21", "2026-11-23"),  # Saturday
    ("2026-10-23T17:00", "2026-10-23", "2026-11-02"),  # before half term
    ("2026-10-25T00:30", "2026-10-25", "2026-11-02"),  # the night when the clocks go back, in half term
    ("2027-03-28T03:30", "2027-03-28", "2027-04-12"),  # they go forward, in the holidays
)


def test_the_day_by_which_it_is_acknowledged(seeded):
    taken(staff(Role.SLT))
    for rule in ("same_day", "school_day"):
        ContactRules.objects.update(acknowledge=rule)
        clock = AckClock.load()
        for at, literal, school in DAYS:
            moment = datetime.fromisoformat(at).replace(tzinfo=LONDON).astimezone(UTC)
            day = date.fromisoformat(literal if rule == "same_day" else school)
            ends = datetime(day.year, day.month, day.day, tzinfo=LONDON) + timedelta(days=1)  # midnight on the wall
            assert clock.due(moment).astimezone(LONDON) == ends, (rule, at)
            before = day - timedelta(days=1)
            assert clock.due_by(before) <= moment < clock.due_by(day), (rule, at)
            Enquiry.objects.update(received_at=moment, taken_at=moment)
            assert Enquiry.objects.came_to_be_told_by(day, day_ends(day)).exists(), (rule, at)
            assert not Enquiry.objects.came_to_be_told_by(before, day_ends(before)).exists(), (rule, at)
