"""Cases of bullying and prejudice: opened, looked at again, closed with everything; pairs, and governors' figures."""

from collections import Counter
from datetime import UTC, date, datetime, time
from itertools import product
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from behaviour.models import (
    BullyingCase,
    CaseCheck,
    CaseIncident,
    CaseStudent,
    Detention,
    Incident,
    IncidentReview,
    InclusionStay,
    Involvement,
)
from behaviour.summaries.pairs import repeat_pairs
from behaviour.suppression import LEAST, held_back, keys_of
from pastoral.core.models import AccessRecord, User
from pastoral.core.rights import Role
from tests.factories import StaffAssignmentFactory, TutorGroupFactory, enrol, staff

OPEN = reverse("behaviour:case_open")
LIST = reverse("behaviour:case_list")
TODAY = date(2026, 11, 20)


def at(name, case, *also):
    return reverse(f"behaviour:case_{name}", args=[case.pk, *also])


def incident(perpetrator, victim, *, on=TODAY, kind="Bullying: verbal", **also):
    made = Incident.objects.create(type=kind, occurred_on=on, what_happened="Called names.", **also)
    for student, role in ((perpetrator, "perpetrator"), (victim, "victim")):
        Involvement.objects.create(incident=made, student=student, role=role)
    return made


def sent(target, perpetrator, by, **also):
    data = {
        "do": "save",
        "student": [str(target.pk), str(perpetrator.pk)],
        f"role-{target.pk}": "target",
        f"role-{perpetrator.pk}": "perpetrator",
        "form": "verbal",
        "medium": "online",
        "motivations": ["race", "appearance"],
        "summary": "Names in the class chat since October.",
        "token": str(uuid4()),
        "owner": str(by.pk),
    }
    return data | also


def opened(client, target, perpetrator, **also):
    client.post(OPEN, sent(target, perpetrator, client.user, **also))
    return BullyingCase.objects.latest("pk")


@pytest.fixture
def pair(seeded, friday):
    """Ania, to whom it is done, and Max, both of 9B."""
    (ania,) = enrol("9B", legal_forename="Ania", legal_surname="Nowak")
    (max_,) = enrol("9B", legal_forename="Max", legal_surname="Quillfeather")
    return ania, max_


def test_it_goes_from_opening_to_closing_and_not_before_all_is_there(pair, as_role, on_day):
    ania, max_ = pair
    head = as_role(Role.HEAD_OF_YEAR)
    assert head.post(OPEN, sent(ania, max_, head.user, motivations=[])).status_code == 422
    token = str(uuid4())
    case = opened(head, ania, max_, token=token)
    assert opened(head, ania, max_, token=token) == case  # a second click opens no second case
    assert set(case.students.values_list("student", "side")) == {(ania.pk, "target"), (max_.pk, "perpetrator")}
    # Six weeks after 20 November is New Year's Day: asked on the first school day after the holidays.
    assert list(case.checks.values_list("weeks", "due_on")) == [(2, date(2026, 12, 4)), (6, date(2027, 1, 5))]
    ending = {"finding": "found", "action": "Spoken with, phone handed in", "outcome": "Feels safe"}
    page = closed(head, case, ending)
    assert page.status_code == 422
    for words in ("support for the target", "support for who did it", "parents of 2 students", "check after 6 weeks"):
        assert words in page.content.decode()
    case.refresh_from_db()
    assert (case.closed_at, case.outcome, case.finding) == (None, "Feels safe", "found")
    for row in case.students.all():
        told = {"support": "Mentor on Mondays", "parents_told_on": "2026-11-20"}
        assert head.post(at("student", case, row.pk), told | {"parents_told_on": "2026-11-21"}).status_code == 422
        support(head, case, row, **told)
    first, second = case.checks.all()
    on_day(date(2026, 12, 4))
    head.force_login(User.objects.get(pk=head.user.pk))
    head.post(at("check", case, first.pk), {"is_over": "no", "note": "Once on the bus"})
    page = head.post(at("check", case, first.pk), {"is_over": "no", "note": "And at the gate"}, follow=True)
    assert "answered it already. You had written: And at the gate" in page.content.decode()
    on_day(date(2027, 1, 12))
    head.force_login(User.objects.get(pk=head.user.pk))
    client_page = head.get(reverse("behaviour:case_checks")).content.decode()
    assert "check missed by 7 days" in client_page
    head.post(at("check", case, second.pk), {"is_over": "no", "note": ""})
    assert list(case.checks.values_list("weeks", "due_on"))[2] == (8, date(2027, 1, 26))
    assert "that it has stopped" not in head.get(at("close", case)).content.decode().split("check after 8 weeks")[0]
    on_day(date(2027, 1, 26))
    head.force_login(User.objects.get(pk=head.user.pk))
    head.post(at("check", case, case.checks.get(weeks=8).pk), {"is_over": "yes", "note": "Nothing since"})
    assert closed(head, case, ending).url == at("detail", case)
    case.refresh_from_db()
    assert case.closed_by == head.user
    text = head.get(at("detail", case)).content.decode()
    for words in ("Feels safe", "Nothing since", "Mentor on Mondays", "Prejudice", "it has not stopped"):
        assert words in text
    head.post(at("do", case), {"do": "reopen"})
    case.refresh_from_db()
    assert (case.closed_at, case.checks.latest("weeks").weeks) == (None, 10)


def test_two_cases_of_the_same_words_both_stand_and_one_sent_twice_is_one(pair, as_role):
    ania, max_ = pair
    head = as_role(Role.HEAD_OF_YEAR)
    data = sent(ania, max_, head.user)
    assert head.post(OPEN, data).url == head.post(OPEN, data).url
    head.post(OPEN, sent(max_, ania, head.user))
    targets = CaseStudent.objects.filter(side="target").order_by("pk").values_list("student", flat=True)
    assert list(targets) == [ania.pk, max_.pk]


def test_the_database_closes_none_without_action_outcome_and_finding(pair, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    case = opened(head, *pair)
    now = datetime(2026, 11, 20, tzinfo=UTC)
    for fields in ({"action": "x", "finding": "found"}, {"action": "x", "outcome": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            BullyingCase.objects.filter(pk=case.pk).update(closed_at=now, closed_by=head.user, **fields)


def test_not_found_to_be_so_is_closed_without_checks(pair, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    case = opened(head, *pair)
    closed(head, case, {"finding": "not_found", "action": "Both heard", "outcome": "A quarrel, made up"})
    assert BullyingCase.objects.get().closed_at
    assert not head.get(reverse("behaviour:case_checks")).context["page"].rows


def test_it_opens_from_incidents_with_everybody_on_their_side(pair, as_role):
    ania, max_ = pair
    (tenth,) = enrol("10A", legal_surname="Hidden")
    head = as_role(Role.HEAD_OF_YEAR)
    first, second = incident(max_, ania), incident(max_, ania, on=date(2026, 10, 1), external_id="INC7")
    Involvement.objects.create(incident=first, student=tenth, role="participant")
    page = head.get(f"{OPEN}?incident={first.pk}")
    assert {student.pk: side for student, side in page.context["picking"].rows} == {
        ania.pk: "target",
        max_.pk: "perpetrator",
    }
    assert [key for key, _words in page.context["form"].fields["incidents"].choices] == [first.pk, second.pk]
    text = page.content.decode()
    assert "1 student of other years" in text
    assert "Hidden" not in text
    case = opened(head, ania, max_, incidents=[str(first.pk)])
    assert set(case.students.values_list("student", "side")) == {
        (ania.pk, "target"), (max_.pk, "perpetrator"), (tenth.pk, "perpetrator"),
    }  # fmt: skip
    page = head.get(at("detail", case))
    assert "Hidden" not in page.content.decode()
    assert "another student" in page.content.decode()
    assert [each.key for each in page.context["record"].others] == [second.pk]
    head.post(at("do", case), {"do": "link", "incident": second.pk})
    assert case.links.count() == 2
    changes = {(each.about, each.label) for each in head.get(at("detail", case)).context["record"].changes}
    assert (f"Incident {second.pk}", "added") in changes
    text = head.get(reverse("behaviour:incident_detail", args=[second.pk])).content.decode()
    assert at("detail", case) in text
    assert as_role(Role.HEAD_OF_YEAR, 10).get(at("detail", case)).status_code == 200
    assert as_role(Role.HEAD_OF_YEAR, 8).get(at("detail", case)).status_code == 404
    head.post(at("do", case), {"do": "unlink", "incident": first.pk})
    assert case.links.get().incident == second


def test_nobody_of_an_incident_is_left_out_unsaid(pair, as_role):
    """Max left on Wednesday; Zed is of another year, and of the tutor group of whoever opens the case."""
    ania, max_ = pair
    (zed,) = enrol("8A", legal_surname="Zielinski")
    head = as_role(Role.HEAD_OF_YEAR)
    StaffAssignmentFactory(user=head.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="8A"))
    made = incident(max_, ania, on=date(2026, 11, 17))
    Involvement.objects.create(incident=made, student=zed, role="participant")
    max_.left_on = date(2026, 11, 18)
    max_.save()
    page = head.get(f"{OPEN}?incident={made.pk}")
    assert {student.pk for student, _side in page.context["picking"].rows} == {ania.pk, max_.pk}
    assert page.context["hidden"] == 1
    case = opened(head, ania, max_, incidents=[str(made.pk)])
    assert set(case.students.values_list("student", flat=True)) == {ania.pk, max_.pk, zed.pk}


def test_sexual_harm_is_no_case(pair, as_role):
    ania, max_ = pair
    made = incident(max_, ania, kind="Sexual harm or harassment")
    dsl = as_role(Role.DSL)
    assert "write a concern to the DSL" in dsl.get(OPEN).content.decode()
    page = dsl.get(f"{OPEN}?incident={made.pk}")
    assert page.status_code == 403
    assert reverse("behaviour:concern_add") in page.content.decode()
    dsl.post(OPEN, sent(ania, max_, dsl.user, incidents=[str(made.pk)]))
    assert not BullyingCase.objects.exists()
    case = opened(dsl, ania, max_)
    dsl.post(at("do", case), {"do": "link", "incident": made.pk})
    assert not case.links.exists()
    assert "sexual" not in dict(BullyingCase._meta.get_field("form").flatchoices)


def test_t14_what_a_case_says_is_read_by_nobody_who_keeps_none(pair, as_role):
    ania, max_ = pair
    head = as_role(Role.HEAD_OF_YEAR)
    made = incident(max_, ania)
    case = opened(head, ania, max_, incidents=[str(made.pk)], summary="SECRET")
    for row in case.students.all():
        support(head, case, row, support="SECRET", parents_told_on="2026-11-20")
    closed(head, case, {"finding": "found", "action": "SECRET", "outcome": "SECRET"})
    addresses = [
        ania.get_absolute_url(), max_.get_absolute_url(), reverse("behaviour:incident_detail", args=[made.pk]),
        reverse("reports:my_students"), reverse("reports:student_find") + "?q=Nowak", reverse("behaviour:duty_list"),
        reverse("core:needs_now"), at("detail", case), LIST, reverse("behaviour:case_extract"),
    ]  # fmt: skip
    for role in (Role.FORM_TUTOR, Role.ATTENDANCE_OFFICER, Role.SENCO, Role.DATA_MANAGER):
        client = as_role(role)
        for address in addresses:
            text = client.get(address).content.decode()
            assert "SECRET" not in text, (role, address)
            assert at("detail", case) not in text, (role, address)
    assert "SECRET" in head.get(at("detail", case)).content.decode()
    assert "SECRET" not in head.get(ania.get_absolute_url()).content.decode()


def test_repeat_pairs_over_own_and_imported_incidents_and_cases(pair, as_role):
    ania, max_ = pair
    (other,) = enrol("9B")
    head = as_role(Role.HEAD_OF_YEAR)
    first = incident(max_, ania)
    incident(ania, max_)
    incident(max_, other)
    assert repeat_pairs(head.user, TODAY) == ()
    case = opened(head, ania, max_, incidents=[str(first.pk)])
    assert repeat_pairs(head.user, TODAY) == ()  # a case on the one incident is no second time
    second = incident(max_, ania, on=date(2025, 10, 1), external_id="INC9", kind="Fighting")
    (found,) = repeat_pairs(head.user, TODAY)
    assert (found.perpetrator.key, found.target.key, found.times, found.case) == (max_.pk, ania.pk, 2, case.pk)
    assert found.incidents == tuple(sorted((first.pk, second.pk)))
    text = head.get(reverse("behaviour:case_pairs")).content.decode()
    assert "2 times" in text
    assert repeat_pairs(as_role(Role.HEAD_OF_YEAR, 8).user, TODAY) == ()
    incident(max_, ania, kind="Sexual harm or harassment")
    assert repeat_pairs(head.user, TODAY)[0].times == 2
    head.post(at("withdraw", case), {"because": "Opened twice"})
    Incident.objects.filter(pk=second.pk).update(
        withdrawn_at=datetime(2026, 11, 20, tzinfo=UTC), withdrawn_by=head.user, withdrawn_because="x"
    )
    assert repeat_pairs(head.user, TODAY) == ()
    later = opened(head, ania, max_)
    assert repeat_pairs(head.user, TODAY)[0].times == 2
    closed(head, later, {"finding": "not_found", "action": "Both heard", "outcome": "A quarrel, made up"})
    assert repeat_pairs(head.user, TODAY) == ()


def test_the_register_is_narrowed_and_shows_names_only_of_those_one_sees(pair, as_role):
    ania, max_ = pair
    (eighth,) = enrol("8A", legal_surname="Zielinski")
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    mine = opened(head, ania, max_)
    both = opened(slt, eighth, max_, summary="Zielinski was hit.", form="physical", motivations=["home"])
    eights = opened(slt, eighth, eighth, summary="Third")
    BullyingCase.objects.filter(pk=mine.pk).update(opened_at=datetime(2026, 10, 27, tzinfo=UTC))  # in half term

    def listed(client, **asked):
        return [case.key for case in client.get(LIST, asked).context["cases"]]

    assert listed(head) == [both.pk, mine.pk]
    assert listed(slt) == [eights.pk, both.pk, mine.pk]
    assert listed(slt, form="physical") == listed(slt, motivation="home") == [both.pk]
    assert listed(slt, motivation="prejudice") == [eights.pk, mine.pk]
    assert listed(slt, year="9") == [both.pk, mine.pk]
    assert (slt.get(LIST).context["years"], head.get(LIST).context["years"]) == ([8, 9], [9])  # those of the school
    terms = {term.name: term.key for term in slt.get(LIST).context["asked"].terms}
    assert listed(slt, term=terms["Autumn 1 2026"]) == [mine.pk]
    assert listed(slt, show="closed") == []
    slt.post(at("withdraw", eights), {"because": "Logged twice"})
    assert listed(slt) == [both.pk, mine.pk]
    assert listed(slt, show="withdrawn") == [eights.pk]
    for page in (LIST, at("detail", both), reverse("behaviour:case_checks")):
        assert "Zielinski" not in head.get(page).content.decode()
    for row in both.students.all():
        support(slt, both, row, support="Zielinski is kept apart", parents_told_on="")
    closed(slt, both, {"finding": "found", "action": "Spoken with", "outcome": "Zielinski is safe"})
    side = both.students.get(student=max_)
    for page in (at("change", both), at("close", both), at("student", both, side.pk)):
        assert "Zielinski" not in head.get(page).content.decode()
    closed(head, both, {"finding": "found", "action": "Rung home", "outcome": "x"})
    support(head, both, side, support="x", parents_told_on="2026-11-20")
    both.refresh_from_db()
    side.refresh_from_db()
    assert (both.action, both.outcome) == ("Rung home", "Zielinski is safe")
    assert (side.support, side.parents_told_on) == ("Zielinski is kept apart", TODAY)
    trend = slt.get(reverse("behaviour:case_trend")).context["lines"]
    assert [(line.term.name, line.opened, line.prejudice) for line in trend if line.opened] == [
        ("Autumn 1 2026", 1, 1), ("Autumn 2 2026", 1, 0),
    ]  # fmt: skip
    slt.post(at("withdraw", mine), {"because": "It was Witt Wolstenholme, kept out of it"})
    (witness,) = enrol("8A", legal_forename="Witt", legal_surname="Wolstenholme")
    seen_by = incident(max_, ania)
    Involvement.objects.create(incident=seen_by, student=witness, role="witness")
    CaseIncident.objects.create(case=mine, incident=seen_by)
    for client, is_named in ((head, False), (slt, True)):
        for page in (f"{LIST}?show=withdrawn", at("detail", mine)):
            assert ("Wolstenholme" in client.get(page).content.decode()) is is_named, page


def closed(client, case, ending):
    """Send how it ended as whoever opens the page now."""
    seen = client.get(at("close", case)).context["form"].initial["seen"]
    return client.post(at("close", case), {"seen": seen} | ending)


def test_t14_a_case_names_those_alone_whose_cases_its_reader_keeps(pair, as_role):
    """A Head of Year 8 who is tutor of 9B sees Max every day, and reads as little of his case as any tutor."""
    (eighth,) = enrol("8A", legal_surname="Zielinski")
    slt, head = as_role(Role.SLT), as_role(Role.HEAD_OF_YEAR, 8)
    StaffAssignmentFactory(user=head.user, role=Role.FORM_TUTOR, tutor_group=TutorGroupFactory(name="9B"))
    made = [incident(pair[1], eighth), incident(pair[1], eighth)]
    case = opened(slt, eighth, pair[1], summary="Quillfeather waits at the gate.", incidents=[str(made[0].pk)])
    for row, words in zip(case.students.order_by("student"), ("Anger course", "Walked to the bus"), strict=True):
        support(slt, case, row, support=words, parents_told_on="2026-11-20")
        support(slt, case, row, support=f"{words} twice", parents_told_on="2026-11-20")
    his = case.students.get(student=pair[1])
    opening = f"{OPEN}?incident={made[0].pk}"
    for page in (LIST, at("detail", case), at("change", case), reverse("behaviour:case_pairs"), opening):
        text = head.get(page).content.decode()
        assert ("Quillfeather" in text, "Anger course" in text, "Zielinski" in text) == (False, False, True), page
    detail = head.get(at("detail", case)).content.decode()
    assert "Walked to the bus twice" in detail
    assert "Support is written, for who keeps their cases" in detail
    assert head.get(at("student", case, his.pk)).status_code == 404
    assert head.get(LIST, {"year": "9"}).context["cases"] == ()  # nor which year the other one is in
    assert "Anger course twice" in slt.get(at("detail", case)).content.decode()


def test_the_forms_of_a_case_a_detention_and_a_call_owed_are_noted_as_read(pair, as_role):
    head = as_role(Role.HEAD_OF_YEAR)
    case = opened(head, *pair)
    one = Detention.objects.create(
        student=pair[1], day=TODAY, starts_at=time(15, 10), reason="x", set_by=staff(Role.SLT)
    )
    made = incident(pair[1], pair[0])
    IncidentReview.objects.create(
        incident=made, year_group_id=9, decision="acted", action="x", decided_by=head.user, decided_at=timezone.now()
    )
    part = made.involvements.get(role="perpetrator")
    stay = InclusionStay.objects.create(
        student=pair[1], room="inclusion", kind="removed", reason="x", came_at=timezone.now(), recorded_by=head.user
    )
    both = {f"student:{each.pk}" for each in pair}
    for address, subjects in (
        (at("change", case), both),
        (at("close", case), both),
        (at("student", case, case.students.first().pk), both),
        (at("check", case, case.checks.first().pk), both),
        (at("withdraw", case), both),
        (reverse("behaviour:inclusion_sign_in", args=[pair[1].pk]), {f"student:{pair[1].pk}"}),
        (reverse("behaviour:inclusion_sign_out", args=[stay.pk]), {f"student:{pair[1].pk}"}),
        (reverse("behaviour:inclusion_stay", args=[stay.pk]), {f"student:{pair[1].pk}"}),
        (reverse("behaviour:detention_detail", args=[one.pk]), {f"student:{pair[1].pk}"}),
        (reverse("behaviour:duty_detail", args=[part.pk]), {f"student:{pair[1].pk}"}),
    ):
        assert head.get(address).status_code == 200
        noted = AccessRecord.objects.filter(user=head.user, path=address, reason="Head of Year 9")
        assert set(noted.values_list("subject", flat=True)) == subjects, address


def support(client, case, row, **also):
    """Write the support as whoever opens the page now."""
    address = at("student", case, row.pk)
    return client.post(address, {"seen": client.get(address).context["form"].initial["seen"]} | also)


def test_two_people_write_support_and_the_second_sees_what_the_first_wrote(pair, as_role):
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    case = opened(head, *pair)
    row = case.students.first()
    address = at("student", case, row.pk)
    seen = head.get(address).context["form"].initial["seen"]
    support(slt, case, row, support="Mentor on Mondays", parents_told_on="2026-11-19")
    mine = {"support": "Seat moved", "parents_told_on": "2026-11-19"}
    page = head.post(address, mine | {"seen": seen})
    assert page.status_code == 422
    assert page.context["form"].errors["support"] == ["Now it says: Mentor on Mondays"]
    assert "parents_told_on" not in page.context["form"].errors
    row.refresh_from_db()
    assert row.support == "Mentor on Mondays"
    again = mine | {"seen": page.context["form"]["seen"].value()}
    assert [head.post(address, again).status_code for _click in range(2)] == [302, 302]
    row.refresh_from_db()
    assert row.support == "Seat moved"


def test_two_people_close_a_case_and_the_second_sees_what_the_first_wrote(pair, as_role):
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    case = opened(head, *pair)
    ending = {"finding": "not_found", "action": "Both heard", "outcome": "A quarrel, made up"}
    mine = ending | {"seen": head.get(at("close", case)).context["form"].initial["seen"], "outcome": "Friends again"}
    assert closed(slt, case, ending).url == at("detail", case)
    page = head.post(at("close", case), mine)
    assert (page.status_code, page.context["form"].errors["outcome"]) == (422, ["Now it says: A quarrel, made up"])
    assert "It is closed already" in page.content.decode()
    assert "action" not in page.context["form"].errors
    case.refresh_from_db()
    assert (case.outcome, case.closed_by) == ("A quarrel, made up", slt.user)
    again = mine | {"seen": page.context["form"]["seen"].value()}
    assert [head.post(at("close", case), again).status_code for _click in range(2)] == [302, 302]
    case.refresh_from_db()
    assert (case.outcome, case.closed_by) == ("Friends again", slt.user)


def test_a_case_closed_meanwhile_keeps_what_it_says_and_shows_what_was_typed(pair, as_role):
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    case = opened(head, *pair)
    seen = head.get(at("change", case)).context["form"]["seen"].value()
    mine = sent(*pair, head.user, seen=seen, finding="alleged", summary="Mine", action="", outcome="")
    closed(slt, case, {"finding": "not_found", "action": "Both heard", "outcome": "Made up"})
    for _again in range(2):
        page = head.post(at("change", case), mine)
        assert page.status_code == 409
        for words in ("Mine", f"{slt.user.formal_name} has closed this case"):
            assert words in page.content.decode()
    assert head.get(at("change", case)).url == at("detail", case)
    case.refresh_from_db()
    assert (case.summary, case.outcome) == ("Names in the class chat since October.", "Made up")


def test_two_people_change_one_case_and_nothing_is_lost(pair, as_role):
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    (eighth,) = enrol("8A")
    case = opened(slt, pair[0], eighth)

    def changed(client, **fields):
        form = client.get(at("change", case)).context["form"]
        return sent(*pair, client.user, seen=form["seen"].value(), finding="alleged", **fields)

    mine = changed(head, summary="Mine", action="Spoken with")
    slt.post(at("change", case), sent(pair[0], eighth, slt.user, seen=changed(slt)["seen"], finding="found"))
    page = head.post(at("change", case), mine)
    assert page.status_code == 422
    for words in ("Somebody changed this while you were writing", "Mine", "Now it says: Found to be so"):
        assert words in page.content.decode()
    assert "In it now: " in page.content.decode()
    head.post(at("change", case), mine | {"seen": page.context["form"]["seen"].value()})
    case.refresh_from_db()
    assert (case.summary, case.action) == ("Mine", "Spoken with")
    assert set(case.students.values_list("student", flat=True)) == {pair[0].pk, pair[1].pk, eighth.pk}  # 8A's stays
    changes = {(each.label, each.by) for each in head.get(at("detail", case)).context["record"].changes}
    assert ("What is said", head.user.formal_name) in changes
    assert ("added", head.user.formal_name) in changes


def test_t14_who_was_taken_off_a_case_is_named_in_no_form_to_who_may_not_see_them(pair, as_role):
    (eighth,) = enrol("8A", legal_forename="Zuza", legal_surname="Wrona")
    slt, head = as_role(Role.SLT), as_role(Role.HEAD_OF_YEAR)
    case = opened(slt, pair[0], eighth, summary="Zuza waits at the gate.")
    case.students.get(student=eighth).delete()
    for name in ("detail", "change", "close"):
        text = head.get(at(name, case)).content.decode()
        assert ("Zuza" in text, "Wrona" in text) == (False, False), name


class TestExtract:
    """What governors get."""

    def cases(self, by, plan):
        """Make cases: how many of a form and motivation in which month of 2026."""
        made = BullyingCase.objects.bulk_create(
            BullyingCase(
                form=form, motivations=[about], summary="x", owner=by, opened_by=by,
                opened_at=datetime(2026, month, 10, tzinfo=UTC),
            )
            for (form, about, month), count in plan.items()
            for _n in range(count)
        )  # fmt: skip
        CaseStudent.objects.bulk_create(
            CaseStudent(case=case, student=student, side="target")
            for case, student in zip(made, enrol("9B", count=len(made), legal_surname="Quillfeather"), strict=True)
        )

    def test_small_numbers_and_what_gives_them_away_are_held_back_and_nobody_is_named(self, seeded, as_role):
        slt = as_role(Role.SLT)
        self.cases(slt.user, {("verbal", "race", 9): 8, ("verbal", "race", 11): 2, ("verbal", "sex", 11): 6})
        address = reverse("behaviour:case_extract")
        page = slt.get(address)
        extract = page.context["extract"]
        rows = {row.label: row.cells for row in extract.tables[0].rows}
        assert rows["Disability or SEN"] == ("0", "0", "0")
        assert rows["Race, ethnicity or nationality"][1] == "c"
        assert rows["Sex"][1:] == ("c", "c")  # 6 each: the half-term's total less it would tell the 2
        assert rows["All cases"][2] == "16"
        assert [table.form for table in extract.drawn] == ["All forms", "Verbal"]
        assert "Physical, Indirect or by leaving out, Extortion" in page.content.decode()
        csv = slt.get(address, {"format": "csv"})
        assert csv.status_code == 200
        text = csv.content.decode("utf-8-sig")
        assert text.startswith("Form,Motivation,Protected characteristic,Autumn 1 2026,Autumn 2 2026,Year so far")
        assert 'All forms,"Race, ethnicity or nationality",yes,c,c,c' in text
        assert "Quillfeather" not in text + page.content.decode()
        assert AccessRecord.objects.filter(kind="export").count() == 1
        assert as_role(Role.HEAD_OF_YEAR).get(address).status_code == 403

    def test_nobody_works_a_small_number_out(self):
        """Try every table that agrees with what is shown: each small count can be more than one number."""
        axes = (("a", "b"), ("x", "y"))
        cells = list(product(*axes))
        sums = {key: [n for n, cell in enumerate(cells) if _is_in(cell, key)] for key in keys_of(axes)}
        for seed in range(40):
            inside = [(seed * 7 + n * n * (seed + 3)) % 8 for n in range(4)]
            counts = {key: sum(inside[n] for n in places) for key, places in sums.items()}
            hidden = held_back(counts, axes)
            assert {key for key, count in counts.items() if 0 < count < LEAST} <= hidden
            shown = [(sums[key], count) for key, count in counts.items() if key not in hidden]
            agree = [
                guess
                for guess in product(range(11), repeat=4)
                if all(sum(guess[n] for n in places) == count for places, count in shown)
            ]
            for n, count in enumerate(inside):
                assert not 0 < count < LEAST or len({guess[n] for guess in agree}) > 1, (inside, hidden)

    def test_two_tables_joined_by_a_bridge_are_seen_through_and_closed(self):
        """Each line holds two back or none, and still one number follows from all of them together."""
        axes = (("a", "b", "c", "d"), ("w", "x", "y", "z"))
        inside = dict.fromkeys(product(*axes), 9)
        for key in (
            ("a", "w"),
            ("a", "x"),
            ("b", "w"),
            ("b", "x"),
            ("b", "y"),
            ("c", "y"),
            ("c", "z"),
            ("d", "y"),
            ("d", "z"),
        ):
            inside[key] = 4
        hidden = held_back(totals(inside, axes), axes)
        assert {key for key, count in inside.items() if count == 4} < hidden
        assert len(hidden) > 9

    def test_a_case_without_small_numbers_holds_nothing_back(self):
        axes = (("a", "b"), ("x", "y"))
        assert held_back(totals(dict.fromkeys(product(*axes), 5), axes), axes) == frozenset()
        assert held_back(totals(dict.fromkeys(product(*axes), 0), axes), axes) == frozenset()


def _is_in(cell, key):
    return all(word in (total, "") or total == "" for word, total in zip(cell, key, strict=True))


def totals(inside, axes):
    """Return the counts of a table with all its totals."""
    counts = Counter(dict.fromkeys(keys_of(axes), 0))
    for key, count in inside.items():
        for total in product(*((word, "") for word in key)):
            counts[total] += count
    return counts


def test_where_and_when_the_incidents_of_cases_happened_and_each_number_opens_its_list(pair, as_role):
    ania, max_ = pair
    (eighth,) = enrol("8A", legal_surname="Zielinski")
    head, slt = as_role(Role.HEAD_OF_YEAR), as_role(Role.SLT)
    monday, friday = date(2026, 11, 16), TODAY
    made = [
        incident(max_, ania, on=monday, location="Corridor", period="P3"),
        incident(max_, ania, on=friday, location="Corridor", occurred_at_time="12:30"),
        incident(max_, ania, on=date(2026, 11, 9), location="Corridor", period="P3"),
        incident(max_, ania, on=monday),
    ]
    opened(head, ania, max_, incidents=[str(each.pk) for each in made])
    opened(slt, eighth, max_, incidents=[str(made[0].pk), str(incident(max_, eighth, location="Gate").pk)])
    page = head.get(LIST)
    table = page.context["places"]
    counts = {place: [cell.count for cell in cells] for place, cells in table.rows}
    assert counts == {"Corridor": [2, 0, 0, 0, 1, 3], "Gate": [0, 0, 0, 0, 1, 1], "Not said": [1, 0, 0, 0, 0, 1]}
    assert [cell.count for cell in table.sums] == [3, 0, 0, 0, 2, 5]  # one in two cases counts once
    assert [cell.heat for cell in table.rows[0][1]] == [5, 0, 0, 0, 3, 0]
    assert "5 incidents; most of one place: Corridor, 3; most of one time: Monday, 3." in page.content.decode()
    by_slot = head.get(LIST, {"by": "slot"}).context["places"]
    assert by_slot.columns == ("P3", "Lunch", "Not said")
    for each in (table, by_slot, slt.get(LIST, {"form": "verbal"}).context["places"]):
        for cell in (*(cell for _place, cells in each.rows for cell in cells), *each.sums):
            listed = head.get(f"{reverse('behaviour:case_incidents')}?{cell.spot.query}")
            assert listed.context["page"].total == cell.count, cell
    assert "Zielinski" not in listed.content.decode()
    assert "another student" in listed.content.decode()
    assert head.get(LIST, {"show": "closed"}).context["places"] is None
    assert as_role(Role.HEAD_OF_YEAR, 7).get(LIST).context["places"] is None


def test_the_strip_says_how_many_checks_are_due(pair, as_role, on_day):
    head = as_role(Role.HEAD_OF_YEAR)
    opened(head, *pair)
    needs = reverse("core:needs_now")
    assert "bullying check due" not in head.get(needs).content.decode()
    on_day(date(2026, 12, 1))
    for role, scope, is_told in (
        (Role.HEAD_OF_YEAR, 9, True),
        (Role.HEAD_OF_YEAR, 8, False),
        (Role.FORM_TUTOR, "9B", False),
    ):
        assert ("bullying check due this week" in as_role(role, scope).get(needs).content.decode()) is is_told


@pytest.mark.parametrize("name", ["list", "incidents", "checks", "pairs", "trend", "extract"])
def test_three_cases_and_thirty_cost_the_same(seeded, as_role, name):
    slt = as_role(Role.SLT)
    by = staff(Role.HEAD_OF_YEAR, 9)

    def cost(count):
        for target, other in zip(enrol("9B", count=count), enrol("8A", count=count), strict=True):
            case = BullyingCase.objects.create(form="verbal", motivations=["race"], summary="x", owner=by, opened_by=by)
            for student, side in ((target, "target"), (other, "perpetrator")):
                CaseStudent.objects.create(case=case, student=student, side=side)
            CaseCheck.objects.create(case=case, weeks=2, due_on=TODAY)
            CaseIncident.objects.create(case=case, incident=incident(other, target))
            incident(other, target)
        with CaptureQueriesContext(connection) as queries:
            assert slt.get(reverse(f"behaviour:case_{name}")).status_code == 200
        return len(queries)

    few = cost(3)
    assert cost(27) == few <= 12


def test_a_case_costs_the_same_with_ten_incidents(pair, as_role):
    ania, max_ = pair
    head = as_role(Role.HEAD_OF_YEAR)
    case = opened(head, ania, max_, incidents=[str(incident(max_, ania).pk)])
    incident(max_, ania)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            head.get(at("detail", case))
        return len(queries)

    few = cost()
    noted = AccessRecord.objects.filter(user=head.user, reason="Head of Year 9").values_list("subject", flat=True)
    assert {f"student:{each.pk}" for each in pair} == set(noted)
    for _n in range(9):
        head.post(at("do", case), {"do": "link", "incident": incident(max_, ania).pk})
        incident(max_, ania)
    assert cost() == few <= 12
