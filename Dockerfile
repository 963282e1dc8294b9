# Common Ground in a container: everything is put in while it is built, nothing is fetched while it runs.
# Build: docker build -t common-ground .      Run: docker compose up -d (see assistant/web/README.md)
FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
WORKDIR /app
COPY requirements.lock ./
# Give the index that holds the CPU build of torch, a fifth of the size of the one for graphics cards:
#   docker build --build-arg PIP_EXTRA_INDEX_URL=... -t common-ground .
ARG PIP_EXTRA_INDEX_URL=""
RUN /venv/bin/pip install -r requirements.lock && find /venv -name __pycache__ -prune -exec rm -rf {} +

FROM python:3.11-slim
RUN useradd --system --user-group --uid 10001 --no-create-home --shell /usr/sbin/nologin common-ground \
 && install -d -o common-ground -g common-ground /data /corpus
COPY --from=build /venv /venv
COPY app.py LICENSE /app/
COPY ingest /app/ingest
COPY index /app/index
COPY assistant /app/assistant
COPY prompts /app/prompts
COPY corpus /corpus
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 HOME=/tmp \
    COMMON_GROUND_PATHS__CORPUS=/corpus COMMON_GROUND_PATHS__DATA=/data \
    COMMON_GROUND_WEB__HOST=0.0.0.0 COMMON_GROUND_WEB__OPERATION__LOG_LEVEL=info
USER 10001
VOLUME ["/data"]
EXPOSE 7860
# Without an access rule it refuses to start and says which there are.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "app.py"]
