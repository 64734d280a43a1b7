"""Packs that were made of the student, and to whom they were given."""

from collections.abc import Iterator, Sequence
from typing import Any

from pastoral.core.rights import Right
from reports.chronology.entries import Ask, Entry, Kind, Source, logged, moment
from reports.models import Pack, PackHandover


def _lists(ask: Ask) -> Sequence[Any]:
    packs = Pack.objects.visible_to(ask.user).standing(student=ask.student).exclude(frozen_at=None)
    given = PackHandover.objects.filter(ask.days("given_on"), withdrawn_at=None, pack__in=packs.values("pk"))
    return [
        packs.filter(ask.moments("frozen_at")).select_related("profile", "built_by").defer("snapshot"),
        given.select_related("pack__profile", "by").defer("pack__snapshot"),
    ]


def _entries(ask: Ask, packs: Sequence[Pack], given: Sequence[PackHandover]) -> Iterator[Entry]:
    for pack in packs:
        if pack.frozen_at:
            yield Entry(
                f"pack:{pack.pk}",
                kind=Kind.PACK,
                title=f"Pack made: {pack.profile}",
                words=f"Asked for by {pack.asked_by}: {pack.asked_because}",
                who=pack.built_by.formal_name,
                url=ask.link(Right.BUILD_PACKS, "reports:pack_detail", pack.pk),
                **moment(pack.frozen_at),
            )
    for each in given:
        whom = f"{each.given_to}, {each.organisation}" if each.organisation else each.given_to
        yield Entry(
            f"handover:{each.pk}",
            each.given_on,
            Kind.PACK,
            f"Pack given to {whom}: {each.pack.profile}",
            each.get_how_display(),
            who=each.by.formal_name,
            url=ask.link(Right.BUILD_PACKS, "reports:pack_detail", each.pack_id),
            logged_at=logged(each.given_on, each.logged_at),
        )


SOURCES = (Source(frozenset({Kind.PACK}), _lists, _entries, frozenset({Right.BUILD_PACKS})),)
