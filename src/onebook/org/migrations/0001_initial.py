import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("infra", "0002_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'org_person',
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('path', models.TextField(unique=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
            ],
            options={
                'db_table': 'org_unit',
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.TextField(choices=[('reader', 'READER'), ('biller', 'BILLER'), ('cashier', 'CASHIER'), ('customer_service', 'CUSTOMER_SERVICE'), ('team_leader', 'TEAM_LEADER'), ('marketing_manager', 'MARKETING_MANAGER'), ('accountant', 'ACCOUNTANT'), ('finance_manager', 'FINANCE_MANAGER'), ('auditor', 'AUDITOR'), ('administrator', 'ADMINISTRATOR'), ('general_manager', 'GENERAL_MANAGER')])),
                ('org_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'org_role_grant',
                'constraints': [models.UniqueConstraint(fields=('person', 'role', 'org_unit'), name='org_role_grant_once')],
            },
        ),
    ]
