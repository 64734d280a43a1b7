"""Writes to the templates and the rules of letters; both keep every earlier wording in their history."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from contacts.merging import faults_in
from contacts.models import LetterRule, LetterTemplate
from pastoral.core.versions import facts_set

TEMPLATE_FIELDS = ("kind", "name", "subject", "body", "is_active")
RULE_FIELDS = ("template", "title", "measure", "at_least", "weeks", "grace_days", "quiet_days", "is_on")


@transaction.atomic
def template_save(*, held: LetterTemplate | None, seen: str, facts: Mapping[str, Any]) -> LetterTemplate:
    """Save a template whose merge fields are all known; letters made from it keep the words they had.

    Raises ValidationError naming the field, and Overtaken where somebody changed it meanwhile.
    """
    faults = {name: list(faults_in(facts[name], facts["kind"])) for name in ("subject", "body")}
    if any(faults.values()):
        raise ValidationError({name: words for name, words in faults.items() if words})
    template: LetterTemplate = _locked(LetterTemplate, held, seen, facts)
    template.full_clean()
    template.save()
    return template


@transaction.atomic
def rule_save(*, held: LetterRule | None, seen: str, facts: Mapping[str, Any]) -> LetterRule:
    """Save whom batches of letters are for. Raises ValidationError, and Overtaken as templates do."""
    rule: LetterRule = _locked(LetterRule, held, seen, facts)
    rule.full_clean()
    rule.save()
    return rule


def _locked(model: type[Any], held: Any, seen: str, facts: Mapping[str, Any]) -> Any:
    if held is None:
        return model(**facts)
    record = model.objects.select_for_update().get(pk=held.pk)
    facts_set(record, seen, facts)
    return record
