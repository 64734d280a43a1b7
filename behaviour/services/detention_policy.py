"""Writes to the school's policy of detentions: its levels, and the days on which some are held."""

from collections.abc import Sequence
from datetime import time
from typing import NamedTuple

from django.db import transaction

from behaviour.models import DetentionDays, DetentionLevel
from behaviour.services.detentions import NotSo
from behaviour.summaries.detentions import policy_version
from pastoral.core.versions import Overtaken


class Rung(NamedTuple):
    """One rung of the policy, as the settings page sends it."""

    name: str
    minutes: int
    starts_at: time
    place: str


@transaction.atomic
def policy_keep(rungs: Sequence[Rung], *, seen: str, on_saturdays: bool, on_inset_days: bool) -> None:
    """Keep the school's policy: the rungs that stand, new ones above them, and the days besides school days.

    seen: the `policy_version` as the page was made; what it was stays in the history, and detentions keep the name of
    their level. A rung that is held is never taken away: detentions name it.
    Raises NotSo where two have the same name, and Overtaken unless it says the same already.
    """
    if len({rung.name.casefold() for rung in rungs}) < len(rungs):
        raise NotSo("Two levels have the same name: give each its own.")
    list(DetentionLevel.objects.select_for_update())
    before = policy_version()
    DetentionLevel.objects.bulk_create(
        (DetentionLevel(number=number, **rung._asdict()) for number, rung in enumerate(rungs, 1)),
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["name", "minutes", "starts_at", "place"],
    )
    days = {"on_saturdays": on_saturdays, "on_inset_days": on_inset_days}
    DetentionDays.objects.update_or_create(only=True, defaults=days)
    if before not in (seen, policy_version()):
        raise Overtaken
