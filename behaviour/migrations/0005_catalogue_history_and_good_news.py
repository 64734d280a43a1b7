import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('behaviour', '0004_catalogue'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('students', '0002_students_groups_and_calendar'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoodNews',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', models.CharField(blank=True, db_default='', max_length=300)),
                ('told_on', models.DateField()),
                ('how', models.CharField(choices=[('phone', 'Telephone'), ('postcard', 'Postcard'), ('message', 'Message'), ('in_person', 'In person')], default='phone', max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now, help_text='when it was noted')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='good_news', to='students.student')),
                ('told_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-told_on', '-pk'),
                'abstract': False,
                'indexes': [models.Index(fields=['told_on'], name='good_news_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_because', ''), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_because', ''), _negated=True)), _connector='OR'), name='behaviour_goodnews_withdrawn', violation_error_message='A record is withdrawn by somebody, with a reason.'), models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('student', 'told_on'), name='good_news_once_a_day')],
                'triggers': [pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_goodnewsevent" ("how", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "student_id", "told_at", "told_by_id", "told_on", "withdrawn_at", "withdrawn_because", "withdrawn_by_id") VALUES (OLD."how", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."student_id", OLD."told_at", OLD."told_by_id", OLD."told_on", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id"); RETURN NULL;', hash='b3c5ec7187f63c7dbabc358728281a3067e9f1fc', operation='UPDATE', pgid='pgtrigger_update_update_4a28c', table='behaviour_goodnews', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_goodnewsevent" ("how", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "student_id", "told_at", "told_by_id", "told_on", "withdrawn_at", "withdrawn_because", "withdrawn_by_id") VALUES (OLD."how", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."student_id", OLD."told_at", OLD."told_by_id", OLD."told_on", OLD."withdrawn_at", OLD."withdrawn_because", OLD."withdrawn_by_id"); RETURN NULL;', hash='45a579ea937406376d5f20299e1f47a251a05f05', operation='DELETE', pgid='pgtrigger_delete_delete_26e64', table='behaviour_goodnews', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='GoodNewsEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', models.CharField(blank=True, db_default='', max_length=300)),
                ('told_on', models.DateField()),
                ('how', models.CharField(choices=[('phone', 'Telephone'), ('postcard', 'Postcard'), ('message', 'Message'), ('in_person', 'In person')], default='phone', max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('told_at', models.DateTimeField(default=django.utils.timezone.now, help_text='when it was noted')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.goodnews')),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
                ('told_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='IncidentTypeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=80)),
                ('strand', models.CharField(blank=True, choices=[('attendance', 'Attendance'), ('behaviour', 'Behaviour'), ('homework', 'Homework'), ('uniform', 'Uniform and equipment')], default='behaviour', max_length=10)),
                ('points', models.PositiveSmallIntegerField(default=1, help_text='what each student who did it gets')),
                ('severity', models.PositiveSmallIntegerField(default=1)),
                ('is_prejudice', models.BooleanField(default=False, help_text='asks for a bullying or prejudice case')),
                ('goes_to_dsl', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
                ('order', models.PositiveSmallIntegerField(default=100)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.incidenttype')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ListedWordEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('location', 'Place'), ('activity', 'Subject or activity'), ('period', 'Part of the day'), ('action', 'Action'), ('status', 'Status'), ('achievement', 'Type of achievement')], max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('points', models.PositiveSmallIntegerField(default=0, help_text='of an achievement')),
                ('is_active', models.BooleanField(default=True)),
                ('order', models.PositiveSmallIntegerField(default=100)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='behaviour.listedword')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AlterField(
            model_name='incidenttype',
            name='strand',
            field=models.CharField(blank=True, choices=[('attendance', 'Attendance'), ('behaviour', 'Behaviour'), ('homework', 'Homework'), ('uniform', 'Uniform and equipment')], default='behaviour', max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='incidenttype',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_incidenttypeevent" ("goes_to_dsl", "id", "is_active", "is_prejudice", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "severity", "strand") VALUES (OLD."goes_to_dsl", OLD."id", OLD."is_active", OLD."is_prejudice", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."points", OLD."severity", OLD."strand"); RETURN NULL;', hash='c4f813ddef84c3ba077a2077da38ee8337db5a18', operation='UPDATE', pgid='pgtrigger_update_update_24a76', table='behaviour_incidenttype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='incidenttype',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_incidenttypeevent" ("goes_to_dsl", "id", "is_active", "is_prejudice", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points", "severity", "strand") VALUES (OLD."goes_to_dsl", OLD."id", OLD."is_active", OLD."is_prejudice", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points", OLD."severity", OLD."strand"); RETURN NULL;', hash='c74b4e84e95c8c22ed0c7ba6c839c93bf3ed4853', operation='DELETE', pgid='pgtrigger_delete_delete_06ae9', table='behaviour_incidenttype', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listedword',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "behaviour_listedwordevent" ("id", "is_active", "kind", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points") VALUES (OLD."id", OLD."is_active", OLD."kind", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."points"); RETURN NULL;', hash='2d632673c7fd2e3d144aba9bb063f5e89aa799a5', operation='UPDATE', pgid='pgtrigger_update_update_306fa', table='behaviour_listedword', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='listedword',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "behaviour_listedwordevent" ("id", "is_active", "kind", "name", "order", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "points") VALUES (OLD."id", OLD."is_active", OLD."kind", OLD."name", OLD."order", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."points"); RETURN NULL;', hash='67c277d1fc928c6ec9fed7543c2e68eb26a62202', operation='DELETE', pgid='pgtrigger_delete_delete_70ab5', table='behaviour_listedword', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='incidenttype',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('strand', ''), _negated=True), ('is_active', False), _connector='OR'), name='incident_type_offered_once_placed', violation_error_message='Say which strand it counts in before forms offer it.'),
        ),
    ]
