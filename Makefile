# Everything runs in the project's own virtual environment, made on first use.
VENV   ?= .venv
PYTHON ?= python3
BIN    := $(VENV)/bin
PEERS  ?= .venv-peers
FUZZ   ?= .venv-fuzz
CLIENTS := .venv-clients
REAL   := tests/real_clients
FUZZ_SECONDS ?= 60

.PHONY: serve test test-clients check bench bench-gpu bench-kokoro bench-kokoro-load bench-segmentation fuzz-segmenter bench-scheduling fmt protos clean

# The main job on the embedded engine. No torch. SERVE_ARGS="--port 9000" passes options on.
serve: $(VENV)/.serve
	$(BIN)/voxgate serve $(SERVE_ARGS)

# Lint, types, every test. TEST_ARGS="-k shutdown" picks some.
test: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q $(TEST_ARGS)

# The packages that people use with the vendors whose protocols we speak, pointed at us; prints a table and writes it into
# docs/clients.md. CLIENTS_ARGS="-k livekit" picks some.
test-clients: $(VENV)/.dev $(CLIENTS)/.python $(CLIENTS)/.grpc $(CLIENTS)/.pipecat-0.0 $(CLIENTS)/.node
	$(BIN)/pytest -q -n 4 --dist loadgroup $(REAL) $(CLIENTS_ARGS)

# The fast part of it, under 30 s.
check: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/pytest -q -m "not slow" -n 2

bench: $(VENV)/.dev
	$(BIN)/python -m loadtest bench

# Kokoro's network: are batches exact, and how fast is it beside the package. No checkpoint is needed.
bench-kokoro: $(VENV)/.dev
	OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m synth.engines.kokoro.bench $(BENCH_ARGS)

# What a graphics card has to confirm, in one report of some minutes: build/kokoro-gpu.md, or $OUT/kokoro-gpu.md. Any python
# with torch and numpy will do (GPU_PYTHON=python3). GPU_ARGS="--device cpu --trial" tries the report itself.
GPU_PYTHON ?= $(BIN)/python
bench-gpu: $(if $(filter $(BIN)/python,$(GPU_PYTHON)),$(VENV)/.dev)
	$(GPU_PYTHON) -m synth.engines.kokoro.bench.gpu --out $${OUT:-build}/kokoro-gpu.md $(GPU_ARGS)

# Kokoro behind the whole gateway: by clients at once, and by turns a second, five minutes; writes its plot into docs/.
bench-kokoro-load: $(VENV)/.dev
	$(BIN)/python -m synth.engines.kokoro.pretend build/pretend
	$(BIN)/python -m loadtest converse --clients 1,2,4,8 --rates 0.1,0.3,0.5 --latency low --seconds 30 \
	  --plot docs/kokoro-load.svg -- --engine=kokoro --engine-options=weights=build/pretend/model.pth

# Our sentences beside the peers', which live in an environment of their own. The public texts are not part of the
# project: SEGMENTATION_ARGS="--data FOLDER" names where they are (docs/segmentation.md).
bench-segmentation: $(PEERS)/.peers
	$(PEERS)/bin/python -m loadtest.segmentation $(SEGMENTATION_ARGS)

# The batcher under thousands of simulated listeners, a minute; writes its tables and its plot into docs/.
bench-scheduling: $(VENV)/.dev
	$(BIN)/python -m loadtest scheduling --write docs >/dev/null

# Looks for a text that breaks a promise of the segmenter, a minute for each target. atheris has no wheel for every Python.
fuzz-segmenter: $(FUZZ)/.fuzz
	for target in fragments characters work; do \
	  $(FUZZ)/bin/python -m loadtest.segmentation.fuzz $$target -max_total_time=$(FUZZ_SECONDS) || exit 1; done

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The generated code is committed; a test fails when it is not what the .proto files make.
protos: $(VENV)/.dev
	$(BIN)/python protos/generate.py

$(VENV)/.serve: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.dev: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet $(shell grep -o 'torch==[0-9.]*' pyproject.toml) # before what would pick another one
	$(BIN)/pip install --quiet --editable '.[dev,kokoro-ja,kokoro-zh]'
	touch $@ $(VENV)/.serve

$(FUZZ)/.fuzz:
	$(PYTHON) -m venv $(FUZZ)
	$(FUZZ)/bin/pip install --quiet --upgrade pip
	$(FUZZ)/bin/pip install --quiet atheris
	touch $@

$(CLIENTS)/.%: $(REAL)/python/requirements-%.txt
	$(PYTHON) -m venv $(CLIENTS)/$*
	$(CLIENTS)/$*/bin/pip install --quiet --upgrade pip
	$(CLIENTS)/$*/bin/pip install --quiet -r $<
	touch $@

$(CLIENTS)/.node: $(REAL)/node/package-lock.json
	npm ci --prefix $(REAL)/node --no-audit --no-fund --loglevel=error
	mkdir -p $(CLIENTS)
	touch $@

$(PEERS)/.peers: loadtest/segmentation/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --upgrade pip
	$(PEERS)/bin/pip install --quiet -r loadtest/segmentation/peers.txt
	touch $@

clean:
	rm -rf $(VENV) $(PEERS) $(FUZZ) $(CLIENTS) $(REAL)/node/node_modules build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
