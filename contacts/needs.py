"""What of contacts needs somebody now, as lines of the strip, all counted in one query with other apps'."""

from collections.abc import Iterator

from django.urls import reverse

from attendance.summaries.today import today_of
from contacts import needs_agencies
from contacts.models import Enquiry, LetterCopy, Message, Share
from contacts.moments import day_ends
from contacts.summaries.acknowledging import is_afternoon
from contacts.summaries.calling_counts import one_a_family, overdue, to_call_now
from contacts.summaries.promises import steps_due, steps_left, tries_due, tries_left
from contacts.summaries.seen import reviews_due
from contacts.summaries.wrong_numbers import wrong_numbers
from pastoral.core.needs import Counted, Look, Tone
from pastoral.core.rights import Right
from students.scopes import scope_of


def lines(look: Look) -> Iterator[Counted]:
    """Return what waits for the person."""
    yield from _enquiries(look)
    yield from _letters(look)
    yield from _wrong_numbers(look)
    yield from _first_calls(look)
    yield from needs_agencies.lines(look)
    if look.user.may(Right.MARK_SEEN):
        due = reviews_due(look.user, look.day, is_mine=True)
        address = reverse("contacts:seen_reviews")
        yield Counted((due,), "student to see again", "students to see again", address, 34, Tone.WARN)
    yield from _own(look)


def _enquiries(look: Look) -> Iterator[Counted]:
    """Return whose enquiries are to be acknowledged by today, an alarm from 14:30 on, and which are followed up."""
    if not look.user.may(Right.KEEP_ENQUIRIES):
        return
    address = reverse("contacts:enquiry_list")
    mine = Enquiry.objects.visible_to(look.user)
    owed = mine.owed_reply().came_to_be_told_by(look.day, day_ends(look.day))
    if is_afternoon(look.now) and look.once(today_of).is_school_day:
        one, many, tone = "family not yet acknowledged today", "families not yet acknowledged today", Tone.BAD
    else:
        one, many, tone = "enquiry to acknowledge", "enquiries to acknowledge", Tone.WARN
    yield Counted((owed,), one, many, f"{address}?show=owed", 6, tone)
    due = mine.open().filter(owner=look.user, follow_up_on__lte=look.day).exclude(acknowledged_at=None)
    one, many = "enquiry to follow up", "enquiries to follow up"
    yield Counted((due,), one, many, f"{address}?show=due", 31, Tone.WARN)


def _own(look: Look) -> Iterator[Counted]:
    """Return the next steps that are due, whom to try again, and what colleagues shared and wait for."""
    user = look.user
    if user.may(Right.LOG_CONTACTS):
        address = reverse("contacts:promise_list")
        due = steps_due(user, look.day)
        yield Counted((due,), "next step promised", "next steps promised", f"{address}?show=due", 31, Tone.WARN)
        if user.may(Right.KEEP_ENQUIRIES):
            one, many = "promise of a colleague who left", "promises of colleagues who left"
            left = (steps_left(user, look.day), tries_left(user, look.day))
            yield Counted(left, one, many, f"{address}?show=left", 31, Tone.WARN)
        tries = tries_due(user, look.now)
        yield Counted((tries,), "call to try again", "calls to try again", f"{address}?show=tries", 32, Tone.WARN)
    if user.may(Right.SEE_CONTACTS):
        unread, address = Share.objects.filter(to=user).unread(), f"{reverse('contacts:share_list')}?show=unread"
        yield Counted((unread,), "entry shared with you", "entries shared with you", address, 33)


def _letters(look: Look) -> Iterator[Counted]:
    """Return the e-mails that failed, came back or broke off, and the copies that were made and have not gone out."""
    if not look.user.may(Right.SEND_LETTERS) and not look.user.may(Right.KEEP_ENQUIRIES):
        return
    undelivered = Message.objects.visible_to(look.user).to_decide(look.now)
    one, many = "e-mail that did not arrive", "e-mails that did not arrive"
    yield Counted((undelivered,), one, many, reverse("contacts:outbox"), 33, Tone.WARN)
    if not look.user.may(Right.SEND_LETTERS):
        return
    unsent = LetterCopy.objects.sendable_by(look.user).unsent().exclude(channel="email", message__isnull=False)
    yield Counted((unsent,), "letter to send", "letters to send", reverse("contacts:copy_queue"), 66)


def _wrong_numbers(look: Look) -> Iterator[Counted]:
    """Return the numbers to put right: for who keeps the school's records, and who keeps its attendance."""
    keeps = Right.SET_ABSENCE_CODES in scope_of(look.user).rights_over(None)
    if keeps or look.user.may(Right.IMPORT_FILES):
        address = reverse("contacts:wrong_numbers")
        one, many = "wrong number to put right", "wrong numbers to put right"
        yield Counted((wrong_numbers(look.user),), one, many, address, 72)


def _first_calls(look: Look) -> Iterator[Counted]:
    """Return how many families are to be called now, and whether a step is overdue for some."""
    if not look.user.may(Right.MAKE_FIRST_CALLS):
        return
    address = reverse("contacts:call_queue")
    families = one_a_family(to_call_now(look))
    yield Counted((families,), "family to call", "families to call", f"{address}?show=now", 21, Tone.WARN)
    label = "First-day steps overdue"
    yield Counted((overdue(look),), label, label, f"{address}?show=due", 3, Tone.BAD, shows_number=False)
