"""Plans: filled on one page, begun, changed in versions, agreed, reviewed, shared, printed and ended."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Message
from interventions.figures.plan_content import PlanContent, hash_of, level_of
from interventions.figures.plan_dates import review_days
from interventions.figures.plan_differences import differences
from interventions.models import Action, Plan, PlanAgreement, PlanKind, PlanReview, PlanShare, PlanVersion
from interventions.services.plan_asks import contributions_remind
from interventions.services.plan_parts import NotTheirs, agreement_note
from pastoral.core.duties import duties_of
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from reports.plans import plan_draw
from reports.summaries.support import support_of
from students.models import Student
from students.summaries import SchoolCalendar
from tests.agencies import early_help
from tests.contacts.test_agencies import page, sent
from tests.factories import UserFactory, enrol, staff
from tests.families import carer
from tests.planning import plan as planned
from tests.plans import NOW, plan_for, plan_kind
from tests.secrets import words_in

LIST = reverse("interventions:plan_list")
SHARED = reverse("interventions:plan_share_list")


@pytest.fixture
def head(as_role):
    return as_role(Role.HEAD_OF_YEAR, 9)


def address(name, plan, *more):
    return reverse(f"interventions:plan_{name}", args=[plan.pk, *more])


def test_a_plan_is_filled_on_one_page_begun_and_changed_in_versions(seeded, head, as_role):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    add = reverse("interventions:plan_add")
    assert "Choose a student" not in page(head, add)
    add = f"{add}?student={kai.pk}&kind={plan_kind('PSP').pk}"
    form = head.get(add).context["form"]
    assert (form.initial["starts_on"], form.initial["ends_on"]) == (date(2026, 11, 20), date(2027, 3, 12))
    told = sent(form, reason="Two suspensions", t0_words="On time", do="begin")
    for _ in range(2):
        assert head.post(add, told).status_code == 302
    plan = Plan.objects.get()
    assert plan.begun_on is None
    text = page(head, address("detail", plan))
    assert "Each target needs how one will know" in text
    assert "Begin it" not in text
    change = address("change", plan)
    form = head.get(change).context["form"]
    faults = sent(form, a0_what="Ring home", s0_who="Nan", do="begin")
    assert set(head.post(change, faults).context["form"].errors) == {"a0_owner", "a0_due_on", "s0_words"}
    told = sent(form, t0_measure="Lesson registers", t0_by_on="2026-12-11", do="begin", student_words="I want to stay")
    told |= {"s0_side": "family", "s0_words": "Bed by ten", "a0_what": "Ring home", "a0_owner": head.user.pk}
    assert head.post(change, told | {"a0_due_on": "2026-11-27"}).status_code == 302
    assert head.post(change, told | {"a0_due_on": "2026-11-27"}).status_code == 302  # a second click
    plan.refresh_from_db()
    assert (plan.begun_on, Action.objects.count(), PlanVersion.objects.count()) == (date(2026, 11, 20), 1, 1)
    due = list(plan.reviews.values_list("due_on", flat=True))
    assert (due[:3], due[-1]) == ([date(2026, 12, 4), date(2026, 12, 18), date(2027, 1, 5)], date(2027, 3, 12))
    form = head.get(change).context["form"]
    stale = sent(form, reason="Otherwise")
    assert (
        head.post(change, sent(form, t0_words="In every lesson on time", s0_words="", because="Met")).status_code == 302
    )
    answer = head.post(change, stale).content.decode()
    assert "Somebody changed this" in answer
    assert "Now it says: In every lesson on time" in answer
    assert "starts_on" not in form.fields
    first, second = plan.versions.order_by("number")
    assert (first.because, second.because) == ("Begun", "Met")
    assert all(hash_of(each.content) == each.sha256 for each in (first, second))
    text = page(head, address("version", plan, 2))
    assert all(words in text for words in ("as it was frozen", second.sha256, "Bed by ten", "taken out"))
    assert "In every lesson on time" in text
    assert "I want to stay" in page(head, address("version", plan, 1))
    assert page(as_role(Role.FORM_TUTOR, "9B"), address("detail", plan)).count("Ring home") == 1
    assert as_role(Role.FORM_TUTOR, "9B").get(change).status_code == 403
    assert as_role(Role.FORM_TUTOR, "9C").get(address("detail", plan)).status_code == 404
    assert as_role(Role.PASTORAL_MANAGER, 8).get(change).status_code == 404
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=head.user).exists()
    shorter = sent(head.get(change).context["form"], ends_on="2027-01-29")
    assert head.post(change, shorter).status_code == 302
    assert plan.reviews.latest("due_on").due_on == date(2027, 1, 29)
    assert plan.versions.count() == 3
    with pytest.raises(Exception, match="append"):
        PlanVersion.objects.filter(pk=first.pk).update(because="x")


def test_who_agreed_reviews_with_attendance_and_the_end(seeded, head):
    (kai,) = enrol("9B")
    mother, father = carer(kai), carer(kai, relationship="Father", forename="Obi", barred=True)
    plan = plan_for(kai, head.user)
    agree = address("agree", plan)
    form = head.get(agree).context["form"]
    offered = [value for value, _ in form.fields["who"].choices]
    assert (f"c{mother.pk}" in offered, f"c{father.pk}" in offered) == (True, False)
    assert head.post(agree, sent(form, who=f"c{father.pk}", how="Signed")).status_code == 422
    with pytest.raises(NotTheirs):
        agreement_note(plan=plan, facts={"party": "family", "parent_carer_id": father.pk, "version": 1})
    assert set(head.post(agree, sent(form, who="authority", said="refused")).context["form"].errors) == {
        "name",
        "because",
    }
    refused = sent(form, who=f"c{mother.pk}", said="refused", because="The targets are too many")
    for _ in range(2):
        assert head.post(agree, refused).status_code == 302
    held = PlanAgreement.objects.get()
    assert (held.version, held.refused_on) == (1, date(2026, 11, 20))
    right = address("agreement", plan, held.pk)
    form = head.get(right).context["form"]
    assert head.post(right, sent(form, said="agreed", how="At the meeting", because="")).status_code == 302
    assert "Somebody changed this" in head.post(right, sent(form, because="Otherwise")).content.decode()
    text = page(head, address("detail", plan))
    assert all(words in text for words in ("agreed Fri 20 Nov", "At the meeting", "The targets are too many"))
    review = PlanReview.objects.earliest("due_on")
    assert "review was due Mon 16 Nov" in text
    assert "plan to review" in page(head, reverse("core:needs_now"))
    assert "review 4 days overdue" in page(head, LIST, show="reviews", mine="1")
    hold = address("review", plan, review.pk)
    answer = head.get(hold)
    assert "Since it began" in answer.content.decode()
    (target,) = plan.targets.all()
    form = answer.context["form"]
    assert set(head.post(hold, sent(form, held_on="2026-11-23")).context["form"].errors) == {"held_on", "decision"}
    told = sent(form, decision="change", notes="Better", student_words="Easier now", next_on="2026-12-07")
    answer = head.post(hold, told | {f"near-{target.pk}": "partly", f"note-{target.pk}": "3 of 5 days"})
    assert answer.url == address("change", plan)
    assert "Somebody changed this" in head.post(hold, told | {"notes": "Worse"}).content.decode()
    # Two who change nothing but how near a target is: the second is told, and keeps what was typed.
    again = head.get(hold).context["form"]
    same = {f"near-{target.pk}": "partly", f"note-{target.pk}": "3 of 5 days"}
    assert head.post(hold, sent(again) | same | {f"note-{target.pk}": "4 of 5 days"}).status_code == 302
    late = head.post(hold, sent(again) | same | {f"near-{target.pk}": "met"}).content.decode()
    assert "Somebody changed this" in late
    assert "Now it says: 4 of 5 days" in late
    assert head.post(hold, sent(head.get(hold).context["form"]) | same).status_code == 302
    assert "plan to review" not in page(head, reverse("core:needs_now"))
    assert plan.reviews.filter(due_on="2026-12-07").exists()
    head.post(address("change", plan), sent(head.get(address("change", plan)).context["form"], reason="Three by now"))
    version = plan.versions.first()
    assert version.content["reviews"][0]["progress"] == ["In lessons on time: partly met"]
    assert version.content["agreements"][0]["how"] == "At the meeting"
    Action.objects.create(
        token=plan.token, what="Ring", owner=head.user, due_on="2026-12-01", student=kai, plan=plan, set_by=head.user
    )
    for do, done_on in (("done", date(2026, 11, 20)), ("done", date(2026, 11, 20)), ("undo", None)):
        held = Action.objects.get()
        if do == "undo":
            assert held.settled_as in page(head, address("detail", plan))
            assert head.post(address("act", plan), {"do": do, "action": held.pk, "seen": "x"}).status_code == 409
        head.post(address("act", plan), {"do": do, "action": held.pk, "seen": held.settled_as})
        assert Action.objects.get().done_on == done_on
    end = address("end", plan)
    told = {"outcome": "met", "note": "He is in every day", "on": "2026-11-20", "drops_actions": "on"}
    assert head.post(end, told | {"note": ""}).status_code == 422
    for _ in range(2):
        assert head.post(end, told).status_code == 302
    assert Action.objects.get().not_needed_because == "The plan ended"
    last = plan.versions.first()
    assert (last.because, last.content["outcome_note"]) == ("Ended: targets met", "He is in every day")
    assert head.post(end, told | {"note": "Otherwise"}).status_code == 422
    late = head.post(address("change", plan), sent(form, reason="Too late"))
    assert (late.status_code, "Too late" in late.content.decode()) == (409, True)
    text = page(head, address("detail", plan))
    assert "He is in every day" in text
    assert "He is in" not in page(head, LIST, show="ended")
    follows = f"{reverse('interventions:plan_add')}?student={kai.pk}&follows={plan.pk}"
    assert head.get(follows).context["form"].initial["t0_words"] == "In lessons on time"
    assert head.post(address("act", plan), {"do": "reopen"}).status_code == 409
    assert Plan.objects.get().ended_as in text
    head.post(address("act", plan), {"do": "reopen", "seen": Plan.objects.get().ended_as})
    assert Plan.objects.get().ended_on is None
    for _ in range(2):
        assert head.post(address("withdraw", plan), {"because": "Twice"}).status_code == 302
    assert "Twice" in page(head, address("detail", plan))
    assert kai.sort_name not in page(head, LIST)


def test_a_plan_is_shown_to_colleagues_with_receipts_and_closed_again(seeded, head, as_role, client_for):
    (kai,) = enrol("9B", legal_surname="Quill")
    teacher, senco = client_for(UserFactory()), as_role(Role.SENCO)
    plan = plan_for(kai, head.user, is_restricted=True, reason="zq secret")
    share = address("share", plan)
    assert head.post(share, {"asks": ""}).status_code == 422
    assert "asks" in head.post(share, {"others": [teacher.user.pk], "due_on": "2026-11-27"}).context["form"].errors
    asked = {"others": [teacher.user.pk], "asks": "What helps?", "due_on": "2026-11-27"}
    assert head.post(share, asked).status_code == 302
    assert head.post(share, {"team": [senco.user.pk]}).status_code == 302
    tutor = as_role(Role.FORM_TUTOR, "9B")
    for text in (page(tutor, address("detail", plan)), page(tutor, LIST), page(tutor, LIST, format="csv")):
        assert ("zq secret" in text, head.user.formal_name in text) == (False, True)
    assert "Pastoral support" not in page(tutor, address("detail", plan)) + page(tutor, LIST, format="csv")
    assert "Quill" not in page(tutor, LIST, kind=str(plan.kind_id))
    assert tutor.get(address("version", plan, 1)).status_code == 404
    assert tutor.get(reverse("reports:plan_pdf", args=[plan.pk, 1])).status_code == 404
    assert "Restricted plan" in page(tutor, reverse("interventions:plan_place", args=[kai.pk]))
    mine, other = PlanShare.objects.get(to=teacher.user), PlanShare.objects.get(to=senco.user)
    # The last school day before the answer is due, and once: a link, and nothing of the child or the plan.
    for day in (date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 26), date(2026, 11, 28)):
        contributions_remind(on=day, now=NOW)
    (mail,) = Message.objects.all()
    assert (mail.to, mail.student_id, f"/plans/shared/{mine.pk}/" in mail.body) == (teacher.user.email, None, True)
    assert not any(
        word in mail.subject + mail.body for word in ("Quill", kai.legal_forename, "zq secret", "What helps")
    )
    needs = reverse("core:needs_now")
    assert ("answer owed to a plan" in page(teacher, needs), "plan shared with you" in page(senco, needs)) == (
        True,
        True,
    )
    assert teacher.get(address("detail", plan)).status_code == 403
    opened = reverse("interventions:plan_share_detail", args=[mine.pk])
    assert head.get(opened).status_code == 404
    assert "not opened yet" in page(head, LIST, show="chase")
    assert all(words in page(teacher, opened) for words in ("zq secret", "What helps?"))
    assert "Quill" in page(teacher, SHARED, show="owed")
    assert senco.get(address("detail", plan)).url == reverse("interventions:plan_share_detail", args=[other.pk])
    assert page(senco, SHARED, show="unread").count("Quill") == 1
    page(senco, reverse("interventions:plan_share_detail", args=[other.pk]))
    for _ in range(2):
        assert teacher.post(opened, {"words": "A seat at the front"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.reply, mine.opened_at is not None) == ("A seat at the front", True)
    assert "A seat at the front" in page(head, address("detail", plan))
    assert "Nobody owes" in page(head, LIST, show="chase")
    assert AccessRecord.objects.filter(subject=f"student:{kai.pk}", user=teacher.user).exists()
    assert head.post(reverse("interventions:plan_share_end", args=[plan.pk, mine.pk])).status_code == 302
    assert teacher.get(opened).status_code == 404
    assert teacher.post(opened, {"words": "And a timer"}).status_code == 409
    assert head.post(share, asked).status_code == 302  # it opens again
    assert teacher.get(opened).status_code == 200
    assert "Nobody owes" in page(head, LIST, show="chase")
    # Asked afresh at the next review: owed again, beside the first answer; and an answer may end as another did.
    assert head.post(share, asked | {"asks": "And now?", "due_on": "2026-12-04"}).status_code == 302
    assert [each.what for each in duties_of(teacher.user, NOW.date())] == ["And now?"]
    assert "answer owed to a plan" in page(teacher, needs)
    for words in ("Tell me what you see at the front", "the front", "the front"):
        teacher.post(opened, {"words": words})
    mine.refresh_from_db()
    assert mine.reply.startswith("A seat at the front\n(asked: What helps?)\n\n20/11 ")
    assert (mine.reply.count("the front"), mine.replied_at is not None) == (3, True)
    head.post(share, asked | {"asks": "And in spring?", "due_on": "2026-12-11"})
    assert [each.what for each in duties_of(teacher.user, NOW.date())] == ["And in spring?"]
    Plan.objects.update(outcome="met", outcome_note="x", ended_on="2026-11-20", ended_by=head.user)
    assert duties_of(teacher.user, NOW.date()) == []  # an ended plan asks nothing
    Plan.objects.update(outcome="", outcome_note="", ended_on=None, ended_by=None)
    slt = as_role(Role.SLT)
    assert "zq secret" in page(slt, address("detail", plan))
    manager = as_role(Role.PASTORAL_MANAGER, 9)
    assert manager.get(address("change", plan)).status_code == 404
    add = f"{reverse('interventions:plan_add')}?student={kai.pk}"
    form = manager.get(add).context["form"]
    mine_not = sent(form, reason="x", is_restricted="on", owner=head.user.pk)
    assert "is_restricted" in manager.post(add, mine_not).context["form"].errors


def test_each_kind_asks_for_what_it_is_made_of(seeded, head, as_role):
    (kai,) = enrol("9B")
    add = reverse("interventions:plan_add")

    def begun(kind, **fields):
        where = f"{add}?student={kai.pk}&kind={plan_kind(kind).pk}"
        told = sent(head.get(where).context["form"], reason=kind, do="begin", **fields)
        answer = head.post(where, told, follow=True)
        return Plan.objects.order_by("pk").last(), answer

    risk, answer = begun("Risk", h0_words="Runs into the road")
    assert {"h0_controls", "h0_likelihood", "h0_to_whom"} <= set(answer.context["form"].errors)
    assert risk is None
    hazard = {"h0_words": "Runs into the road", "h0_to_whom": "Kai", "h0_likelihood": 4, "h0_severity": 5}
    hazard |= {"h0_controls": "An adult at the gate", "h0_likelihood_left": 1, "h0_severity_left": 5}
    risk, answer = begun("Risk", **hazard)
    text = answer.content.decode()
    assert ("20 very high" in text, "5 medium" in text, risk.begun_on is not None) == (True, True, True)
    target = {"t0_words": "In", "t0_measure": "90 %", "t0_by_on": "2026-12-18"}
    contract, answer = begun("parenting", **target, s0_words="Rings")
    assert ("what the family undertakes" in answer.content.decode(), contract.begun_on) == (True, None)
    timetable, answer = begun("part-time")
    text = answer.content.decode()
    assert ("Make the part-time timetable" in text, timetable.begun_on) == (True, None)
    by = head.user
    span = {"first": date(2026, 11, 9), "last": date(2027, 1, 29), "sessions": ["MON-PM"]}
    mark = planned(
        kai,
        "C2",
        by=by,
        kind="part_time",
        review_on=date(2026, 12, 4),
        agreed_on=date(2026, 11, 6),
        agreed_with="x",
        **span,
    )
    timetable, answer = begun("part-time", timetable=mark.pk)
    text = answer.content.decode()
    assert all(words in text for words in ("Away Mon PM", "longer than six weeks", "reviewed on 4 Dec 2026"))
    tutor = as_role(Role.FORM_TUTOR, "9B")
    assert "Away Mon PM" not in page(tutor, address("detail", timetable)) + page(
        tutor, address("version", timetable, 1)
    )
    assert tutor.get(reverse("reports:plan_pdf", args=[timetable.pk, 1])).status_code == 404
    help_, answer = begun("EHA", **target)
    assert ("Open early help" in answer.content.decode(), help_.begun_on) == (True, None)
    held = early_help(kai, by, needs="zq needs")
    help_, answer = begun("EHA", **target, early_help=held.pk)
    assert (help_.early_help, help_.begun_on, "zq needs" in answer.content.decode()) == (
        held,
        date(2026, 11, 20),
        False,
    )
    assert reverse("contacts:early_help_detail", args=[held.pk]) not in page(tutor, address("detail", help_))


def test_lists_files_and_the_student_page_tell_of_plans_in_few_queries(seeded, head, as_role):
    (kai,), (ada,) = enrol("9B"), enrol("8A", legal_surname="Elsewhere")
    plan_for(kai, head.user)
    plan_for(ada, staff(Role.SLT))
    plan_for(kai, staff(Role.SLT), is_begun=False, reason="A draft")

    def queries(**asked):
        with CaptureQueriesContext(
            connection,
        ) as found:
            text = page(head, LIST, **asked)
        return len(found), text

    few, text = queries()
    assert ("Elsewhere" in text, "A draft" in text, "Two suspensions" in text) == (False, False, True)
    for student in enrol("9B", count=27):
        plan_for(student, head.user)
    many, _text = queries()
    assert (few, many <= 12) == (many, True)
    assert "A draft" in queries(show="drafts")[1]
    assert "A draft" not in queries(show="drafts", mine="1")[1]
    assert queries(kind=str(plan_kind("IEP").pk))[1].count("Pastoral support plan</span>") == 0
    files = page(head, LIST, format="csv", year="9").splitlines()
    assert (len(files), "Two suspensions" in str(files)) == (29, False)
    assert AccessRecord.objects.filter(subject="plans:9").exists()
    first = address("detail", Plan.objects.earliest("pk"))
    with CaptureQueriesContext(connection) as found:
        assert "Pastoral support plan" in page(head, first)
    assert len(found) <= 12
    place = reverse("interventions:plan_place", args=[kai.pk])
    assert page(head, place).count("Pastoral support plan") == 2
    assert page(as_role(Role.ATTENDANCE_OFFICER), place) == ""
    assert f"plans/add/?student={kai.pk}" in page(head, reverse("reports:student_detail", args=[kai.pk]))
    step = support_of([kai.pk], date(2026, 9, 1), date(2026, 11, 20))[kai.pk].live
    assert [each.words for each in step] == ["Pastoral support plan"]
    Student.objects.filter(pk=kai.pk).update(left_on=date(2026, 11, 13))
    assert "left Fri 13 Nov" in page(head, LIST)


def test_a_version_on_paper_is_the_same_file_every_time(seeded, head, as_role, on_day):
    (kai,) = enrol("9B", legal_surname="O'Brien")
    plan = plan_for(kai, head.user)
    pdf = reverse("reports:plan_pdf", args=[plan.pk, 1])
    first = head.get(pdf)
    assert first["Content-Type"] == "application/pdf"
    on_day(date(2027, 1, 6))
    Plan.objects.update(reason="Otherwise")
    assert plan_draw(plan.versions.get()).data == first.content
    words = words_in(first, first.content)
    sha = plan.versions.get().sha256
    told = ("Confidential", "O'Brien", "Two suspensions", "Page 1 of 1", "Lesson registers")
    assert [each for each in told if each not in words] == []
    assert sha[:30] in words.replace("\n", "")
    assert AccessRecord.objects.filter(kind="document", subject=f"student:{kai.pk}").exists()


def test_kinds_of_plan_are_settings(seeded, head, as_role):
    manager = as_role(Role.DATA_MANAGER)
    kinds = reverse("interventions:plan_kind_list")
    add = reverse("interventions:plan_kind_add")
    facts = {"name": "Return plan", "form": "plain", "weeks": 4, "review_weeks": 2, "is_active": "on"}
    assert manager.post(add, facts).status_code == 302
    assert manager.post(add, facts).status_code == 422
    assert "Return plan" in page(manager, kinds)
    standing = PlanKind.objects.filter(is_evidence=True).values_list("name", flat=True)
    assert list(standing) == ["Pastoral support plan", "Attendance contract"]
    assert page(manager, kinds).count("support plan of a case") == 2
    assert [kind.order for kind in manager.get(kinds).context["kinds"]] == [*range(9)]
    (kai,) = enrol("9B")
    plan_for(kai, head.user, kind="Return plan")
    change = reverse("interventions:plan_kind_change", args=[PlanKind.objects.get(name="Return plan").pk])
    form = manager.get(change).context["form"]
    assert "There are plans of this kind" in manager.post(change, sent(form) | {"form": "risk"}).content.decode()
    assert manager.post(change, sent(form, is_active=False)).status_code == 302
    assert "Offered" in page(manager, change)
    assert "Somebody changed this" in manager.post(change, sent(form, weeks=8)).content.decode()
    assert "Return plan" not in page(head, f"{reverse('interventions:plan_add')}?student={kai.pk}")


def test_reviews_are_laid_out_around_holidays_and_versions_compare(seeded):
    days = review_days(date(2026, 11, 20), date(2027, 3, 12), 2, SchoolCalendar.load())
    assert [each for each in days if not SchoolCalendar.load().is_school_day(each)] == []
    assert len(days) == len(set(days)) == 8
    assert [level_of(risk) for risk in (1, 4, 5, 9, 10, 16, 20, 25)] == [
        "low", "low", "medium", "medium", "high", "high", "very high", "very high",
    ]  # fmt: skip
    (kai,) = enrol("9B")
    plan = plan_for(kai, staff(Role.SLT))
    content = PlanContent.of(plan.versions.get().content)
    assert content.data() == plan.versions.get().content
    assert differences(content, content) == []
