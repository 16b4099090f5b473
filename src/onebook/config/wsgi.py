"""The WSGI application that `onebook serve` runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onebook.config.settings")

application = get_wsgi_application()
