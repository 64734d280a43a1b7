"""What of behaviour needs somebody now, as lines of the strip, all counted in one query with other apps'."""

from collections.abc import Iterator

from django.urls import reverse

from behaviour.away_work import absent_to_set, suspended_to_set
from behaviour.models import (
    BullyingCase,
    Detention,
    DslConcern,
    IncidentType,
    Involvement,
    OnCall,
    RobinAnswer,
    Suspension,
)
from behaviour.summaries.cards import cards_to_sign
from behaviour.summaries.case_register import with_check_due
from behaviour.summaries.inbox import waiting_in_inbox
from behaviour.summaries.scoring import running_on, scored_by
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right
from students.calendar import academic_year_of, academic_year_start
from students.lessons import lessons


def lines(look: Look) -> Iterator[Counted]:
    """Return what waits: concerns, calls for help, incidents not looked at, parents not reached, detentions, cards."""
    if look.user.may(Right.READ_DSL_CONCERNS):
        unread = DslConcern.objects.visible_to(look.user).filter(read_at=None)
        address = f"{reverse('behaviour:concern_list')}?show=unread"
        yield Counted((unread,), "concern to read", "concerns to read", address, 5, Tone.BAD)
    if look.user.may(Right.CHANGE_SETTINGS):
        unplaced, address = IncidentType.objects.unplaced(), reverse("behaviour:catalogue")
        yield Counted((unplaced,), "type of incident to place", "types of incident to place", address, 70)
    yield from _calls(look)
    yield from _incidents(look)
    yield from _cases(look)
    yield from _detentions(look)
    yield from _suspensions(look)
    yield from _cards(look)
    owed = RobinAnswer.objects.visible_to(look.user).owed()
    yield Counted((owed,), "student to write about", "students to write about", reverse("behaviour:answer_list"), 62)


def _incidents(look: Look) -> Iterator[Counted]:
    """Return what the year team has not looked at, and whom the person has to call about what was acted on."""
    user = look.user
    if user.may(Right.REVIEW_INCIDENTS):
        waiting = waiting_in_inbox(user, look.day)
        yield Counted((waiting,), "incident to look at", "incidents to look at", reverse("behaviour:inbox"), 28)
    if user.may(Right.SEE_BEHAVIOUR_NARRATIVE):
        owed = Involvement.objects.owed_by(user)
        address = f"{reverse('behaviour:duty_list')}?show=mine"
        one, many = "parent to reach about an incident", "parents to reach about incidents"
        yield Counted((owed,), one, many, address, 29, Tone.WARN)


def _cases(look: Look) -> Iterator[Counted]:
    """Return the cases in which a target is to be asked again within a week, or should have been."""
    if look.user.may(Right.KEEP_CASES):
        due = with_check_due(BullyingCase.objects.visible_to(look.user), look.day)
        address = reverse("behaviour:case_checks")
        one, many = "bullying check due this week", "bullying checks due this week"
        yield Counted((due,), one, many, address, 27, Tone.WARN)


def _calls(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.ANSWER_CALLS):
        calls = OnCall.objects.visible_to(look.user).open()
        address = reverse("behaviour:on_call_open")
        yield Counted((calls,), "call for help", "calls for help", address, 1, Tone.BAD)


def _detentions(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.SET_DETENTIONS):
        unsettled = Detention.objects.with_right(look.user, Right.SET_DETENTIONS).unsettled(look.day)
        address = f"{reverse('behaviour:detention_list')}?show=settle"
        yield Counted((unsettled,), "detention to settle", "detentions to settle", address, 30, Tone.WARN)


def _suspensions(look: Look) -> Iterator[Counted]:
    if look.user.may(Right.KEEP_SUSPENSIONS):
        kept = Suspension.objects.with_right(look.user, Right.KEEP_SUSPENSIONS)
        untold = kept.untold(academic_year_start(academic_year_of(look.day)), look.day)
        address = f"{reverse('behaviour:suspension_list')}?show=untold"
        one, many = "suspension: parents or LA not told", "suspensions: parents or LA not told"
        yield Counted((untold,), one, many, address, 4, Tone.BAD)
    if look.user.may(Right.ARRANGE_WORK):
        waiting = (suspended_to_set(look.user, look.day), absent_to_set(look.user, look.day))
        one, many = "student away without work set", "students away without work set"
        yield Counted(waiting, one, many, reverse("behaviour:work_list"), 31, Tone.WARN)


def _cards(look: Look) -> Iterator[Counted]:
    """Return what a keeper has not signed, and whether somebody on a card is in the person's lessons today."""
    user, running = look.user, running_on(look.day)
    yield Counted(
        (cards_to_sign(user, look.day),),
        "report card to sign",
        "report cards to sign",
        f"{reverse('behaviour:card_list')}?show=sign",
        60,
        Tone.WARN,
    )
    mine = running.filter(student__in=lessons().taught_by(user.staff_code, look.day))
    words = "Report cards to score in your lessons"
    address = reverse("behaviour:score_list")
    yield Counted((mine.exclude(pk__in=scored_by(user, look.day)),), words, words, address, 61, shows_number=False)
