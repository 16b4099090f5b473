import django.contrib.postgres.functions
import django.db.models.deletion
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.TextField(unique=True)),
                ('bank', models.TextField()),
                ('name', models.TextField()),
                ('purpose', models.TextField(default='income')),
                ('org_unit_id', models.BigIntegerField()),
                ('opening_fen', models.BigIntegerField(default=0)),
                ('opening_on', models.DateField()),
            ],
            options={
                'db_table': 'banking_bank_account',
            },
        ),
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('code', models.TextField(primary_key=True, serialize=False)),
                ('name_zh', models.TextField()),
                ('name_en', models.TextField()),
            ],
            options={
                'db_table': 'banking_purpose',
            },
        ),
        migrations.CreateModel(
            name='PurposeLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField()),
                ('valid_from', models.DateField(unique=True)),
            ],
            options={
                'db_table': 'banking_purpose_limit',
            },
        ),
        migrations.CreateModel(
            name='Waiting',
            fields=[
                ('line_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('reason', models.TextField()),
                ('candidates', models.JSONField(default=list)),
            ],
            options={
                'db_table': 'banking_waiting',
            },
        ),
        migrations.CreateModel(
            name='Line',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('bank_account_id', models.BigIntegerField()),
                ('file_id', models.BigIntegerField()),
                ('row_number', models.IntegerField()),
                ('fingerprint', models.BinaryField()),
                ('occurrence', models.SmallIntegerField()),
                ('booked_on', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('balance_fen', models.BigIntegerField(null=True)),
                ('counterparty_name', models.TextField()),
                ('counterparty_account', models.TextField()),
                ('summary', models.TextField()),
                ('remark', models.TextField()),
                ('serial', models.TextField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'banking_line',
                'indexes': [models.Index(fields=['bank_account_id', 'booked_on'], name='banking_line_day'), models.Index(fields=['amount_fen'], name='banking_line_amount')],
                'constraints': [models.UniqueConstraint(fields=('bank_account_id', 'fingerprint', 'occurrence'), name='banking_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('line_id', models.BigIntegerField()),
                ('kind', models.TextField(help_text='A `rules.Kind`.')),
                ('amount_fen', models.BigIntegerField()),
                ('transit_item_id', models.BigIntegerField(null=True)),
                ('receipt_id', models.BigIntegerField(null=True)),
                ('purpose', models.TextField(default='')),
                ('other_match_id', models.BigIntegerField(help_text="What a return takes back; of a transfer, the other account's side.", null=True)),
                ('owner_id', models.BigIntegerField(help_text='Who finds out about money unknown.', null=True)),
                ('approval_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField(default='')),
                ('rule', models.TextField()),
                ('org_unit_id', models.BigIntegerField()),
                ('undoes_id', models.BigIntegerField(null=True, unique=True)),
                ('effective_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'banking_match',
                'indexes': [models.Index(fields=['line_id'], name='banking_match_line'), models.Index(fields=['transit_item_id'], name='banking_match_item'), models.Index(fields=['other_match_id'], name='banking_match_other')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'transit'), ('transit_item_id__isnull', False)), models.Q(('kind', 'receipt'), ('receipt_id__isnull', False), ('transit_item_id__isnull', False)), models.Q(('kind', 'purpose'), models.Q(('purpose', ''), _negated=True)), models.Q(('kind', 'unidentified'), ('owner_id__isnull', False)), models.Q(('kind', 'return'), ('other_match_id__isnull', False)), _connector='OR'), name='banking_match_whole')],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('line_id', models.BigIntegerField()),
                ('parts', models.JSONField()),
                ('reason', models.TextField()),
                ('person_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'banking_plan',
                'indexes': [models.Index(fields=['line_id'], name='banking_plan_line')],
            },
        ),
        migrations.CreateModel(
            name='StatementFile',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('sha256', models.TextField()),
                ('layout', models.TextField()),
                ('encoding', models.TextField()),
                ('lines_in', models.IntegerField()),
                ('lines_new', models.IntegerField()),
                ('lines_rejected', models.IntegerField()),
                ('findings', models.JSONField(default=list)),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='banking.bankaccount')),
            ],
            options={
                'db_table': 'banking_statement_file',
            },
        ),
    ]
