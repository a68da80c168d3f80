# Wend in a container: the page is built by Node, then only Python remains. See docs/deployment.md.
#
# The default torch is the CPU build. For a GPU: --build-arg TORCH_INDEX= (empty takes the build with CUDA).
# `make replay` carries this file out without Docker: what RUN says names no path outside its WORKDIR.

FROM node:24-slim AS page
WORKDIR /build/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
RUN npm run build

FROM python:3.12-slim
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY constraints.txt pyproject.toml ./
RUN pip install -c constraints.txt torch torchvision ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"}
# Before the package itself, so that a change of ours fetches nothing anew.
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > needed.txt \
  && pip install -c constraints.txt -r needed.txt
# .gitignore tells shipped models from strangers that lie beside them.
COPY .gitignore LICENSE hatch_build.py ./
COPY server/ server/
COPY models/ models/
COPY --from=page /build/frontend/dist frontend/dist
RUN pip install --no-deps .

# Package, page and models are root's, so read-only to whom it runs as: user 1000, or any other that --user names, with
# or without a name in the image. A named volume takes the folder's mode over, and is anybody's, too.
WORKDIR /wend
RUN install -d -m 1777 data
ENV HOME=/wend/data USER=wend LOGNAME=wend
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_WAIT_POLICY=PASSIVE
# Beyond loopback the server asks for a token: WEND_TOKEN, or one it makes up and prints at its start.
ENV WEND_HOST=0.0.0.0 WEND_PORT=8000
USER 1000:1000
VOLUME /wend/data
EXPOSE 8000
# 401 is an answer too: the check does not know the token.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['WEND_PORT']), timeout=2); c.request('GET', '/api/health'); sys.exit(c.getresponse().status not in (200, 401))"]
CMD ["wend", "serve"]
