import django.contrib.postgres.functions
from django.db import migrations, models

import onebook.infra.fields
from onebook.infra import migrations_sql


def recorded_at():
    return models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)


def recorded_on():
    return models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)


class Migration(migrations.Migration):

    dependencies = [
        ("work", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.TextField()),
                ('level', models.SmallIntegerField()),
                ('role', models.TextField()),
                ('from_fen', models.BigIntegerField(help_text='Needed from this amount on, of either sign.')),
                ('valid_from', models.DateField()),
            ],
            options={
                'db_table': 'work_approval_level',
                'constraints': [models.UniqueConstraint(fields=('kind', 'valid_from', 'level'), name='work_approval_level_dated')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('app', models.TextField()),
                ('source_id', models.BigIntegerField()),
                ('title', models.TextField(help_text='An English msgid with the places of `params`.')),
                ('params', models.JSONField()),
                ('url', models.TextField(help_text='The page of what is asked for.')),
                ('decide_url', models.TextField(help_text='Where the app that asked takes the decision.')),
                ('reason', models.TextField()),
                ('org_unit_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('requested_by_id', models.BigIntegerField()),
                ('recorded_on', recorded_on()),
                ('recorded_at', recorded_at()),
            ],
            options={
                'db_table': 'work_approval',
                'indexes': [models.Index(fields=['app', 'source_id'], name='work_approval_source')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalStep',
            fields=[
                ('pk', models.CompositePrimaryKey('approval_id', 'level', blank=True, editable=False, primary_key=True, serialize=False)),
                ('approval_id', models.BigIntegerField()),
                ('level', models.SmallIntegerField()),
                ('role', models.TextField()),
            ],
            options={
                'db_table': 'work_approval_step',
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('approval_id', models.BigIntegerField()),
                ('name', models.TextField()),
                ('sha256', models.TextField()),
                ('content', models.BinaryField()),
                ('recorded_at', recorded_at()),
            ],
            options={
                'db_table': 'work_evidence',
                'indexes': [models.Index(fields=['approval_id'], name='work_evidence_of')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval_id', models.BigIntegerField()),
                ('level', models.SmallIntegerField()),
                ('kind', models.TextField(choices=[('approve', 'Approve'), ('reject', 'Reject')])),
                ('reason', models.TextField()),
                ('person_id', models.BigIntegerField()),
                ('recorded_on', recorded_on()),
                ('recorded_at', recorded_at()),
            ],
            options={
                'db_table': 'work_approval_decision',
                'constraints': [
                    models.UniqueConstraint(fields=('approval_id', 'level'), name='work_approval_decision_once_a_level'),
                    models.UniqueConstraint(fields=('approval_id', 'person_id'), name='work_approval_decision_once_a_person'),
                ],
            },
        ),
        migrations_sql.run("work", "guards"),
    ]
