import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from pastoral.core import operations


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0001_accounts_jobs_and_logs'),
        ('core', '__first__'),
        ('students', '0002_students_groups_and_calendar'),
    ]

    operations = [
        operations.NewTable(
            name='WeeklyRagRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.DateField(help_text='the Monday', unique=True)),
                ('as_at', models.DateField(help_text='the Friday')),
                ('academic_year', models.PositiveSmallIntegerField(help_text='2026 for 2026/27')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('is_for_notice', models.BooleanField(default=False, help_text='the latest week when asked for: tutors are told')),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('school_name', models.CharField(blank=True, max_length=200)),
                ('school_days', django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, help_text='the days of the week on which school met', size=None)),
                ('tutors', models.JSONField(default=dict, help_text='names in print by group: {"9B": "Mr Doyle", "Year 9": "…"}')),
                ('red_from', models.PositiveSmallIntegerField(default=100)),
                ('green_to', models.PositiveSmallIntegerField(default=40)),
                ('early_under', models.PositiveSmallIntegerField(default=20)),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rag_runs', to=settings.AUTH_USER_MODEL)),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rag_runs', to='core.job')),
            ],
            options={
                'ordering': ('-week',),
                'constraints': [models.CheckConstraint(condition=models.Q(('week__iso_week_day', 1)), name='rag_run_monday')],
            },
        ),
        operations.NewTable(
            name='RagDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('tutor_group', 'Tutor group'), ('year', 'Year')], max_length=11)),
                ('name', models.CharField(help_text='"9B" or "Year 9"', max_length=20)),
                ('year', models.PositiveSmallIntegerField(help_text="the students' year; the lowest of a group across years")),
                ('intakes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), help_text='when its students began Year 7: 2024 for Year 9 in 2026/27', size=None)),
                ('students', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=100)),
                ('file', models.FileField(blank=True, upload_to='')),
                ('pages', models.PositiveSmallIntegerField(default=0)),
                ('size', models.PositiveIntegerField(default=0, help_text='bytes')),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('tutor_group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='students.tutorgroup')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='reports.weeklyragrun')),
            ],
            options={
                'ordering': ('run', '-kind', 'year', 'name'),
                'constraints': [models.UniqueConstraint(fields=('run', 'kind', 'name'), name='rag_document_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'tutor_group'), ('tutor_group__isnull', False)), models.Q(('kind', 'year'), ('tutor_group', None)), _connector='OR'), name='rag_document_of_one'), models.CheckConstraint(condition=models.Q(('made_at', None), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='rag_document_filed'), models.CheckConstraint(condition=models.Q(('intakes__len__gte', 1)), name='rag_document_has_intake')],
            },
        ),
        operations.NewTable(
            name='RagStudent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('admission_number', models.CharField(max_length=20)),
                ('surname', models.CharField(max_length=100)),
                ('forename', models.CharField(max_length=100)),
                ('sex', models.CharField(max_length=1)),
                ('house', models.CharField(blank=True, max_length=50)),
                ('year', models.PositiveSmallIntegerField()),
                ('tutor_group', models.CharField(max_length=20)),
                ('admitted_on', models.DateField()),
                ('left_on', models.DateField(blank=True, null=True)),
                ('flags', models.JSONField(default=list, help_text='[kind, value] of each fact true on the as-at date')),
                ('week_present', models.PositiveSmallIntegerField(default=0)),
                ('week_approved_activity', models.PositiveSmallIntegerField(default=0)),
                ('week_authorised', models.PositiveSmallIntegerField(default=0)),
                ('week_unauthorised', models.PositiveSmallIntegerField(default=0)),
                ('week_not_counted', models.PositiveSmallIntegerField(default=0)),
                ('week_late_before_close', models.PositiveSmallIntegerField(default=0)),
                ('week_late_after_close', models.PositiveSmallIntegerField(default=0)),
                ('week_minutes_late', models.PositiveSmallIntegerField(default=0)),
                ('before_present', models.PositiveSmallIntegerField(default=0)),
                ('before_approved_activity', models.PositiveSmallIntegerField(default=0)),
                ('before_authorised', models.PositiveSmallIntegerField(default=0)),
                ('before_unauthorised', models.PositiveSmallIntegerField(default=0)),
                ('before_not_counted', models.PositiveSmallIntegerField(default=0)),
                ('before_late_before_close', models.PositiveSmallIntegerField(default=0)),
                ('before_late_after_close', models.PositiveSmallIntegerField(default=0)),
                ('before_minutes_late', models.PositiveSmallIntegerField(default=0)),
                ('ytd_present', models.PositiveSmallIntegerField(default=0)),
                ('ytd_approved_activity', models.PositiveSmallIntegerField(default=0)),
                ('ytd_authorised', models.PositiveSmallIntegerField(default=0)),
                ('ytd_unauthorised', models.PositiveSmallIntegerField(default=0)),
                ('ytd_not_counted', models.PositiveSmallIntegerField(default=0)),
                ('ytd_late_before_close', models.PositiveSmallIntegerField(default=0)),
                ('ytd_late_after_close', models.PositiveSmallIntegerField(default=0)),
                ('ytd_minutes_late', models.PositiveSmallIntegerField(default=0)),
                ('week_missed', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('week_authorised'), '+', models.F('week_unauthorised')), output_field=models.PositiveSmallIntegerField())),
                ('week_possible', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('week_present'), '+', models.F('week_approved_activity')), '+', models.F('week_authorised')), '+', models.F('week_unauthorised')), output_field=models.PositiveSmallIntegerField())),
                ('ytd_missed', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('ytd_authorised'), '+', models.F('ytd_unauthorised')), output_field=models.PositiveSmallIntegerField())),
                ('ytd_possible', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('ytd_present'), '+', models.F('ytd_approved_activity')), '+', models.F('ytd_authorised')), '+', models.F('ytd_unauthorised')), output_field=models.PositiveSmallIntegerField())),
                ('band', models.CharField(choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('none', 'None')], max_length=5)),
                ('band_before', models.CharField(choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('none', 'None')], max_length=5)),
                ('has_dipped', models.BooleanField()),
                ('is_on_track_to_be_pa', models.BooleanField()),
                ('remaining', models.PositiveSmallIntegerField(default=0)),
                ('left_to_miss', models.PositiveSmallIntegerField(default=0)),
                ('recovers_on', models.DateField(blank=True, help_text='with no more absence, no longer PA by then', null=True)),
                ('penalty_notice_sessions', models.PositiveSmallIntegerField(default=0)),
                ('recent_missed', models.PositiveSmallIntegerField(default=0)),
                ('recent_possible', models.PositiveSmallIntegerField(default=0)),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(blank=True, max_length=2), help_text='Monday AM to Friday PM; blank is no mark', size=10)),
                ('minutes', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=10)),
                ('notice_marks', models.JSONField(default=list, help_text='[date, session, code] of each session that counts')),
                ('student', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rag_weeks', to='students.student')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='students', to='reports.weeklyragrun')),
            ],
            options={
                'ordering': ('run', 'year', 'tutor_group', 'surname', 'forename', 'admission_number'),
                'indexes': [models.Index(fields=['run', 'tutor_group'], name='rag_student_tutor_group'), models.Index(fields=['run', 'year'], name='rag_student_year')],
                'constraints': [models.UniqueConstraint(fields=('run', 'student'), name='rag_student_once'), models.CheckConstraint(condition=models.Q(('codes__len', 10), ('minutes__len', 10)), name='rag_student_whole_week')],
            },
        ),
        operations.NewTable(
            name='RagNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='reports.ragdocument')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='reports.weeklyragrun')),
            ],
            options={
                'ordering': ('run', 'user'),
                'constraints': [models.UniqueConstraint(fields=('user', 'document'), name='rag_notice_once')],
            },
        ),
    ]
