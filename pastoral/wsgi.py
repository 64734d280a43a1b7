"""The WSGI entry point."""

import gc
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pastoral.settings.local")

application = get_wsgi_application()

# What is loaded now lives as long as the process: a full collection that walks all of it (some 150,000 objects) stops a
# request for a tenth of a second, one that passes it by does not.
get_resolver().check()
gc.collect()
gc.freeze()

from reports.charts import engine_start  # noqa: E402 - the apps have to be ready first

# Not while somebody waits for the first dashboard of a fresh process. The engine has threads of its own, so that the
# application is loaded by each worker of gunicorn and not before they fork.
Thread(target=engine_start, name="charts", daemon=True).start()
