"""Writes to the rules that the clocks of contacts run by."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from behaviour.services.contact_duties import contact_clock_set
from contacts.models import ContactRules
from contacts.summaries.rules import FACTS, HOURS, rules_version
from pastoral.core.versions import Overtaken


class RulesFault(Exception):
    """The rules cannot be so; the message is fit for the form."""


@transaction.atomic
def contact_rules_set(*, seen: str, facts: Mapping[str, Any]) -> ContactRules:
    """Set the rules, and by which hours the 48 are counted; what they were stays in history.

    seen: the `rules_version` of what the person saw. Raises Overtaken where somebody changed it since, RulesFault where
    the database would refuse it.
    """
    rules = ContactRules.objects.select_for_update().get()
    before = rules_version()
    for name in FACTS:
        setattr(rules, name, facts[name])
    try:
        rules.validate_constraints()
    except ValidationError as fault:
        raise RulesFault(" ".join(fault.messages)) from fault
    rules.save()
    contact_clock_set(rule=facts[HOURS])
    if before not in (seen, rules_version()):
        raise Overtaken
    return rules
