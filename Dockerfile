# syntax=docker/dockerfile:1
# One image for every process of Doorstep: `serve`, `worker`, `sequencer`, `migrate`. No root, no compiler, no Node.

ARG PYTHON=3.13-slim-bookworm

# -- Node.js, to build the screens with
FROM node:24-bookworm-slim AS node

# -- packages and screens
FROM python:${PYTHON} AS build
WORKDIR /build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
RUN python -m venv /opt/doorstep/venv
COPY requirements.lock ./
RUN /opt/doorstep/venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . /opt/doorstep/house
WORKDIR /opt/doorstep/house
RUN /opt/doorstep/venv/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation --no-index -e . \
    && /opt/doorstep/venv/bin/doorstep web \
    && rm -rf web/node_modules

# -- what runs
FROM python:${PYTHON}
RUN groupadd --gid 10001 doorstep \
    && useradd --uid 10001 --gid doorstep --home-dir /var/lib/doorstep --create-home doorstep
COPY --from=build /opt/doorstep /opt/doorstep
ENV PATH=/opt/doorstep/venv/bin:$PATH \
    DATA_DIR=/var/lib/doorstep/data \
    PYTHONUNBUFFERED=1
WORKDIR /opt/doorstep/house
USER doorstep
# Secrets, objects and the embedded database, where no setting names others.
VOLUME /var/lib/doorstep
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/ready', timeout=4)"]
ENTRYPOINT ["doorstep"]
CMD ["serve", "--host", "0.0.0.0"]
