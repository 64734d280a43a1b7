"""Good news home: who is owed some, told to one or to many, and who told whom when."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from behaviour.forms.recognition import GoodNewsForm
from behaviour.models import GoodNews
from behaviour.services import recognition as services
from pastoral.core.requests import StaffRequest
from pastoral.core.rights import Right, right_required
from pastoral.core.withdrawal import withdrawn_already
from pastoral.core.words import asked_for, keys_read
from reports.conduct.asked import Asked
from reports.conduct.lists import Choices
from reports.recognition.good_news import GoodNewsPage
from reports.recognition.tutors import UNHEARD, tutor_lines
from reports.views.recognition_rooms import GOOD_NEWS, rooms_for
from students.files import offered_as_file
from students.models import Student

TAKEN_BACK = "Noted by mistake"
TOLD, TUTORS = "told", "tutors"


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(Right.AWARD)
@offered_as_file("Good news home")
def good_news(request: StaffRequest) -> HttpResponse:
    """List whom good news is owed, or what was told; take what was told to the students ticked."""
    today = timezone.localdate()
    asked = Asked.of(request, today)
    form = GoodNewsForm(request.POST or None, initial={"told_on": today, "how": GoodNews.How.PHONE})
    fault = ""
    if request.method == "POST":
        students = _ticked(request)
        if not students:
            fault = "Tick a student first, or use the button of the row."
        elif form.is_valid():
            told = services.good_news_tell(students=students, by=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _said(told, len(students)))
            return redirect(asked.url(GOOD_NEWS))
    page = GoodNewsPage.load(request.user, asked, today)
    show, cursor = asked_for(request, "show"), asked_for(request, "before")
    shown = {TOLD: page.told_page, UNHEARD: page.unheard_page}.get(show, page.owed_page)
    context = {
        "asked": asked,
        "rooms": rooms_for(request.user, GOOD_NEWS, asked),
        "held": page,
        "page": shown(cursor),
        "show": show,
        "lines": tutor_lines(page.people, page.heard, asked, today) if show == TUTORS else [],
        "shows": [
            (asked.url(GOOD_NEWS), f"Owed {len(page.owed)}", show not in (TOLD, UNHEARD, TUTORS)),
            (asked.url(GOOD_NEWS, show=TOLD), f"Told {len(page.told)}", show == TOLD),
            (asked.url(GOOD_NEWS, show=UNHEARD), f"Heard nothing {len(page.unheard)}", show == UNHEARD),
            (asked.url(GOOD_NEWS, show=TUTORS), "By tutor", show == TUTORS),
        ],
        "form": form,
        "fault": fault,
        "choices": Choices.of(page.everybody, ()),
        "windows": asked.window_choices(GOOD_NEWS),
        "narrowed": asked.in_words,
        "all_url": Asked(asked.windows, asked.window).url(GOOD_NEWS),
    }
    return render(request, "reports/good_news.html", context, status=422 if fault or form.errors else 200)


@require_POST
@right_required(Right.AWARD)
def good_news_withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back what was noted: for whoever noted it, and for those who lead the student's behaviour."""
    held = get_object_or_404(GoodNews.objects.visible_to(request.user), pk=pk)
    back = Asked.of(request, timezone.localdate()).url(GOOD_NEWS, show=TOLD)
    if answer := withdrawn_already(request, held, back):
        return answer
    led = Student.objects.with_right(request.user, Right.REVIEW_INCIDENTS).filter(pk=held.student_id)
    if held.told_by_id == request.user.pk or led.exists():
        services.withdrawn(record=held, because=TAKEN_BACK, by=request.user, now=timezone.now())
        messages.success(request, "Taken back: good news is owed again.")
    else:
        messages.error(request, "It is taken back by whoever noted it, or by the Head of Year.")
    return redirect(back)


def _ticked(request: StaffRequest) -> list[Student]:
    """Return the students of the row's button, else of the ticks, that the person may reward."""
    one = request.POST.get("one", "")
    sent = [one] if one else request.POST.getlist("student")
    return list(Student.objects.with_right(request.user, Right.AWARD).filter(pk__in=keys_read(sent)))


def _said(told: int, asked: int) -> str:
    if not told:
        return "That was noted already."
    held = f"; {asked - told} noted already" if asked > told else ""
    return f"Noted: good news of {told} student{'s' * (told != 1)} told{held}."
