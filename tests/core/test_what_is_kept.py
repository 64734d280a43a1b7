"""The access log cannot be rewritten, and nothing that somebody saw stays in the browser's cache."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from pastoral.core.models import AccessRecord
from pastoral.core.rights import Role
from tests.factories import AccessRecordFactory


def test_the_access_log_is_append_only(db: None) -> None:
    record = AccessRecordFactory()
    with pytest.raises(ProgrammingError), transaction.atomic():
        AccessRecord.objects.filter(pk=record.pk).update(reason="nothing to see")
    with pytest.raises(ProgrammingError), transaction.atomic():
        record.delete()
    assert AccessRecord.objects.get().reason == record.reason


def test_no_page_is_kept_by_the_browser(as_role: Callable[..., Client]) -> None:
    client = as_role(Role.SLT)
    for name in ("core:job_list", "reports:student_find", "account_change_password"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"], name
