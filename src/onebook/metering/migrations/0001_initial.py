import django.contrib.postgres.fields.ranges
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
            name='Meter',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('digits', models.SmallIntegerField(default=6)),
            ],
            options={
                'db_table': 'metering_meter',
            },
        ),
        migrations.CreateModel(
            name='ReadingFile',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('sha256', models.TextField()),
                ('rows_in', models.BigIntegerField(default=0)),
                ('rows_taken', models.BigIntegerField(default=0)),
                ('rows_rejected', models.BigIntegerField(default=0)),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_reading_file',
            },
        ),
        migrations.CreateModel(
            name='Installation',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('meter_id', models.BigIntegerField()),
                ('metering_point_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('multiplier', models.IntegerField(default=1)),
                ('usage_policy', models.TextField(default='carry')),
                ('initial_e4', models.BigIntegerField(default=0)),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'metering_installation',
                'indexes': [models.Index(fields=['service_account_id'], name='metering_inst_by_account'), models.Index(fields=['org_unit_id'], name='metering_inst_by_unit'), models.Index(fields=['meter_id'], name='metering_inst_by_meter')],
            },
        ),
        migrations.CreateModel(
            name='InstalledRegister',
            fields=[
                ('pk', models.CompositePrimaryKey('installation_id', 'register', blank=True, editable=False, primary_key=True, serialize=False)),
                ('installation_id', models.BigIntegerField()),
                ('meter_id', models.BigIntegerField()),
                ('register', models.SmallIntegerField()),
                ('initial_e4', models.BigIntegerField()),
            ],
            options={
                'db_table': 'metering_register',
                'indexes': [models.Index(fields=['meter_id'], name='metering_register_by_meter')],
            },
        ),
        migrations.CreateModel(
            name='RegisterReading',
            fields=[
                ('pk', models.CompositePrimaryKey('reading_id', 'register', blank=True, editable=False, primary_key=True, serialize=False)),
                ('reading_id', models.BigIntegerField()),
                ('register', models.SmallIntegerField()),
                ('previous_e4', models.BigIntegerField()),
                ('current_e4', models.BigIntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('status', models.SmallIntegerField()),
            ],
            options={
                'db_table': 'metering_register_reading',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('meter_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('read_on', models.DateField()),
                ('previous_on', models.DateField()),
                ('previous_e4', models.BigIntegerField()),
                ('current_e4', models.BigIntegerField()),
                ('multiplier', models.IntegerField()),
                ('usage_e4', models.BigIntegerField()),
                ('status', models.SmallIntegerField()),
                ('version', models.SmallIntegerField(default=1)),
                ('file_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_reading',
                'indexes': [models.Index(fields=['org_unit_id', 'bill_month'], name='metering_reading_unit_month'), models.Index(fields=['service_account_id', 'bill_month', 'version'], name='metering_reading_account'), models.Index(condition=models.Q(('version__gt', 1)), fields=['bill_month', 'meter_id', 'version'], name='metering_reading_corrected')],
                'constraints': [models.UniqueConstraint(fields=('bill_month', 'meter_id', 'version'), name='metering_reading_once')],
            },
        ),
        migrations.CreateModel(
            name='PointTerms',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('metering_point_id', models.BigIntegerField()),
                ('mode', models.SmallIntegerField()),
                ('transformer_owner', models.SmallIntegerField()),
                ('line_owner', models.SmallIntegerField()),
                ('line_side', models.SmallIntegerField()),
                ('transformer', models.TextField()),
                ('rated_va', models.BigIntegerField()),
                ('iron_w', models.BigIntegerField()),
                ('copper_w', models.BigIntegerField()),
                ('no_load_bp', models.BigIntegerField()),
                ('impedance_bp', models.BigIntegerField()),
                ('iron_kwh', models.BigIntegerField()),
                ('region_copper_bp', models.BigIntegerField()),
                ('iron_k_e4', models.BigIntegerField()),
                ('copper_k_e4', models.BigIntegerField()),
                ('shifts', models.SmallIntegerField()),
                ('line_loss_bp', models.BigIntegerField()),
                ('master_point_id', models.BigIntegerField(null=True)),
                ('deduction', models.SmallIntegerField()),
                ('ratio_bp', models.BigIntegerField()),
                ('agreed_e4', models.BigIntegerField()),
                ('take_order', models.SmallIntegerField()),
                ('in_pf_calc', models.BooleanField()),
                ('in_pf_fee', models.BooleanField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'metering_point_terms',
                'indexes': [models.Index(fields=['metering_point_id'], name='metering_terms_by_point'), models.Index(condition=models.Q(('master_point_id__isnull', False)), fields=['master_point_id'], name='metering_terms_by_main')],
                'constraints': [models.CheckConstraint(condition=models.Q(('deduction', 0), ('master_point_id__isnull', False), _connector='OR'), name='metering_deduction_has_main'), models.CheckConstraint(condition=models.Q(('master_point_id', models.F('metering_point_id')), _negated=True), name='metering_point_not_own_main')],
            },
        ),
        migrations.CreateModel(
            name='ReadingNote',
            fields=[
                ('reading_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('how', models.SmallIntegerField()),
                ('credit_e4', models.BigIntegerField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('reason', models.TextField()),
            ],
            options={
                'db_table': 'metering_reading_note',
            },
        ),
        migrations.CreateModel(
            name='RoundPoint',
            fields=[
                ('pk', models.CompositePrimaryKey('round_id', 'metering_point_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('round_id', models.BigIntegerField()),
                ('metering_point_id', models.BigIntegerField()),
                ('sequence', models.IntegerField()),
                ('meter_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_round_point',
            },
        ),
        migrations.CreateModel(
            name='BookPoint',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('book_id', models.BigIntegerField()),
                ('metering_point_id', models.BigIntegerField()),
                ('sequence', models.IntegerField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'metering_book_point',
                'indexes': [models.Index(fields=['metering_point_id'], name='metering_book_point_by_point'), models.Index(fields=['book_id'], name='metering_book_point_by_book')],
            },
        ),
        migrations.CreateModel(
            name='BookTerms',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('book_id', models.BigIntegerField()),
                ('read_day', models.SmallIntegerField()),
                ('cycle_months', models.SmallIntegerField()),
                ('reader_id', models.BigIntegerField()),
                ('rotate_months', models.SmallIntegerField()),
                ('during', django.contrib.postgres.fields.ranges.DateRangeField()),
            ],
            options={
                'db_table': 'metering_book_terms',
                'indexes': [models.Index(fields=['book_id'], name='metering_book_terms_by_book')],
            },
        ),
        migrations.CreateModel(
            name='ReadingBook',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('org_unit_id', models.BigIntegerField()),
            ],
            options={
                'db_table': 'metering_book',
                'indexes': [models.Index(fields=['org_unit_id'], name='metering_book_by_unit')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('book_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('planned_on', models.DateField()),
                ('reader_id', models.BigIntegerField()),
                ('rotation_due_on', models.DateField()),
                ('person_id', models.BigIntegerField(null=True)),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_round',
                'constraints': [models.UniqueConstraint(fields=('bill_month', 'book_id'), name='metering_round_once')],
            },
        ),
        migrations.CreateModel(
            name='FieldEntry',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('round_id', models.BigIntegerField()),
                ('metering_point_id', models.BigIntegerField()),
                ('meter_id', models.BigIntegerField()),
                ('service_account_id', models.BigIntegerField()),
                ('org_unit_id', models.BigIntegerField()),
                ('bill_month', models.DateField()),
                ('read_on', models.DateField()),
                ('value_e4', models.BigIntegerField(null=True)),
                ('how', models.SmallIntegerField()),
                ('doubts', models.SmallIntegerField()),
                ('reason', models.TextField()),
                ('entered_at', models.DateTimeField()),
                ('person_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_field_entry',
                'indexes': [models.Index(fields=['meter_id', 'bill_month'], name='metering_field_by_meter'), models.Index(fields=['round_id'], name='metering_field_by_round')],
                'constraints': [models.CheckConstraint(condition=models.Q(('value_e4__isnull', False), ('how__in', (7, 8, 9)), _connector='OR'), name='metering_field_entry_says_why'), models.CheckConstraint(condition=models.Q(('doubts', 0), models.Q(('reason', ''), _negated=True), _connector='OR'), name='metering_field_entry_confirmed')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('sha256', models.TextField(primary_key=True, serialize=False)),
                ('kind', models.TextField()),
                ('width', models.IntegerField()),
                ('height', models.IntegerField()),
                ('content', models.BinaryField()),
                ('person_id', models.BigIntegerField()),
                ('recorded_on', models.DateField(db_default=onebook.infra.fields.BusinessToday(), editable=False)),
                ('recorded_at', models.DateTimeField(db_default=django.contrib.postgres.functions.TransactionNow(), editable=False)),
            ],
            options={
                'db_table': 'metering_photo',
            },
        ),
        migrations.CreateModel(
            name='FieldPhoto',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'sha256', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField()),
                ('sha256', models.TextField()),
            ],
            options={
                'db_table': 'metering_field_photo',
            },
        ),
    ]
