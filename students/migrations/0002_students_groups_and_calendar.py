import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import pgtrigger.compiler
import students.models.groups
from django.conf import settings
from django.db import migrations, models

from pastoral.core import operations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_accounts_jobs_and_logs'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('students', '0001_extensions'),
    ]

    operations = [
        operations.NewTable(
            name='House',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, unique=True)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        operations.NewTable(
            name='Student',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('admission_number', models.CharField(max_length=20, unique=True)),
                ('upn', models.CharField(blank=True, max_length=13, verbose_name='UPN')),
                ('legal_surname', models.CharField(max_length=100)),
                ('legal_forename', models.CharField(max_length=100)),
                ('preferred_forename', models.CharField(blank=True, max_length=100)),
                ('born_on', models.DateField()),
                ('sex', models.CharField(choices=[('F', 'Girl'), ('M', 'Boy')], max_length=1)),
                ('ethnicity', models.CharField(blank=True, max_length=4)),
                ('admitted_on', models.DateField()),
                ('left_on', models.DateField(blank=True, null=True)),
                ('search_text', models.TextField(blank=True, editable=False, help_text='kept by a trigger; names without accents')),
                ('house', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='students.house')),
            ],
            options={
                'ordering': ('search_text', 'admission_number'),
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_text'], name='student_search', opclasses=['gin_trgm_ops']), models.Index(fields=['left_on', 'admitted_on'], name='student_roll_dates')],
                'constraints': [models.CheckConstraint(condition=models.Q(('left_on', None), ('left_on__gte', models.F('admitted_on')), _connector='OR'), name='student_roll'), models.UniqueConstraint(condition=models.Q(('upn', ''), _negated=True), fields=('upn',), name='student_upn_once')],
            },
        ),
        operations.NewTable(
            name='StudentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('admission_number', models.CharField(max_length=20)),
                ('upn', models.CharField(blank=True, max_length=13, verbose_name='UPN')),
                ('legal_surname', models.CharField(max_length=100)),
                ('legal_forename', models.CharField(max_length=100)),
                ('preferred_forename', models.CharField(blank=True, max_length=100)),
                ('born_on', models.DateField()),
                ('sex', models.CharField(choices=[('F', 'Girl'), ('M', 'Boy')], max_length=1)),
                ('ethnicity', models.CharField(blank=True, max_length=4)),
                ('admitted_on', models.DateField()),
                ('left_on', models.DateField(blank=True, null=True)),
                ('search_text', models.TextField(blank=True, editable=False, help_text='kept by a trigger; names without accents')),
                ('house', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.house')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='StudentFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('pupil_premium', 'Pupil premium'), ('fsm', 'Free school meals'), ('fsm_ever_6', 'FSM Ever 6'), ('sen', 'SEN'), ('eal', 'EAL'), ('looked_after', 'Looked after'), ('young_carer', 'Young carer')], max_length=15)),
                ('value', models.CharField(blank=True, max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='students.student')),
            ],
            options={
                'ordering': ('student', 'kind', 'starts_on'),
                'indexes': [models.Index(fields=['kind', 'starts_on'], name='fact_kind')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='fact_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'sen'), _negated=True), ('value__in', ['K', 'E']), _connector='OR'), name='fact_sen_value'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('student', '='), ('kind', '='), (models.Func('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(True, True), function='DATERANGE'), '&&')], name='fact_spells_apart')],
            },
        ),
        operations.NewTable(
            name='TutorGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True)),
            ],
            options={
                'ordering': ('name',),
            },
        ),
        operations.NewTable(
            name='YearGroup',
            fields=[
                ('number', models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.CheckConstraint(condition=models.Q(('number__range', (7, 13))), name='year_group_7_to_13')],
            },
        ),
        operations.NewTable(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('academic_year', models.PositiveSmallIntegerField(help_text='2026 for 2026/27')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enrolments', to='students.student')),
                ('tutor_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='students.tutorgroup')),
                ('year_group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='students.yeargroup')),
            ],
            options={
                'ordering': ('student', 'starts_on'),
                'indexes': [models.Index(fields=['tutor_group', 'starts_on'], name='enrolment_tutor_group'), models.Index(fields=['year_group', 'academic_year'], name='enrolment_year_group')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='enrolment_in_order'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('student', '='), (students.models.groups.DateRange('starts_on', 'ends_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True)), '&&')], name='enrolment_spells_apart')],
            },
        ),
        operations.NewTable(
            name='StaffAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('form_tutor', 'Form Tutor'), ('pastoral_manager', 'Pastoral Manager'), ('head_of_year', 'Head of Year'), ('slt', 'SLT'), ('attendance_officer', 'Attendance Officer'), ('senco', 'SENCO'), ('dsl', 'DSL'), ('data_manager', 'Data Manager')], max_length=20)),
                ('job_title', models.CharField(help_text='as the school writes it: Assistant Pastoral Leader', max_length=60)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('is_imported', models.BooleanField(default=False, help_text='came from the MIS, which may also end it')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to=settings.AUTH_USER_MODEL)),
                ('tutor_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='students.tutorgroup')),
                ('year_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='students.yeargroup')),
            ],
            options={
                'ordering': ('user', 'role', 'starts_on'),
                'constraints': [models.CheckConstraint(condition=models.Q(('year_group', None), ('tutor_group', None), _connector='OR'), name='assignment_one_scope'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assignment_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('role', 'form_tutor'), _negated=True), ('tutor_group__isnull', False), _connector='OR'), name='assignment_tutor_has_group'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['head_of_year', 'pastoral_manager']), _negated=True), ('year_group__isnull', False), _connector='OR'), name='assignment_year_team_has_year'), models.UniqueConstraint(fields=('user', 'role', 'year_group', 'tutor_group', 'starts_on'), name='assignment_once', nulls_distinct=False)],
            },
        ),
        operations.NewTable(
            name='CalendarSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('term', 'Half term'), ('inset', 'INSET'), ('bank holiday', 'Bank holiday'), ('closure', 'Closure')], max_length=12)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('name', models.CharField(max_length=100)),
            ],
            options={
                'ordering': ('first_day', 'kind'),
                'constraints': [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='calendar_span_in_order'), models.UniqueConstraint(fields=('kind', 'first_day'), name='calendar_span_once')],
            },
        ),
        operations.NewTable(
            name='SchoolDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('academic_year', models.PositiveSmallIntegerField(help_text='2026 for 2026/27')),
                ('monday', models.DateField()),
                ('half_term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='school_days', to='students.calendarspan')),
            ],
            options={
                'ordering': ('day',),
                'indexes': [models.Index(fields=['academic_year', 'day'], name='school_day_year')],
            },
        ),
        operations.NewTable(
            name='ParentCarer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=20)),
                ('forename', models.CharField(blank=True, max_length=100)),
                ('surname', models.CharField(max_length=100)),
                ('telephone', models.CharField(blank=True, max_length=30)),
                ('mobile', models.CharField(blank=True, max_length=30)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('address', models.TextField(blank=True)),
            ],
            options={
                'ordering': ('surname', 'forename'),
                'indexes': [models.Index(fields=['surname', 'forename'], name='parent_carer_name')],
            },
        ),
        operations.NewTable(
            name='ParentCarerEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(blank=True, max_length=20)),
                ('forename', models.CharField(blank=True, max_length=100)),
                ('surname', models.CharField(max_length=100)),
                ('telephone', models.CharField(blank=True, max_length=30)),
                ('mobile', models.CharField(blank=True, max_length=30)),
                ('email', models.CharField(blank=True, max_length=254)),
                ('address', models.TextField(blank=True)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='students.parentcarer')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTable(
            name='ParentCarerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('priority', models.PositiveSmallIntegerField()),
                ('relationship', models.CharField(max_length=40)),
                ('has_parental_responsibility', models.BooleanField(default=False)),
                ('has_court_order', models.BooleanField(default=False, help_text='contact is restricted by a court')),
                ('lives_with', models.BooleanField(default=False)),
                ('parent_carer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='students.parentcarer')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parent_carer_links', to='students.student')),
            ],
            options={
                'ordering': ('student', 'priority'),
                'constraints': [models.UniqueConstraint(fields=('student', 'parent_carer'), name='parent_carer_link_once'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('student', 'priority'), name='parent_carer_priority_once')],
            },
        ),
        operations.NewTable(
            name='ParentCarerLinkEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('priority', models.PositiveSmallIntegerField()),
                ('relationship', models.CharField(max_length=40)),
                ('has_parental_responsibility', models.BooleanField(default=False)),
                ('has_court_order', models.BooleanField(default=False, help_text='contact is restricted by a court')),
                ('lives_with', models.BooleanField(default=False)),
                ('parent_carer', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.parentcarer')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='students.parentcarerlink')),
                ('student', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='students.student')),
            ],
            options={
                'abstract': False,
            },
        ),
        operations.NewTrigger(
            model_name='student',
            trigger=pgtrigger.compiler.Trigger(name='student_search_text', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    NEW.search_text := lower(unaccent(\n                        NEW.legal_surname || ' ' || NEW.legal_forename || ' ' || NEW.preferred_forename || ' '\n                        || NEW.legal_surname || ' ' || NEW.admission_number || ' ' || NEW.upn\n                    ));\n                    RETURN NEW;\n                ", hash='fc6923883f9c2271d2774a4f46360f461ca31bb6', operation='INSERT OR UPDATE', pgid='pgtrigger_student_search_text_07a69', table='students_student', when='BEFORE')),
        ),
        operations.NewTrigger(
            model_name='student',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "students_studentevent" ("admission_number", "admitted_on", "born_on", "ethnicity", "house_id", "id", "left_on", "legal_forename", "legal_surname", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preferred_forename", "search_text", "sex", "upn") VALUES (OLD."admission_number", OLD."admitted_on", OLD."born_on", OLD."ethnicity", OLD."house_id", OLD."id", OLD."left_on", OLD."legal_forename", OLD."legal_surname", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."preferred_forename", OLD."search_text", OLD."sex", OLD."upn"); RETURN NULL;', hash='16add781bbea6f5b7c4724e039cea2b3e7fcc721', operation='UPDATE', pgid='pgtrigger_update_update_cfde9', table='students_student', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='student',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "students_studentevent" ("admission_number", "admitted_on", "born_on", "ethnicity", "house_id", "id", "left_on", "legal_forename", "legal_surname", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "preferred_forename", "search_text", "sex", "upn") VALUES (OLD."admission_number", OLD."admitted_on", OLD."born_on", OLD."ethnicity", OLD."house_id", OLD."id", OLD."left_on", OLD."legal_forename", OLD."legal_surname", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."preferred_forename", OLD."search_text", OLD."sex", OLD."upn"); RETURN NULL;', hash='944d829fe579c3e50ece00f7500eb845556f7f23', operation='DELETE', pgid='pgtrigger_delete_delete_30174', table='students_student', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='parentcarer',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "students_parentcarerevent" ("address", "email", "forename", "id", "mobile", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "surname", "telephone", "title") VALUES (OLD."address", OLD."email", OLD."forename", OLD."id", OLD."mobile", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."surname", OLD."telephone", OLD."title"); RETURN NULL;', hash='c8462df7261cc1dfd8f73a018befd3135ed70206', operation='UPDATE', pgid='pgtrigger_update_update_379b2', table='students_parentcarer', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='parentcarer',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "students_parentcarerevent" ("address", "email", "forename", "id", "mobile", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "surname", "telephone", "title") VALUES (OLD."address", OLD."email", OLD."forename", OLD."id", OLD."mobile", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."surname", OLD."telephone", OLD."title"); RETURN NULL;', hash='c2fb09371168b83dee360549b1649624fe77a2e1', operation='DELETE', pgid='pgtrigger_delete_delete_c574b', table='students_parentcarer', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='parentcarerlink',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "students_parentcarerlinkevent" ("has_court_order", "has_parental_responsibility", "id", "lives_with", "parent_carer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "relationship", "student_id") VALUES (OLD."has_court_order", OLD."has_parental_responsibility", OLD."id", OLD."lives_with", OLD."parent_carer_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."priority", OLD."relationship", OLD."student_id"); RETURN NULL;', hash='e94db23dfe803f6552b7e415a214f9d07b7c3295', operation='UPDATE', pgid='pgtrigger_update_update_cc90b', table='students_parentcarerlink', when='AFTER')),
        ),
        operations.NewTrigger(
            model_name='parentcarerlink',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "students_parentcarerlinkevent" ("has_court_order", "has_parental_responsibility", "id", "lives_with", "parent_carer_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "priority", "relationship", "student_id") VALUES (OLD."has_court_order", OLD."has_parental_responsibility", OLD."id", OLD."lives_with", OLD."parent_carer_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."priority", OLD."relationship", OLD."student_id"); RETURN NULL;', hash='bb8cd518630697c8f1a53e505dc53427c330f305', operation='DELETE', pgid='pgtrigger_delete_delete_96144', table='students_parentcarerlink', when='AFTER')),
        ),
    ]
