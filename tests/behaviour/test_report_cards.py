"""Report cards: opened, scored by who teaches, signed, seen by a parent, ended by their own rule, and on paper."""

from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from behaviour.models import CardComment, CardDay, CardScore, ReportCard
from behaviour.services.cards import card_version
from behaviour.summaries.card_rules import DayPoints, StopRule, verdict_of
from behaviour.summaries.scoring import to_score
from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.cards import FRIDAY, MONDAY, card_of, score
from tests.factories import SessionMarkFactory, UserFactory, enrol, staff
from tests.lessons import lesson

LIST, ADD, SCORE = (reverse(f"behaviour:{name}") for name in ("card_list", "card_add", "score_list"))
DAYS = [date(2026, 11, 9) + timedelta(days=each) for each in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]


def page(name, card):
    return reverse(f"behaviour:{name}", args=[card.pk])


@pytest.fixture
def kai(seeded, friday):
    (student,) = enrol("9B")
    return student


@pytest.fixture
def tutor(kai):
    return staff(Role.FORM_TUTOR, "9B")


@pytest.fixture
def card(kai, tutor):
    return card_of(kai, keeper=tutor)


def filled(**changed):
    return {
        "do": "save",
        "level": "tutor",
        "target1": "I arrive on time",
        "target2": "I bring a pen",
        "reason": "Late to four lessons",
        "starts_on": "2026-11-23",
        "ends_on": "2026-12-04",
        "stop_at": "80",
        "stop_days": "5",
        "parent_told_on": "2026-11-20",
        "parent_told_how": "Telephone",
    } | changed


# --- opening, changing, ending ----------------------------------------------------------------------------------------


def test_a_card_is_opened_once_with_its_targets_and_the_usual_keeper(kai, tutor, client_for, as_role):
    client = client_for(tutor)
    asked = f"{ADD}?student={kai.pk}"
    assert "Target 1" in client.get(asked).content.decode()
    late = client.post(asked, filled(student=kai.pk, ends_on="2026-11-21", starts_on="2026-11-21"))
    assert (late.status_code, "School does not meet" in late.content.decode()) == (422, True)
    assert client.post(asked, filled(student=kai.pk, parent_told_how="")).status_code == 422
    client.post(asked, filled(student=kai.pk, most_points="5"))
    made = ReportCard.objects.get()
    assert made.most_points == 5
    assert (made.keeper, made.opened_by, made.parent_told_how) == (tutor, tutor, "Telephone")
    assert [target.words for target in made.targets.all()] == ["I arrive on time", "I bring a pen"]
    assert client.post(asked, filled(student=kai.pk)).url == page("card_detail", made)
    assert client.post(ADD, filled(student=enrol("9C")[0].pk)).status_code == 200
    assert ReportCard.objects.count() == 1
    assert ADD in as_role(Role.FORM_TUTOR).get(LIST).content.decode()
    assert ADD not in as_role(Role.DSL).get(LIST).content.decode()


def test_a_change_keeps_scores_under_the_words_they_were_given_for(card, tutor, client_for):
    score(card, FRIDAY, "2", by=tutor)
    client, seen = client_for(tutor), card_version(card)
    assert client.get(page("card_change", card)).context["form"].initial["seen"] == seen
    changed = filled(target1="I am on time", target2="I bring a pen", keeper=tutor.pk, seen=seen)
    changed |= {"starts_on": "2026-11-16"}
    assert [client.post(page("card_change", card), changed).status_code for _click in range(2)] == [302, 302]
    late = client.post(page("card_change", card), changed | {"target1": "I bring a pencil"})
    assert late.context["form"].errors["target1"] == ["Now it says: I am on time"]
    card.refresh_from_db()

    def kept():
        return {(each.order, each.words, each.is_retired) for each in card.targets.all()}

    # The second had no score yet: a slip of the pen, put right where it stood.
    assert kept() == {(1, "I arrive on time", True), (1, "I am on time", False), (2, "I bring a pen", False)}
    assert CardScore.objects.get().target.words == "I arrive on time"
    sheet = client.get(page("card_print", card), {"day": FRIDAY}).context["sheet"]
    assert [target.words for target in sheet.targets] == ["I arrive on time", "I am on time", "I bring a pen"]
    assert (sheet.days[-1].rows[0].scores, sheet.days[0].rows[0].scores) == (("2", "", ""), ("–", "", ""))
    stale = {f"target-{each.pk}": "1" for each in card.targets.all()} | {"period": "P2"}
    refused = client.post(page("score_form", card), stale)
    assert (refused.status_code, "changed meanwhile" in refused.content.decode()) == (422, True)
    assert CardScore.objects.count() == 1
    standing = {f"target-{each.pk}": "1" for each in card.targets.on_card()} | {"period": "P2"}
    assert client.post(page("score_form", card), standing).status_code == 302
    # Moved up by hand, the scores go with the words; the first comes back with its own.
    moved = changed | {"target1": "I bring a pen", "target2": "I arrive on time", "seen": card_version(card)}
    client.post(page("card_change", card), moved)
    assert kept() == {(1, "I bring a pen", False), (2, "I arrive on time", False), (1, "I am on time", True)}
    given = {(each.target.words, each.score) for each in CardScore.objects.select_related("target")}
    assert given == {("I arrive on time", 2), ("I am on time", 1), ("I bring a pen", 1)}
    shown = client.get(page("score_form", card)).content.decode()
    assert ("I bring a pen" in shown, "I am on time" in shown) == (True, False)
    assert "I am on time" in client.get(page("card_detail", card)).content.decode()
    earlier = client.get(page("card_detail", card), {"day": MONDAY}).content.decode()
    assert ("I bring a pen" in earlier, "I am on time" in earlier) == (True, False)
    assert card.events.earliest("pgh_id").reason == "Disruption in four subjects"


def test_a_card_steps_up_and_the_old_one_closes_with_its_result(card, tutor, client_for, as_role):
    head, client = staff(Role.HEAD_OF_YEAR, 9), client_for(tutor)
    assert "Step up to Head of Year" in client.get(page("card_end", card)).content.decode()
    assert "Step down" not in client.get(page("card_end", card)).content.decode()
    sent = {"outcome": "up", "outcome_note": "Two good days of ten", "ends_on": "2026-12-04"}
    assert client.post(page("card_end", card), sent | {"ends_on": ""}).status_code == 422
    client.post(page("card_end", card), sent)
    card.refresh_from_db()
    following = card.next_card
    assert (card.outcome, card.ended_by) == ("up", tutor)
    assert (following.level, following.keeper, following.starts_on) == ("head_of_year", head, date(2026, 11, 23))
    assert [each.words for each in following.targets.all()] == [each.words for each in card.targets.all()]
    assert client.post(page("card_end", card), sent).url == page("card_detail", following)
    for name, typed, words in (
        ("card_change", filled(target1="I stay in my seat", seen="x"), "I stay in my seat"),
        ("card_end", sent | {"outcome_note": "Nothing better"}, "Nothing better"),
    ):
        late = client.post(page(name, card), typed)
        said = late.content.decode()
        assert f"{tutor.formal_name} has ended this card already: stepped up." in said, name
        assert (late.status_code, "You had written" in said, f">{words}</textarea>" in said) == (409, True, True), name
    assert client.get(page("card_change", card)).url == page("card_detail", card)
    assert "Two good days of ten" in client.get(f"{LIST}?show=ended").content.decode()
    last = {"day": "2026-11-20", "seen": client.get(page("card_detail", card)).context["sign"].initial["seen"]}
    client.post(page("card_sign", card), last | {"do": "sign", "note": "A hard day"})
    client.post(page("card_sign", card), last | {"do": "seen", "on": "2026-11-20", "how": "Seen in school"})
    held = CardDay.objects.get(card=card)
    assert (held.signed_by, held.parent_how) == (tutor, "Seen in school")  # its last day, after it has ended
    as_role(Role.HEAD_OF_YEAR).post(page("card_end", following), {"outcome": "ended", "outcome_note": "Five of five"})
    assert not ReportCard.objects.running().exists()


def test_a_withdrawn_card_is_in_no_list_and_the_next_one_may_begin(card, tutor, client_for):
    client = client_for(tutor)
    client.post(page("card_withdraw", card), {"because": "Meant for his brother"})
    assert card.student.sort_name not in client.get(LIST).content.decode()
    assert client.get(page("card_detail", card)).status_code == 404
    client.post(ADD, filled(student=card.student_id))
    assert ReportCard.objects.running().count() == 1


# --- scoring ----------------------------------------------------------------------------------------------------------


def sent(card, *scores, **also):
    keys = [f"target-{target.pk}" for target in card.targets.all()]
    return dict(zip(keys, map(str, scores), strict=False)) | {"period": "P1"} | also


def test_whoever_teaches_scores_without_a_role_and_sees_no_more_than_the_card(card, tutor, kai, client_for):
    lesson(kai, FRIDAY, "P1", teacher="PHE012")
    teacher = UserFactory(staff_code="PHE012")
    score(card, FRIDAY, "0", by=tutor, period="P3")
    CardComment.objects.create(card=card, day=FRIDAY, period="P3", words="Walked out", by=tutor)
    client = client_for(teacher)
    assert kai.sort_name in client.get(SCORE).content.decode()
    for address in (page("score_form", card), f"{page('score_form', card)}?period=P3"):
        shown = client.get(address).content.decode()
        assert "I arrive on time" in shown
        assert "Disruption in four subjects" not in shown
        assert "Walked out" not in shown
    assert client.post(page("score_form", card), sent(card, 2, 1, words="A good start")).url == SCORE
    held = CardScore.objects.filter(period="P1").values_list("score", "by")
    assert list(held) == [(2, teacher.pk), (1, teacher.pk)]
    assert CardComment.objects.get(period="P1").words == "A good start"
    assert client.get(page("card_detail", card)).status_code == 403
    assert client_for(UserFactory()).get(page("score_form", card)).status_code == 404


def test_on_cover_a_card_is_found_by_name_and_nobody_without_one_is(card, kai, client_for):
    cover = client_for(staff(Role.FORM_TUTOR, "8A"))
    (other,) = enrol("9C", legal_surname="Quill")
    assert page("score_form", card) in cover.get(SCORE, {"q": kai.legal_surname}).content.decode()
    assert other.sort_name not in cover.get(SCORE, {"q": "Quill"}).content.decode()
    read = AccessRecord.objects.filter(user=cover.user, subject=f"student:{kai.pk}")
    assert read.count() == AccessRecord.objects.count() == 1  # whom the search told of, and nobody else
    for few in (kai.legal_surname[:2], "00", kai.admission_number):
        told = cover.get(SCORE, {"q": few}).content.decode()
        assert (page("score_form", card) in told, "three letters" in told) == (False, True)
    assert cover.get(page("score_form", card)).status_code == 404  # nobody leafs through by number
    (one,) = cover.get(SCORE, {"q": kai.legal_surname}).context["found"]
    found = f"{page('score_form', card)}?find={one.key}"
    assert client_for(staff(Role.FORM_TUTOR, "8A")).get(found).status_code == 404  # the key is its finder's
    cover.get(found)
    assert read.count() == 3
    assert cover.post(found, sent(card, 1)).status_code == 302


def test_who_keeps_the_card_scores_a_day_of_the_paper_card_afterwards(card, kai, tutor, client_for):
    lesson(kai, date(2026, 11, 19), "P1", teacher="PHE012")
    thursday = f"{page('score_form', card)}?day=2026-11-19"
    client = client_for(tutor)
    assert client.post(thursday, sent(card, 1)).url == f"{page('card_detail', card)}?day=2026-11-19"
    assert CardScore.objects.get().day == date(2026, 11, 19)
    assert client.get(f"{page('score_form', card)}?day=2026-11-23").status_code == 404
    assert client_for(UserFactory(staff_code="PHE012")).get(thursday).status_code == 404


def test_a_second_teacher_is_told_and_may_change_it_with_history(card, kai, client_for):
    for period, code in (("P1", "AAA001"), ("P2", "BBB002")):
        lesson(kai, FRIDAY, period, teacher=code)
    first, second = UserFactory(staff_code="AAA001"), UserFactory(staff_code="BBB002")
    ours, theirs = client_for(first), client_for(second)
    ours.post(page("score_form", card), sent(card, 2, 2))
    clash = theirs.post(page("score_form", card), sent(card, 0, words="Threw a pen"))
    assert clash.status_code == 422
    assert first.formal_name in clash.content.decode()
    assert "Threw a pen" in clash.content.decode()
    assert CardScore.objects.filter(score=2).count() == 2
    theirs.post(page("score_form", card), sent(card, 0, words="Threw a pen", seen=clash.context["version"]))
    assert sorted(CardScore.objects.values_list("score", "by")) == [(0, second.pk), (2, first.pk)]
    detail = client_for(card.keeper).get(page("card_detail", card)).content.decode()
    assert f"was “Met” by {first.formal_name}" in detail
    ours.post(page("score_form", card), sent(card, 1, 1, period="P2"))
    ours.post(page("score_form", card), sent(card, 2, period="P2"))  # one's own other tab
    assert CardScore.objects.filter(period="P2").values_list("score", flat=True)[0] == 2


@pytest.mark.parametrize("wrong", [{"period": "P9"}, {"period": ""}, {}])
def test_a_lesson_to_come_or_no_tap_at_all_is_refused(card, kai, client_for, on_day, wrong):
    client = client_for(staff(Role.HEAD_OF_YEAR, 9))
    data = sent(card, 2) | wrong if wrong else {"period": "P1"}
    assert client.post(page("score_form", card), data).status_code == 422
    on_day(FRIDAY, 8, 30)
    assert client.get(page("score_form", card)).context["period"] == ""
    on_day(FRIDAY, 9, 30)
    assert client.get(page("score_form", card), {"period": "P2"}).context["period"] == "P1"
    assert client.post(page("score_form", card), sent(card, 2, period="P2")).status_code == 422
    assert not CardScore.objects.exists()


def test_ended_withdrawn_and_future_cards_are_not_scored(kai, tutor, client_for):
    client = client_for(tutor)
    future = card_of(kai, keeper=tutor, starts_on=date(2026, 11, 23))
    assert client.get(page("score_form", future)).status_code == 404
    assert "Not begun" in client.get(page("card_detail", future)).content.decode()
    (other,) = enrol("9B")
    lesson(other, FRIDAY, "P1", teacher="PHE012")
    teacher, gone = client_for(UserFactory(staff_code="PHE012")), card_of(other, keeper=tutor)
    tapped = sent(gone, 2, 1, words="A good start")
    for facts, said in (
        ({"outcome": "ended", "ended_by": tutor, "ended_at": "2026-11-20T14:00Z"}, "ended Fri 20 Nov 14:00"),
        (
            {"withdrawn_at": "2026-11-20T14:30Z", "withdrawn_by": tutor, "withdrawn_because": "A private reason"},
            f"It was withdrawn by {tutor.formal_name}, Fri 20 Nov 14:30.",
        ),
    ):
        ReportCard.objects.filter(pk=gone.pk).update(**facts)
        late = teacher.post(page("score_form", gone), tapped)
        text = unescape(late.content.decode())
        assert (late.status_code, said in text, "A private reason" in text) == (409, True, False)
        assert (">Met</textarea>" in text, ">A good start</textarea>" in text) == (True, True)
        assert said in unescape(teacher.get(page("score_form", gone), follow=True).content.decode())
        assert client_for(UserFactory()).post(page("score_form", gone), tapped).status_code == 404
    ReportCard.objects.filter(pk=gone.pk).update(withdrawn_at="2026-11-19T14:30Z")
    assert teacher.get(page("score_form", gone)).status_code == 404  # who was ever on a card is not told by its number
    assert not CardScore.objects.exists()


# --- the day ----------------------------------------------------------------------------------------------------------


def test_a_day_is_signed_by_its_keeper_and_seen_by_a_parent(card, tutor, client_for, as_role):
    score(card, FRIDAY, "211", by=tutor)
    client, address = client_for(tutor), page("card_sign", card)
    blank = client.get(page("card_detail", card)).context["sign"].initial["seen"]
    client.post(address, {"day": "2026-11-20", "do": "sign", "note": "A steady day", "seen": blank})
    late = as_role(Role.HEAD_OF_YEAR).post(address, {"day": "2026-11-20", "do": "sign", "note": "Mine", "seen": blank})
    assert "Now it says: A steady day" in late.content.decode()
    client.post(address, {"day": "2026-11-20", "do": "seen", "on": "2026-11-20", "how": "Signed the paper card"})
    held = CardDay.objects.get()
    assert (held.signed_by, held.note, held.parent_how) == (tutor, "A steady day", "Signed the paper card")
    assert (
        client.post(address, {"day": "2026-11-20", "do": "seen", "on": "2026-11-30", "how": "E-mail"}).status_code
        == 422
    )
    shown = client.get(page("card_detail", card)).content.decode()
    assert "4 of 6 points, 66 %" in shown
    assert "a lesson was scored since" not in shown
    CardScore.objects.filter(period="P1").update(at=held.signed_at + timedelta(minutes=5))
    assert "a lesson was scored since" in client.get(page("card_detail", card)).content.decode()
    assert as_role(Role.DSL).post(address, {"do": "sign"}).status_code == 403


def test_the_list_says_what_today_and_yesterday_lack(card, tutor, kai, client_for):
    for period, letters in (("P1", "/"), ("P2", "N"), ("P3", "/")):
        lesson(kai, FRIDAY, period, letters)
    score(card, FRIDAY, "2", by=tutor)
    score(card, date(2026, 11, 19), "20", by=tutor)
    client = client_for(tutor)
    (row,) = client.get(LIST).context["page"].rows
    assert (row.scored, row.expected, row.unsigned, row.percent) == (1, 2, (date(2026, 11, 19),), 66)
    card.targets.filter(order=2).update(is_retired=True)
    (row,) = client.get(LIST).context["page"].rows
    assert (row.targets, row.seen_day, row.seen_on) == (("I arrive on time",), date(2026, 11, 19), None)
    assert "not yet Thu 19 Nov" in client.get(LIST).content.decode()
    client.post(page("card_sign", card), {"day": "2026-11-19", "do": "seen", "on": "2026-11-20", "how": "E-mail"})
    assert "saw Thu 19 Nov" in client.get(LIST).content.decode()
    needs = client.get(reverse("core:needs_now")).content.decode()
    assert "?show=sign" in needs
    assert len(client.get(f"{LIST}?show=sign").context["page"].rows) == 1
    blank = client.get(page("card_detail", card), {"day": "2026-11-19"}).context["sign"].initial["seen"]
    client.post(page("card_sign", card), {"day": "2026-11-19", "do": "sign", "seen": blank})
    assert client.get(f"{LIST}?show=sign").context["page"].rows == []


def test_away_all_day_no_lesson_waits(card, kai, client_for):
    for day in (FRIDAY, date(2026, 11, 13)):
        lesson(kai, date(2026, 11, 13), "P1", teacher="PHE012") if day != FRIDAY else None
    SessionMarkFactory(student=kai, date=FRIDAY, letters="I")
    (row,) = to_score(UserFactory(staff_code="PHE012"), FRIDAY, card.opened_at.replace(year=2026, month=11, day=20))
    assert row.is_away
    client = client_for(card.keeper)
    assert client.get(LIST).context["page"].rows[0].expected == 0
    score(card, FRIDAY, "2", by=card.keeper)
    assert client.get(LIST).context["page"].rows[0].expected == 1
    assert client.get(page("card_detail", card)).context["page"].expected == 1


# --- the rule ---------------------------------------------------------------------------------------------------------


def days_of(*shares):
    return [DayPoints(day, got, 10, 5) for day, got in zip(DAYS, shares, strict=False) if got is not None]


RULE = StopRule(80, 3, DAYS)


@pytest.mark.parametrize(
    ("shares", "on", "proposes", "why"),
    [
        ((8, 8, 8), DAYS[3], "end", "reached Mon 9 Nov to Wed 11 Nov"),
        ((8, 8, 7, 8), DAYS[3], "", "1 of 3 days"),
        ((8, None, 8, 8), DAYS[3], "end", "reached Mon 9 Nov to Thu 12 Nov"),
        ((8, 8, 8, 0, 0, 0), DAYS[-1], "end", "reached"),
        ((8, 8, 0, 8, 8, 0), DAYS[-1], "", "0 of 3 days"),
        ((8, 8, 0, 8, 8, 0), date(2026, 11, 23), "up", "longest run was 2 days, and 53 % of all points"),
        ((8, 8, None, None, None), date(2026, 11, 23), "renew", "Scored on 2 of 10 days only"),
        ((), date(2026, 11, 23), "renew", "Scored on 0 of 10 days only"),
    ],
)
def test_the_rule_proposes_and_says_why(shares, on, proposes, why):
    verdict = verdict_of(RULE, days_of(*shares), on)
    assert verdict.proposes == proposes
    assert why in verdict.why


def test_a_share_just_under_is_not_met_and_the_highest_level_goes_no_higher():
    just_under = DayPoints(DAYS[0], 799, 1000, 5)
    assert not RULE.is_met(just_under)
    assert RULE.is_met(DayPoints(DAYS[0], 800, 1000, 5))
    top = StopRule(80, 3, DAYS, is_top=True)
    assert verdict_of(top, days_of(*[0] * 10), date(2026, 11, 23)).proposes == "renew"


# --- reach, paper, cost -----------------------------------------------------------------------------------------------


def test_cards_of_others_are_not_listed_and_paper_holds_the_week(card, tutor, client_for, as_role):
    score(card, MONDAY, "1", by=tutor)
    assert card.student.sort_name not in as_role(Role.FORM_TUTOR, "9C").get(LIST).content.decode()
    sheet = client_for(tutor).get(page("card_print", card), {"day": "2026-11-18"})
    held = sheet.context["sheet"]
    assert [each.day for each in held.days] == [date(2026, 11, day) for day in range(16, 21)]
    assert (held.days[0].rows[0].scores, held.before, held.after) == (("1", ""), None, date(2026, 11, 23))
    assert "Disruption in four subjects" not in sheet.content.decode()


@pytest.mark.parametrize("url", [LIST, SCORE, f"{SCORE}?q=Quillfeather", f"{LIST}?show=ended"])
def test_three_and_thirty_cards_cost_the_same(seeded, friday, client_for, url):
    tutor = staff(Role.FORM_TUTOR, "9B", staff_code="PHE012")
    client = client_for(tutor)
    students = enrol("9B", count=30, legal_surname="Quillfeather")
    ended = {"outcome": "ended", "ended_by": tutor, "ended_at": "2026-11-20T09:00Z"} if "ended" in url else {}

    def cost(some):
        for student in some:
            made = card_of(student, keeper=tutor, **ended)
            score(made, FRIDAY, "21", by=tutor)
            score(made, MONDAY, "21", by=tutor)
            lesson(student, FRIDAY, "P3")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    few = cost(students[:3])
    assert cost(students[3:]) == few <= 12


@pytest.mark.parametrize("name", ["card_detail", "card_print", "card_end", "score_form"])
def test_a_card_costs_the_same_with_a_day_and_with_weeks_of_scores(card, tutor, kai, client_for, name):
    client = client_for(tutor)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(name, card)).status_code == 200
        return len(queries)

    score(card, FRIDAY, "2", by=tutor)
    lesson(kai, FRIDAY, "P1", teacher="PHE012")
    few = cost()
    for day in DAYS[5:9]:
        score(card, day, "21012", by=tutor)
        for period in ("P2", "P3", "P4"):
            lesson(kai, day, period)
    assert cost() == few <= 12
