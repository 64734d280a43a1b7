"""What of the imports needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.db.models import Q, Subquery

from pastoral.core.models import ImportRun
from pastoral.core.needs import Line, Look, Tone
from pastoral.core.rights import Right

Status = ImportRun.Status


def lines(look: Look) -> Iterator[Line]:
    """Return the files of the last import that have faults, in one query."""
    if not look.user.may(Right.IMPORT_FILES):
        return
    runs = ImportRun.objects.visible_to(look.user).exclude(status=Status.DROPPED)
    newest = runs.order_by("-started_at", "-pk")
    last = Q(pk=Subquery(newest.values("pk")[:1])) | Q(job=Subquery(newest.values("job")[:1]))
    faulty = Q(status=Status.REFUSED) | Q(refused__gt=0)
    for run in runs.filter(last, faulty).order_by("file_name"):
        yield _line(run)


def _line(run: ImportRun) -> Line:
    url, label = run.get_absolute_url(), f"{run.file_name} of the last import"
    if run.status == Status.REFUSED:
        return Line(label, url, 90, state="refused whole", tone=Tone.BAD)
    return Line(label, url, 90, state=f"{run.refused} line{'s' * (run.refused != 1)} refused", tone=Tone.WARN)
