"""Packs for tests."""

import io
import json
from datetime import date
from typing import Any, NamedTuple
from uuid import uuid4

import pikepdf
from django.utils import timezone

from pastoral.core.models import Job, User
from pastoral.core.rights import Right, Role
from reports.drawn import drawn_save
from reports.models import Pack, PackHandover, PackProfile
from reports.packs.freezing import frozen_of
from reports.packs.making import pack_ask, pack_build
from reports.packs.sections import SECTIONS
from reports.packs.source import source_of
from students.models import Student
from tests.factories import staff

FIRST, LAST = date(2026, 9, 1), date(2026, 11, 20)
YEAR_END = date(2027, 8, 31)  # what is logged by default is of the real day


def pack_of(student: Student, by: User, *, profile: str = "access", build: bool = True, **facts: Any) -> Pack:
    """Ask for a pack of the term, with every section that the profile does not rule out, and build it."""
    kind = PackProfile.objects.get(slug=profile)
    known = {
        "student": student,
        "profile": kind,
        "asked_by": "The local authority",
        "asked_because": "A panel meets",
        "first": FIRST,
        "last": LAST,
        "sections": list(kind.rules.exclude(rule="never").values_list("section", flat=True)),
    }
    pack = pack_ask(token=uuid4(), facts=known | facts, by=by)
    if build:
        assert pack.job_id
        pack_build(pack.job_id)
        pack.refresh_from_db()
        assert pack.drawn_at, Job.objects.get(pk=pack.job_id).message
    return pack


def laid_pack(student: Student, by: User, **facts: Any) -> Pack:
    """A pack as if it had been built: an empty page, which nobody had to draw."""
    empty = io.BytesIO()
    with pikepdf.new() as page:
        page.add_blank_page()
        page.save(empty)
    token = uuid4()
    drawn_save(f"packs/{token}.pdf", empty.getvalue())
    now = timezone.now()
    return Pack.objects.create(
        token=token, student=student, profile=PackProfile.objects.get(slug="access"), asked_by="A parent",
        asked_because="Subject access", first=FIRST, last=LAST, sections=["family"], built_by=by, frozen_at=now,
        snapshot={"parts": []}, snapshot_sha256="0" * 64, file=f"packs/{token}.pdf", pages=1, size=1,
        sha256="0" * 64, drawn_at=now, **facts,
    )  # fmt: skip


def packs_of(ours: Student, other: Student) -> dict[str, tuple[object, ...]]:
    """A pack that was given to somebody about a student of 9B and one of 8A, and a restricted one of 9B."""
    world: dict[str, tuple[object, ...]] = {
        "profile of packs": (PackProfile.objects.values_list("pk", flat=True)[0],),
    }
    by = staff(Role.SLT)
    for student, group in ((ours, "9B"), (other, "8A")):
        pack = laid_pack(student, by)
        given = PackHandover.objects.create(
            token=uuid4(), pack=pack, given_to="Ms Ray", how="post", given_on=LAST, by=by
        )
        world |= {f"pack of {group}": (pack.pk,), f"handover of {group}": (pack.pk, given.pk)}
    few = laid_pack(ours, by, takes_restricted=True, needs=[str(Right.SEE_RESTRICTED)])
    return world | {"restricted pack of 9B": (few.pk,)}


class Built(NamedTuple):
    """What a pack says, "" for none, and the rights of whoever opens it."""

    text: str
    needs: frozenset[str]


def snapshot_for(student: Student, user: User, *, chooses: bool) -> Built:
    """Return what a pack with every section would say, built by this person."""
    profile = PackProfile(slug="every", name="Every section")
    profile.save()
    pack = Pack(
        token=uuid4(), student=student, profile=profile, asked_by="x", asked_because="x", first=FIRST, last=YEAR_END,
        sections=[section.key for section in SECTIONS], takes_restricted=chooses, takes_dsl=chooses, built_by=user,
    )  # fmt: skip
    source = source_of(pack, user, LAST)
    frozen = frozen_of(pack, source) if source else None
    profile.delete()
    if frozen is None:
        return Built("", frozenset())
    return Built(json.dumps(frozen.snapshot, ensure_ascii=False), frozenset({*frozen.needs, str(Right.BUILD_PACKS)}))
