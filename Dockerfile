# Wend in a container: the page is built by Node, then only Python remains.
#
# The default torch is the CPU build. For a GPU: --build-arg TORCH_INDEX= (empty takes the build with CUDA).

FROM node:24-slim AS page
WORKDIR /wend/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 OMP_WAIT_POLICY=PASSIVE
WORKDIR /wend
COPY constraints.txt ./
RUN pip install -c constraints.txt torch torchvision ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}
# The package is installed editable, as in a clone: it finds models/ and frontend/dist beside itself.
COPY pyproject.toml LICENSE ./
COPY server/ server/
RUN pip install -c constraints.txt --editable .
COPY models/ models/
COPY --from=page /wend/frontend/dist frontend/dist
RUN useradd --create-home --uid 1000 wend && install -d -o wend -g wend data
USER wend
VOLUME /wend/data
EXPOSE 8000
# 401 is an answer too: the check does not know the token.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=2); c.request('GET', '/api/health'); sys.exit(c.getresponse().status not in (200, 401))"]
# Beyond loopback the server asks for a token: WEND_TOKEN, or one it makes up and prints at its start.
CMD ["wend", "serve", "--host", "0.0.0.0", "--port", "8000"]
