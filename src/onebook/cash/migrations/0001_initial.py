import django.contrib.postgres.functions
import onebook.infra.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Offset',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('accounts', models.IntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_offset',
            },
        ),
        migrations.CreateModel(
            name='ReversalLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField()),
                ('valid_from', models.DateField(unique=True)),
            ],
            options={
                'db_table': 'cash_reversal_limit',
            },
        ),
        migrations.CreateModel(
            name='ReceiptFile',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('channel', models.TextField()),
                ('name', models.TextField()),
                ('sha256', models.TextField()),
                ('batch_ref', models.TextField(help_text="The channel's batch number, quoted by the bank.")),
                ('receipts', models.IntegerField()),
                ('total_fen', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_receipt_file',
                'constraints': [models.UniqueConstraint(fields=('channel', 'batch_ref'), name='cash_receipt_file_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptReversal',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('receipt_id', models.BigIntegerField(unique=True)),
                ('approval_id', models.BigIntegerField(help_text='Null where the cashier may do it alone.', null=True, unique=True)),
                ('reason', models.TextField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_receipt_reversal',
            },
        ),
        migrations.CreateModel(
            name='Remittance',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('org_unit_id', models.BigIntegerField()),
                ('slip_ref', models.TextField(unique=True)),
                ('amount_fen', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_remittance',
            },
        ),
        migrations.CreateModel(
            name='PrepaymentEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('source_kind', models.TextField()),
                ('source_id', models.BigIntegerField()),
                ('journal_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_prepayment_entry',
                'indexes': [models.Index(fields=['service_account_id', 'effective_on'], name='cash_prepayment_account'), models.Index(fields=['source_kind', 'source_id'], name='cash_prepayment_source')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('channel', models.TextField(choices=[('counter_cash', 'Counter, cash'), ('bank_collection', 'Bank collection'), ('bank_transfer', 'Bank transfer')])),
                ('external_ref', models.TextField(help_text="The channel's own number; taken once.")),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('payer_name', models.TextField(default='')),
                ('file_id', models.BigIntegerField(null=True)),
                ('person_id', models.BigIntegerField(null=True)),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_receipt',
                'indexes': [models.Index(fields=['service_account_id', 'effective_on'], name='cash_receipt_account'), models.Index(fields=['org_unit_id', 'effective_on'], name='cash_receipt_unit_day'), models.Index(fields=['file_id'], name='cash_receipt_by_file')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='cash_receipt_positive'), models.UniqueConstraint(fields=('channel', 'external_ref'), name='cash_receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptMove',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('receipt_id', models.BigIntegerField(unique=True)),
                ('approval_id', models.BigIntegerField(unique=True)),
                ('service_account_id', models.BigIntegerField(help_text='The right account.')),
                ('org_unit_id', models.BigIntegerField(help_text="The right account's.")),
                ('person_id', models.BigIntegerField(help_text='Who asked for it.')),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_receipt_move',
                'indexes': [models.Index(fields=['service_account_id'], name='cash_receipt_move_account')],
            },
        ),
        migrations.CreateModel(
            name='ReceiptLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.TextField(choices=[('counter_cash', 'Counter, cash'), ('bank_collection', 'Bank collection'), ('bank_transfer', 'Bank transfer')])),
                ('amount_fen', models.BigIntegerField()),
                ('valid_from', models.DateField()),
            ],
            options={
                'db_table': 'cash_receipt_limit',
                'constraints': [models.UniqueConstraint(fields=('channel', 'valid_from'), name='cash_receipt_limit_dated')],
            },
        ),
        migrations.CreateModel(
            name='TransitCredit',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('transit_item_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('source_kind', models.TextField()),
                ('source_id', models.BigIntegerField()),
                ('journal_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_transit_credit',
                'indexes': [models.Index(fields=['transit_item_id'], name='cash_transit_credit_item')],
            },
        ),
        migrations.CreateModel(
            name='TransitItem',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.TextField(choices=[('remittance', 'Remittance'), ('receipt_file', 'Receipt File'), ('receipt', 'Receipt')])),
                ('source_id', models.BigIntegerField()),
                ('reference', models.TextField()),
                ('org_unit_id', models.BigIntegerField()),
                ('amount_fen', models.BigIntegerField()),
                ('journal_id', models.BigIntegerField()),
                ('effective_on', models.DateField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'cash_transit_item',
                'indexes': [models.Index(fields=['amount_fen'], name='cash_transit_amount')],
            },
        ),
    ]
