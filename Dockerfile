# The app in a container: docs/deploy.md says how it is built and run.
FROM python:3.13-slim-bookworm

# On other processors than x86-64: --build-arg LOCK=requirements.lock
ARG LOCK=requirements-cpu.lock

# Some hosts run every container as user 1000.
RUN useradd --uid 1000 --create-home studio \
    && install --directory --owner studio /data

WORKDIR /app
COPY requirements.lock requirements-cpu.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r "$LOCK"

COPY . .
# Whoever runs it cannot write here, not even what Python compiles.
RUN python -m compileall -q .

USER 1000
ENV MNIST_HOME=/data/mnist-studio \
    KERAS_HOME=/data/keras \
    MNIST_READ_ONLY=1 \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0
VOLUME /data
EXPOSE 8501

HEALTHCHECK --start-period=60s --interval=30s --timeout=5s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=4)"]

CMD ["streamlit", "run", "server.py"]
