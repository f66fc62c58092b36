FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# Nothing in the image is writable to whoever runs it; all state is in /state.
RUN useradd --system --uid 10001 --home-dir /state jetbridge && install -d -o jetbridge -m 700 /state
USER jetbridge
ENV JETBRIDGE_HOME=/state
VOLUME /state
EXPOSE 8000

CMD ["gunicorn", "jetbridge.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "4", "--keep-alive", "75", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
