"""Who is named in a pack by choice, and the words left in it that may be names."""

import django.contrib.postgres.fields
import pgtrigger.compiler
from django.db import migrations, models

from pastoral.core.operations import NewTrigger, OldTrigger


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0003_more_sections'),
    ]

    operations = [
        OldTrigger(
            model_name='pack',
            name='update_update',
        ),
        OldTrigger(
            model_name='pack',
            name='delete_delete',
        ),
        OldTrigger(
            model_name='packprofile',
            name='update_update',
        ),
        OldTrigger(
            model_name='packprofile',
            name='delete_delete',
        ),
        migrations.RemoveField(
            model_name='packprofile',
            name='names_students',
        ),
        migrations.RemoveField(
            model_name='packprofileevent',
            name='names_students',
        ),
        migrations.AddField(
            model_name='pack',
            name='doubtful',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, help_text='words left in that may be names', size=None),
        ),
        migrations.AddField(
            model_name='packevent',
            name='doubtful',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, help_text='words left in that may be names', size=None),
        ),
        migrations.AddField(
            model_name='packname',
            name='is_named',
            field=models.BooleanField(default=False, help_text='by choice: the name stands in the pack, not the mark'),
        ),
        NewTrigger(
            model_name='pack',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."asked_because" IS DISTINCT FROM (NEW."asked_because") OR OLD."asked_by" IS DISTINCT FROM (NEW."asked_by") OR OLD."built_at" IS DISTINCT FROM (NEW."built_at") OR OLD."built_by_id" IS DISTINCT FROM (NEW."built_by_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."doubtful" IS DISTINCT FROM (NEW."doubtful") OR OLD."drawn_at" IS DISTINCT FROM (NEW."drawn_at") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."first" IS DISTINCT FROM (NEW."first") OR OLD."frozen_at" IS DISTINCT FROM (NEW."frozen_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."job_id" IS DISTINCT FROM (NEW."job_id") OR OLD."keeps_names" IS DISTINCT FROM (NEW."keeps_names") OR OLD."last" IS DISTINCT FROM (NEW."last") OR OLD."names_because" IS DISTINCT FROM (NEW."names_because") OR OLD."needs" IS DISTINCT FROM (NEW."needs") OR OLD."pages" IS DISTINCT FROM (NEW."pages") OR OLD."profile_id" IS DISTINCT FROM (NEW."profile_id") OR OLD."sections" IS DISTINCT FROM (NEW."sections") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."snapshot_sha256" IS DISTINCT FROM (NEW."snapshot_sha256") OR OLD."student_id" IS DISTINCT FROM (NEW."student_id") OR OLD."suspension_id" IS DISTINCT FROM (NEW."suspension_id") OR OLD."takes_dsl" IS DISTINCT FROM (NEW."takes_dsl") OR OLD."takes_restricted" IS DISTINCT FROM (NEW."takes_restricted") OR OLD."token" IS DISTINCT FROM (NEW."token") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_because" IS DISTINCT FROM (NEW."withdrawn_because") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id"))', func='INSERT INTO "reports_packevent" ("asked_because", "asked_by", "built_at", "built_by_id", "case_id", "doubtful", "drawn_at", "file", "first", "frozen_at", "id", "incident_id", "job_id", "keeps_names", "last", "names_because", "needs", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile_id", "sections", "sha256", "size", "snapshot_sha256", "student_id", "suspension_id", "takes_dsl", "takes_restricted", "token", "withdrawn_at", "withdrawn_because", "withdrawn_by_id") VALUES (OLD."asked_because", OLD."asked_by", OLD."built_at", OLD."built_by_id", OLD."case_id", OLD."doubtful", OLD."drawn_at", OLD."file", OLD."first", OLD."frozen_at", OLD."id", OLD."incident_id", OLD."job_id", OLD."keeps_names", OLD."last", OLD."names_because", OLD."needs", OLD."pages", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."profile_id", OLD."sections", OLD."sha256", OLD."size", OLD."snapshot_sha256", OLD."student_id", OLD."suspension_id", OLD."takes_dsl", OLD."takes_restricted", OLD."token", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id"); RETURN NULL;', hash='6eebb0d1308845b87522ffa13d17826802ea2497', operation='UPDATE', pgid='pgtrigger_update_update_2dc73', table='reports_pack', when='AFTER')),
        ),
        NewTrigger(
            model_name='pack',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reports_packevent" ("asked_because", "asked_by", "built_at", "built_by_id", "case_id", "doubtful", "drawn_at", "file", "first", "frozen_at", "id", "incident_id", "job_id", "keeps_names", "last", "names_because", "needs", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "profile_id", "sections", "sha256", "size", "snapshot_sha256", "student_id", "suspension_id", "takes_dsl", "takes_restricted", "token", "withdrawn_at", "withdrawn_because", "withdrawn_by_id") VALUES (OLD."asked_because", OLD."asked_by", OLD."built_at", OLD."built_by_id", OLD."case_id", OLD."doubtful", OLD."drawn_at", OLD."file", OLD."first", OLD."frozen_at", OLD."id", OLD."incident_id", OLD."job_id", OLD."keeps_names", OLD."last", OLD."names_because", OLD."needs", OLD."pages", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."profile_id", OLD."sections", OLD."sha256", OLD."size", OLD."snapshot_sha256", OLD."student_id", OLD."suspension_id", OLD."takes_dsl", OLD."takes_restricted", OLD."token", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id"); RETURN NULL;', hash='b415d7d95339fd68c74c48d14aab53bec85fd4fa', operation='DELETE', pgid='pgtrigger_delete_delete_eb3a3', table='reports_pack', when='AFTER')),
        ),
        NewTrigger(
            model_name='packprofile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reports_packprofileevent" ("id", "is_on", "is_statement", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "slug") VALUES (OLD."id", OLD."is_on", OLD."is_statement", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."purpose", OLD."slug"); RETURN NULL;', hash='b7013e25d5af564e801d3e2ffdc13e4e4e9724f1', operation='UPDATE', pgid='pgtrigger_update_update_0c08a', table='reports_packprofile', when='AFTER')),
        ),
        NewTrigger(
            model_name='packprofile',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reports_packprofileevent" ("id", "is_on", "is_statement", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "slug") VALUES (OLD."id", OLD."is_on", OLD."is_statement", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."purpose", OLD."slug"); RETURN NULL;', hash='2cf15f8be185c1e356194f916885d3c46a25890c', operation='DELETE', pgid='pgtrigger_delete_delete_f0f18', table='reports_packprofile', when='AFTER')),
        ),
    ]
