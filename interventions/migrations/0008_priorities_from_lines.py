"""The lines that meetings noted as priorities become rows, each at the first meeting that noted it."""

from uuid import NAMESPACE_URL, uuid5

from django.db import migrations


def lay(apps, schema_editor):
    """Lay them down; a line that was copied to the next meeting of the year, or of the same series, is one."""
    Meeting, Priority = (apps.get_model("interventions", name) for name in ("Meeting", "Priority"))
    there = set()
    for meeting in Meeting.objects.exclude(priorities="").order_by("held_on", "pk"):
        series = meeting.year_group_id or f"{meeting.purpose} of no one year"
        for place, line in enumerate(meeting.priorities.splitlines()):
            words = line.strip()
            if words and (series, words.casefold()) not in there:
                there.add((series, words.casefold()))
                Priority.objects.create(
                    token=uuid5(NAMESPACE_URL, f"priorities {meeting.token}"),
                    place=place,
                    meeting=meeting,
                    words=words,
                    set_by_id=meeting.convener_id,
                    set_at=meeting.made_at,
                )


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("interventions", "0007_priorities")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
