"""Lists whose files are read off their own pages: same filters, same rows, same rights, all of it and not one page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse
from django.utils import timezone

from pastoral.core.exports import handed_out
from pastoral.core.pagetable import table_read
from pastoral.core.paging import everything_shown
from pastoral.core.requests import StaffRequest
from pastoral.core.spreadsheets import FORMATS
from pastoral.core.templatetags.pastoral import day
from pastoral.core.words import asked_for
from students.scopes import scope_of

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]


def offered_as_file(title: str) -> Callable[[View[P]], View[P]]:
    """Let a list be taken as CSV or XLSX: the page gets both buttons, and `format` in its address answers with a file.

    title: what the file is called. A list with a table of its own hands that out itself and needs none of this.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answered(request: StaffRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            how = asked_for(request, "format")
            if request.method != "GET" or how not in FORMATS:
                setattr(request, "offers_files", request.method == "GET")  # noqa: B010 - read by base.html
                return view(request, *args, **kwargs)
            with everything_shown():
                page = view(request, *args, **kwargs)
            if page.status_code != 200:
                return page
            return _file(request, title, how, page.content.decode())

        return answered

    return decorate


def _file(request: StaffRequest, title: str, how: str, page: str) -> HttpResponse:
    today = timezone.localdate()
    about = (f"{title}, as at {day(today)}", f"Asked for: {request.GET.urlencode() or 'everything'}")
    name = request.resolver_match.view_name if request.resolver_match else title
    return handed_out(
        request,
        table_read(page, title=title, about=about),
        how,
        subject=f"list:{name}",
        reason=", ".join(map(str, scope_of(request.user).assignments)),
        name=f"{title} {today:%Y-%m-%d}",
    )
