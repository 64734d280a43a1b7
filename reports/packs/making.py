"""Writes of packs: asked for, frozen, drawn part by part, joined; withdrawn; handed over."""

import hashlib
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from pastoral.core.models import Job, User
from pastoral.core.services import job_fail, job_finish, job_guarded, job_start, job_step, job_total
from reports.drawn import drawn_save
from reports.models import Pack, PackHandover, PackName, PackPart
from reports.packs.drawing import part_draw, whole_draw
from reports.packs.freezing import frozen_of
from reports.packs.source import source_of

TASK = "reports.tasks.packs_job"
FOLDER = "packs"
GONE = "The student, or the right to build their packs, is no longer yours: nothing was built."
EMPTY = "Nothing is on record in the sections and days that were chosen: there is nothing to build."


@transaction.atomic
def pack_ask(*, token: UUID, facts: Mapping[str, Any], by: User) -> Pack:
    """Have a pack built by a worker; a second sending of the same form finds the first one's. The job names nobody."""
    pack, is_new = Pack.objects.get_or_create(
        token=token, defaults={**facts, "built_by": by, "built_at": timezone.now(), "needs": []}
    )
    if is_new:
        pack.job = job_start(title=f"Pack: {pack.profile.name}", task=TASK, payload={"pack": pack.pk}, by=by)
        pack.save(update_fields=["job"])
    return pack


def pack_build(job_id: int) -> None:
    """Freeze what is not frozen, draw what is not drawn, and join it; a second run goes on where the first was."""
    with job_guarded(job_id):
        key = Job.objects.values_list("payload", flat=True).get(pk=job_id)["pack"]
        if fault := pack_freeze(key):
            job_fail(job_id, fault)
            return
        pack = Pack.objects.get(pk=key)
        if pack.drawn_at is None:
            _draw(pack, job_id)
            pack.refresh_from_db()
        parts_let_go(pack)
        words = f"{pack.pages} pages, ready to download"
        job_finish(job_id, message=words, result_url=reverse("reports:pack_detail", args=[key]))


@transaction.atomic
def pack_freeze(key: int) -> str:
    """Freeze the pack once; return why it cannot be, "" where it is."""
    pack = _locked(key)
    if pack.frozen_at is not None:
        return ""
    source = source_of(pack, pack.built_by, timezone.localdate())
    if source is None:
        return GONE
    frozen = frozen_of(pack, source)
    if not frozen.snapshot["parts"]:
        return EMPTY
    pack.snapshot, pack.snapshot_sha256, pack.needs = frozen.snapshot, frozen.sha256, list(frozen.needs)
    pack.takes_restricted, pack.takes_dsl = source.takes_restricted, source.takes_dsl
    pack.frozen_at, pack.doubtful = timezone.now(), list(frozen.doubtful)
    pack.save()
    PackName.objects.bulk_create(
        PackName(pack=pack, mark=mark, student_id=student, is_named=student in frozen.named)
        for mark, student in frozen.marks.items()
    )
    PackPart.objects.bulk_create(
        PackPart(
            pack=pack,
            order=order,
            section=part["section"],
            title=part["exhibit"]["title"][:200],
            exhibit=part["exhibit"]["mark"],
            day=part["exhibit"]["day"],
        )
        for order, part in enumerate(frozen.snapshot["parts"])
    )
    return ""


def _locked(key: int) -> Pack:
    held = Pack.objects.select_for_update(of=("self",))
    return held.select_related("student", "profile", "case", "suspension__incident", "incident", "built_by").get(pk=key)


def _draw(pack: Pack, job_id: int) -> None:
    """Draw each part that is missing, then the whole; the job's steps are the parts and the joining."""
    parts = list(pack.parts.order_by("order"))
    done = sum(part.drawn_at is not None for part in parts)
    job_total(job_id, len(parts) + 1, done)
    for part in parts:
        if part.drawn_at is None:
            part_keep(pack, part)
            job_step(job_id, message=part.title)
    job_step(job_id, done=0, message="Joining the parts")
    pack_join(pack)


def part_keep(pack: Pack, part: PackPart) -> None:
    """Draw one part and keep it until the whole is joined; drawn again, it takes the place of the first."""
    drawn = part_draw(pack.snapshot, part.order)
    path = f"{_folder(pack)}/{part.order:04d}.pdf"
    drawn_save(path, drawn.data)
    part.file, part.pages, part.drawn_at = path, drawn.pages, timezone.now()
    part.save(update_fields=["file", "pages", "drawn_at"])


def pack_join(pack: Pack) -> None:
    """Join the parts into the one file of the pack; done once, whoever else does the same."""
    parts = list(pack.parts.order_by("order"))
    with ExitStack() as held:
        files: list[Any] = [held.enter_context(default_storage.open(str(part.file))) for part in parts]
        whole = whole_draw(pack.snapshot, pack.snapshot_sha256, [part.pages for part in parts], files)
    with transaction.atomic():
        kept = _locked(pack.pk)
        if kept.drawn_at is not None:
            return
        path = f"{FOLDER}/{kept.token}.pdf"
        drawn_save(path, whole.data)
        kept.file, kept.pages, kept.size, kept.sha256 = path, whole.pages, len(whole.data), digest(whole.data)
        kept.drawn_at = timezone.now()
        kept.save(update_fields=["file", "pages", "size", "sha256", "drawn_at"])


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()


def parts_let_go(pack: Pack) -> None:
    """Erase the files of the parts, which the whole holds, and the folder that they were in."""
    for part in pack.parts.exclude(file=""):
        default_storage.delete(str(part.file))
    with suppress(OSError):  # another worker may draw into it still
        default_storage.delete(_folder(pack))
    pack.parts.update(file="")


def _folder(pack: Pack) -> str:
    return str(PurePosixPath(FOLDER) / "parts" / str(pack.token))


@transaction.atomic
def handover_add(*, pack: Pack, token: UUID, facts: Mapping[str, Any], by: User) -> PackHandover:
    """Note to whom the pack was given; a second sending of the same form notes nothing twice."""
    made, _is_new = PackHandover.objects.get_or_create(token=token, defaults={**facts, "pack": pack, "by": by})
    return made


@transaction.atomic
def record_withdraw(*, record: Pack | PackHandover, because: str, by: User, now: datetime) -> None:
    """Withdraw a pack, which nobody downloads any more, or a handover that was noted by mistake; once."""
    held: Any = type(record).objects.select_for_update(of=("self",)).get(pk=record.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
