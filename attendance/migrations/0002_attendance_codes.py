"""Lay down the attendance codes and the default RAG bands."""

from django.db import migrations


def lay_down(apps, schema_editor):
    """Write every code of the table, with the dates of its meaning, and the one row of RAG bands."""
    from attendance.codes import CODES

    code_model = apps.get_model("attendance", "AttendanceCode")
    code_model.objects.bulk_create(
        code_model(
            id=code.key,
            letters=code.letters,
            meaning=code.meaning,
            code_class=code.code_class,
            legal=code.legal,
            physical=code.physical,
            valid_from=code.valid_from,
            valid_to=code.valid_to,
            session=code.session,
            takes_minutes=code.takes_minutes,
            is_sensitive=code.is_sensitive,
        )
        for code in CODES
    )
    apps.get_model("attendance", "RagScale").objects.create()


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("attendance", "0001_marks_registers_and_rules")]
    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop)]
