import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountLock',
            fields=[
                ('service_account_id', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                'db_table': 'receivable_account_lock',
            },
        ),
        migrations.CreateModel(
            name='AllocationPolicy',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('code', models.TextField()),
                ('name_zh', models.TextField()),
                ('valid_from', models.DateField()),
            ],
            options={
                'db_table': 'receivable_allocation_policy',
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('sha256', models.TextField(unique=True)),
                ('org_unit_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('items', models.IntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'receivable_opening',
            },
        ),
        migrations.CreateModel(
            name='OpenItem',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.SmallIntegerField(choices=[(1, 'Bill'), (2, 'Opening'), (3, 'Late Charge'), (4, 'Adjustment')])),
                ('source_id', models.BigIntegerField(help_text='The bill, opening file, charge or adjustment.')),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('category_id', models.SmallIntegerField()),
                ('bill_month', models.DateField()),
                ('due_on', models.DateField()),
                ('principal_fen', models.BigIntegerField()),
                ('journal_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'receivable_open_item',
                'indexes': [models.Index(fields=['service_account_id', 'due_on'], name='receivable_item_account'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['effective_on'], name='receivable_item_effective')],
                'constraints': [models.CheckConstraint(condition=models.Q(('principal_fen__gt', 0)), name='receivable_item_positive')],
            },
        ),
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('open_item_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('source_kind', models.SmallIntegerField(help_text='receivable.rules.SettledBy')),
                ('source_id', models.BigIntegerField()),
                ('policy_id', models.SmallIntegerField()),
                ('reverses_id', models.BigIntegerField(null=True)),
                ('journal_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'receivable_settlement',
                'indexes': [models.Index(fields=['open_item_id'], name='receivable_settlement_item'), models.Index(fields=['source_kind', 'source_id'], name='receivable_settlement_source'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['effective_on'], name='receivable_settled_effective'), models.Index(condition=models.Q(('amount_fen__lt', 0)), fields=['effective_on'], name='receivable_settlement_undone')],
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('as_of', models.DateField(primary_key=True, serialize=False)),
                ('items', models.BigIntegerField()),
                ('remaining_fen', models.BigIntegerField()),
                ('recorded_at', models.DateTimeField(db_default=onebook.infra.fields.ClockNow(), editable=False)),
            ],
            options={
                'db_table': 'receivable_snapshot',
            },
        ),
        migrations.CreateModel(
            name='SnapshotItem',
            fields=[
                ('pk', models.CompositePrimaryKey('as_of', 'open_item_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('as_of', models.DateField()),
                ('open_item_id', models.BigIntegerField()),
                ('kind', models.SmallIntegerField()),
                ('source_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('category_id', models.SmallIntegerField()),
                ('bill_month', models.DateField()),
                ('due_on', models.DateField()),
                ('principal_fen', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('remaining_fen', models.BigIntegerField()),
            ],
            options={
                'db_table': 'receivable_snapshot_item',
            },
        ),
    ]
