# CPU:   docker build -t rollcall . && docker run --rm --init -p 8000:8000 rollcall
# Under another name than localhost: docker run ... rollcall rollcall serve --host 0.0.0.0 --allow-host lecture.example.org
# CUDA:  docker build -t rollcall-cuda --build-arg TORCH_INDEX=https://download.pytorch.org/whl/cu126 .
#        docker run --rm --init --gpus all -p 8000:8000 rollcall-cuda

# The Python that the tests run on.
FROM python:3.11-slim AS build
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/rollcall
WORKDIR /src
# Torch first and by itself: it is most of the image, and stays cached until these two files change.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; print(*(d for d in tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'] if d.startswith('torch')))" > torch.txt \
    && /opt/rollcall/bin/pip install --index-url "$TORCH_INDEX" --constraint constraints.txt --requirement torch.txt
COPY . .
# For a node of a cluster: docker build -t rollcall-cluster --build-arg EXTRAS=[cluster] .
ARG EXTRAS=
RUN /opt/rollcall/bin/pip install --constraint constraints.txt ".$EXTRAS"

FROM python:3.11-slim
# A number, so that Kubernetes can see that it is not root.
RUN useradd --create-home --uid 10001 rollcall
COPY --from=build /opt/rollcall /opt/rollcall
ENV PATH=/opt/rollcall/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /home/rollcall
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["rollcall", "serve", "--host", "0.0.0.0", "--port", "8000"]
