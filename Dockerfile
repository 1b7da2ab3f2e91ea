# Two images: `web` without TensorFlow, `worker` with it. requirements/ fixes the package versions.
FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 DIGITS_HOME=/home/digits/var
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*  # pg_dump, for manage.py backup
RUN useradd --create-home --uid 10001 digits
WORKDIR /srv/digits
COPY requirements/web.txt requirements/
RUN pip install --require-hashes --requirement requirements/web.txt
COPY --chown=digits . .
RUN install -d -o digits -g digits "$DIGITS_HOME" "$DIGITS_HOME/mnist"
USER digits
RUN pybabel compile --directory locale --domain 'django djangojs'

FROM base AS web
RUN SECRET_KEY=unused-while-building python manage.py collectstatic --no-input
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "digitsite.wsgi", "--bind", "0.0.0.0:8000", \
     "--access-logfile", "-", \
     "--logger-class", "digitsite.access_log.MaskedLogger"]

FROM base AS worker
USER root
RUN pip install --require-hashes --requirement requirements/site.txt
USER digits
# On SIGTERM the worker waits 30 s for a job. After that the lease expires and another worker takes it.
ENV REMAP_SIGTERM=SIGQUIT
CMD ["python", "-m", "celery", "-A", "digitsite", "worker", "--concurrency", "1", "--loglevel", "INFO"]
