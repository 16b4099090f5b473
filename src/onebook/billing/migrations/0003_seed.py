"""The thresholds that verification starts with."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_guards")]

    operations = [migrations_sql.run("billing", "seed")]
