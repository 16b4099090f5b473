import django.contrib.postgres.fields.ranges
import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('code', models.TextField(unique=True)),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
                ('kind', models.TextField(choices=[('asset', 'Asset'), ('liability', 'Liability'), ('equity', 'Equity'), ('income', 'Income'), ('expense', 'Expense'), ('memorandum', 'Memorandum')])),
                ('control', models.TextField(default='', help_text='The subledger that this account controls.')),
            ],
            options={
                'db_table': 'books_account',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='SourceKind',
            fields=[
                ('kind', models.TextField(primary_key=True, serialize=False)),
                ('table', models.TextField()),
            ],
            options={
                'db_table': 'books_source_kind',
            },
        ),
        migrations.CreateModel(
            name='Journal',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('event', models.TextField()),
                ('source_kind', models.TextField()),
                ('source_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('person_id', models.BigIntegerField(null=True)),
                ('reverses_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'books_journal',
                'indexes': [models.Index(fields=['effective_on'], name='books_journal_effective'), models.Index(fields=['source_kind', 'source_id'], name='books_journal_source')],
            },
        ),
        migrations.CreateModel(
            name='PeriodLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('module', models.TextField()),
                ('locked_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('person_id', models.BigIntegerField(null=True)),
            ],
            options={
                'db_table': 'books_period_lock',
                'constraints': [models.UniqueConstraint(fields=('month', 'module'), name='books_period_lock_once')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('journal_id', models.BigIntegerField()),
                ('account_id', models.SmallIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField(null=True)),
                ('open_item_id', models.BigIntegerField(null=True)),
                ('category_id', models.SmallIntegerField(null=True)),
                ('bill_month', models.DateField(null=True)),
            ],
            options={
                'db_table': 'books_posting',
                'indexes': [models.Index(fields=['journal_id'], name='books_posting_journal')],
            },
        ),
        migrations.CreateModel(
            name='PostingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.TextField()),
                ('component', models.TextField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
                ('credit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='books.account')),
                ('debit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='books.account')),
            ],
            options={
                'db_table': 'books_posting_rule',
            },
        ),
    ]
