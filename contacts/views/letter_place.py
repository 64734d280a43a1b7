"""The latest letters about one student: on their page and, of attendance alone, on their penalty notices' case (T7)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.summaries.reach import reached
from contacts.merging import STAGES
from contacts.models import Letter, LetterTemplate
from contacts.summaries.letters import letter_rows
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.words import asked_for

LATEST = 5
OF_ATTENDANCE = STAGES | {LetterTemplate.Kind.MINUTES_LATE}


@never_cache
@require_safe
@right_required(Right.SEE_CONTACTS)
def letter_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the letters that stand, the last made first, with how many of their marks changed since."""
    who = reached(request.user, [pk]).get(pk)
    if who is None or Right.SEE_CONTACTS not in who.rights:
        raise Http404("no student whose contacts this person may see")
    is_case = asked_for(request, "about") == "attendance"
    letters = Letter.objects.visible_to(request.user).shown(timezone.localdate()).filter(student=pk, withdrawn_at=None)
    letters = letters.filter(step__in=OF_ATTENDANCE) if is_case else letters
    context = {
        "rows": letter_rows(list(letters.order_by("-made_at", "-pk")[:LATEST])),
        "who": who,
        "is_case": is_case,
        "may_send": Right.SEND_LETTERS in who.rights and who.is_on_roll(timezone.localdate()),
    }
    return render(request, "contacts/_letter_place.html", context)
