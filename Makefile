# sluice: what can be done here. `make` alone lists the targets.

GO      ?= go
FUZZTIME ?= 10s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.DEFAULT_GOAL := help
.PHONY: help build demo test race lint vuln fuzz bench bench-once pii-score golden interop report-look schedules bench-bar bench-nights nights bench-peers bench-compare oracle check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

build: ## build bin/sluice
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/sluice ./cmd/sluice

demo: build ## screen the bundled sample and show what came of it
	@./testdata/demo/run.sh bin/sluice out/demo

test: ## run all tests (needs Go alone)
	$(GO) vet ./...
	$(GO) test ./...
	cd bench/peers && $(GO) vet . && $(GO) test .

race: ## run all tests under the race detector
	GORACE=atexit_sleep_ms=10 $(GO) test -race ./...

lint: ## gofmt, vet, staticcheck
	@test -z "$$(gofmt -l .)" || { echo 'gofmt would change:'; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

vuln: ## look for known holes in what is imported, where the database can be reached
	./.ci/vuln $(GOVULNCHECK)

fuzz: ## run every fuzz target for FUZZTIME (default 10s)
	./.ci/fuzz $(FUZZTIME)

bench: ## run all benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-once: ## run each benchmark once, so that none rots
	$(GO) test -run '^$$' -bench . -benchtime 1x -short ./...

oracle: ## compare with the plain second implementation on a million rows (LONG=1: ten lists of a million)
	SLUICE_ORACLE_ROWS=1000000 SLUICE_ORACLE_LISTS=$(if $(LONG),10,1) SLUICE_ORACLE_SEEDS=400 \
		$(GO) test ./cmd/sluice -run 'TestOracle|TestRandom' -timeout 60m

pii-score: ## score the tagging of columns on the labelled tables of testdata/pii
	$(GO) run ./bench/pii testdata/pii/dev testdata/pii/held testdata/pii/held2

golden: ## rewrite the golden outputs of the command's scripts; review them like code
	UPDATE_GOLDEN=1 $(GO) test ./cmd/sluice -run TestScript

interop: build ## check outputs with pyarrow, DuckDB, Polars and others (installs them into .cache)
	python3 bench/interop/interop.py --sluice bin/sluice --cache .cache/interop

report-look: build ## look at pages of sluice report in a real browser (Chromium); pictures go to out/look
	$(GO) run ./bench/look -sluice bin/sluice -out out/look

schedules: build ## try testdata/schedules: systemd, cron, Airflow, Kubernetes, Prometheus (installs checkers into .cache)
	python3 bench/interop/schedules.py --sluice bin/sluice --cache .cache/interop

bench-bar: build ## the figures of bench/RESULTS.md on this machine (LONG=1 for 10 M rows)
	$(GO) build -o bin/bar ./bench/bar
	bin/bar -sluice bin/sluice $(if $(LONG),-long)

bench-nights: build ## what a night over 20 delivered lists of a million rows takes (LONG=1 for 100; 20 GB of disk)
	$(GO) build -o bin/bar ./bench/bar
	bin/bar -sluice bin/sluice -nights $(if $(LONG),100,20)

nights: ## thirty nights with erasures, kills, a restored backup and tampering, on longer lists
	SLUICE_NIGHTS_ROWS=20000 $(GO) test ./cmd/sluice -run TestThirtyNights -v -timeout 30m

bench-peers: build .cache/peers/venv/made ## the same job in sluice, DuckDB, ClickHouse and plain Go (LONG=1 for 10 M rows)
	cd bench/peers && $(GO) build -o ../../.cache/peers/peers .
	.cache/peers/peers -sluice bin/sluice $(if $(LONG),-long)

# ClickHouse is 650 MB of library; without it the others still run.
.cache/peers/venv/made: bench/peers/requirements.txt bench/peers/requirements-clickhouse.txt
	python3 -m venv .cache/peers/venv
	.cache/peers/venv/bin/pip install -q -r bench/peers/requirements.txt
	-.cache/peers/venv/bin/pip install -q --no-deps -r bench/peers/requirements-clickhouse.txt
	touch $@

bench-compare: ## benchmarks of two commits, interleaved: BASE=ref [HEAD=ref] [BENCH=regexp] [PKG=./...]
	GO='$(GO)' bench/compare.sh '$(BASE)' '$(HEAD)' '$(BENCH)' '$(PKG)'

check: lint vuln race fuzz bench-once ## what continuous integration runs

clean: ## remove what was built
	rm -rf bin out .cache
