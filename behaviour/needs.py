"""What of behaviour needs somebody now, as lines of the strip."""

from collections.abc import Iterator

from django.urls import reverse

from behaviour.models import Detention, DslConcern
from pastoral.core.needs import Line, Look, Tone
from pastoral.core.rights import Right


def lines(look: Look) -> Iterator[Line]:
    """Return what waits: concerns that no DSL has read, detentions that nobody has settled; a query for each."""
    if look.user.may(Right.READ_DSL_CONCERNS):
        unread = DslConcern.objects.visible_to(look.user).filter(read_at=None).count()
        if unread:
            label = f"concern{'s' * (unread != 1)} to read"
            yield Line(label, f"{reverse('behaviour:concern_list')}?show=unread", 5, unread, tone=Tone.BAD)
    yield from _detentions(look)


def _detentions(look: Look) -> Iterator[Line]:
    if not look.user.may(Right.SET_DETENTIONS):
        return
    kept = Detention.objects.with_right(look.user, Right.SET_DETENTIONS)
    if number := kept.unsettled(look.day).count():
        label = f"detention{'s' * (number != 1)} to settle"
        yield Line(label, f"{reverse('behaviour:detention_list')}?show=settle", 30, number, tone=Tone.WARN)
