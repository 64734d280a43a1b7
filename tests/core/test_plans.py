"""Statements with their values in them: the driver quotes whatever they hold."""

from datetime import date

import pytest
from django.db import connection

from pastoral.core.plans import spelled_out

NASTY = "O'Brien \\ %s %% $1; DROP TABLE core_user --"


@pytest.mark.django_db
def test_values_come_back_as_they_went_in():
    values = {"words": NASTY, "days": [date(2026, 11, 20)], "keys": [1, 2], "none": None}
    sql = "SELECT %(words)s, %(days)s::date[], %(keys)s::bigint[], %(none)s::int[] IS NULL, 7 %% 4"
    with connection.cursor() as cursor:
        cursor.execute(spelled_out(sql, values))
        assert cursor.fetchone() == (NASTY, [date(2026, 11, 20)], [1, 2], True, 3)
