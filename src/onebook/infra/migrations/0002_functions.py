"""The functions that every other app's tables use."""

from django.db import migrations

from onebook.infra import migrations_sql


class Migration(migrations.Migration):
    dependencies = [("infra", "0001_initial")]

    operations = [migrations_sql.run("infra", "functions")]
