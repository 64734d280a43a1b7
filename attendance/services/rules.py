"""Writes to the rules that propose, and to the exceptions from them."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from attendance.models import ProposalRule, RuleException
from attendance.rules.data import Setting
from attendance.services.marks import because
from pastoral.core.models import User
from students.models import Student

SET = ("title", "is_on", "count", "weeks", "proposes", "strand", "counts", "person", "grace_days")
LAST = 1000


@transaction.atomic
def rule_set(*, setting: Setting, by: User) -> ProposalRule:
    """Set one rule; what it was stays in history. What it finds is proposed the next morning.

    Raises ValidationError for thresholds that make no sense.
    """
    return _write(ProposalRule.objects.select_for_update().get(slug=setting.slug), setting, by)


@transaction.atomic
def rule_add(*, setting: Setting, by: User) -> ProposalRule:
    """Add a rule of the school's own, named after its title. Raises ValidationError as `rule_set` does."""
    begins = slugify(setting.title)[:24] or "rule"
    taken = set(ProposalRule.objects.filter(slug__startswith=begins).values_list("slug", flat=True))
    slug = next(name for name in (begins, *(f"{begins}-{n}" for n in range(2, LAST))) if name not in taken)
    return _write(ProposalRule(slug=slug), replace(setting, slug=slug), by)


def _write(rule: ProposalRule, setting: Setting, by: User) -> ProposalRule:
    for name in SET:
        setattr(rule, name, getattr(setting, name))
    with because(by=by, reason=""):
        rule.full_clean()
        rule.save()
    return rule


@transaction.atomic
def exception_make(
    *, student: Student, strand: str, rule: str, first_day: date, last_day: date, words: str, by: User, now: datetime
) -> RuleException:
    """Have days of a student not count, for one rule ("" for all of the strand), and keep why."""
    return RuleException.objects.create(
        student=student,
        strand=strand,
        rule=rule,
        first_day=first_day,
        last_day=last_day,
        words=words,
        made_by=by,
        made_at=now,
    )


@transaction.atomic
def exception_withdraw(*, exception: RuleException, because_of: str, by: User, now: datetime) -> RuleException:
    """Let the days count again from the next morning on; done twice, the first one stands."""
    held = RuleException.objects.select_for_update().get(pk=exception.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_because = now, by, because_of
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
    return held
