# Two stages: the first checks every file against the lock and builds the wheel, the second holds what runs and no more.
FROM python:3.13-slim AS build
# What is wanted besides, such as `--build-arg EXTRAS=semantic` for SEMANTIC=true.
ARG EXTRAS=""
WORKDIR /src
COPY requirements.lock .
# All of the lock is fetched and its hashes are checked; what the wheel does not ask for is not installed.
RUN pip download --quiet --no-deps --require-hashes --dest /wheels --requirement requirements.lock
COPY . .
RUN pip install --quiet --no-index --find-links /wheels hatchling \
 && pip wheel --quiet --no-index --find-links /wheels --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m venv /opt/qasid \
 && /opt/qasid/bin/pip install --quiet --no-index --find-links /wheels "qasid${EXTRAS:+[$EXTRAS]}" \
 && /opt/qasid/bin/pip uninstall --quiet --yes pip

FROM python:3.13-slim
RUN useradd --create-home --home-dir /data --uid 10001 qasid && install -d -m 0700 -o qasid -g qasid /data/backups
COPY --from=build /opt/qasid /opt/qasid
ENV PATH=/opt/qasid/bin:$PATH PYTHONUNBUFFERED=1 WEB_HOST=0.0.0.0 LOG_FORMAT=json
USER qasid
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["qasid", "run"]
