# sluice: what can be done here. `make` alone lists the targets.

GO      ?= go
FUZZTIME ?= 10s
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0

.DEFAULT_GOAL := help
.PHONY: help build demo test race lint vuln fuzz bench bench-once golden interop bench-bar bench-peers oracle check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

build: ## build bin/sluice
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/sluice ./cmd/sluice

demo: build ## screen the bundled sample and show what came of it
	@./testdata/demo/run.sh bin/sluice out/demo

test: ## run all tests (needs Go alone)
	$(GO) vet ./...
	$(GO) test ./...

race: ## run all tests under the race detector
	$(GO) test -race ./...

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

oracle: ## compare with the plain second implementation on a million rows
	SLUICE_ORACLE_ROWS=1000000 SLUICE_ORACLE_SEEDS=400 $(GO) test ./cmd/sluice -run 'TestOracle|TestRandom' -timeout 30m

golden: ## rewrite the golden outputs of the command's scripts; review them like code
	UPDATE_GOLDEN=1 $(GO) test ./cmd/sluice -run TestScript

interop: build ## check outputs with pyarrow, DuckDB and Polars (installs them into .cache)
	python3 bench/interop/interop.py --sluice bin/sluice --cache .cache/interop

bench-bar: build ## the figures of bench/RESULTS.md on this machine (add LONG=1 for 10 M rows)
	$(GO) run ./bench/bar -sluice bin/sluice $(if $(LONG),-long)

bench-peers: build ## the same job in DuckDB and sluice, interleaved (installs DuckDB into .cache)
	python3 bench/peers/peers.py --sluice bin/sluice --cache .cache/peers

check: lint vuln race fuzz bench-once ## what continuous integration runs

clean: ## remove what was built
	rm -rf bin out .cache
