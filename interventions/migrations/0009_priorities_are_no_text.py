import pgtrigger.compiler
from django.db import migrations

from pastoral.core.operations import NewTrigger, OldTrigger


class Migration(migrations.Migration):

    dependencies = [("interventions", "0008_priorities_from_lines")]

    operations = [
        OldTrigger(model_name="meeting", name="update_update"),
        OldTrigger(model_name="meeting", name="delete_delete"),
        migrations.RemoveField(model_name="meeting", name="priorities"),
        migrations.RemoveField(model_name="meetingevent", name="priorities"),
        NewTrigger(
            model_name='meeting',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "interventions_meetingevent" ("closed_at", "convener_id", "follows_id", "held_on", "id", "is_restricted", "made_at", "next_on", "notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "purpose", "rag_issue", "rag_week", "starts_at", "title", "token", "withdrawn_at", "withdrawn_because", "withdrawn_by_id", "year_group_id") VALUES (OLD."closed_at", OLD."convener_id", OLD."follows_id", OLD."held_on", OLD."id", OLD."is_restricted", OLD."made_at", OLD."next_on", OLD."notes", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."place", OLD."purpose", OLD."rag_issue", OLD."rag_week", OLD."starts_at", OLD."title", OLD."token", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id", OLD."year_group_id"); RETURN NULL;', hash='4564b6a5a09be3f3b6a193f9ab9dbeebf5d3fab7', operation='UPDATE', pgid='pgtrigger_update_update_87eef', table='interventions_meeting', when='AFTER')),
        ),
        NewTrigger(
            model_name='meeting',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "interventions_meetingevent" ("closed_at", "convener_id", "follows_id", "held_on", "id", "is_restricted", "made_at", "next_on", "notes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "purpose", "rag_issue", "rag_week", "starts_at", "title", "token", "withdrawn_at", "withdrawn_because", "withdrawn_by_id", "year_group_id") VALUES (OLD."closed_at", OLD."convener_id", OLD."follows_id", OLD."held_on", OLD."id", OLD."is_restricted", OLD."made_at", OLD."next_on", OLD."notes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."place", OLD."purpose", OLD."rag_issue", OLD."rag_week", OLD."starts_at", OLD."title", OLD."token", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id", OLD."year_group_id"); RETURN NULL;', hash='26f62dae1d8a5cfb6621a315520f804a572ef23c', operation='DELETE', pgid='pgtrigger_delete_delete_482c1', table='interventions_meeting', when='AFTER')),
        ),
    ]
