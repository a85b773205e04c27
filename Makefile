# SPDX-License-Identifier: Apache-2.0
# `make` lists what there is. Needed on the machine: Node with npm, bash; the rest is fetched.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help ok check test demo build build-all bench image deploy clean plugins set-up executable shim shim-arm64 shim-fuzz

BUN := node_modules/.bin/bun
LOCK := node_modules/.package-lock.json
# A compiled executable must not read .env and bunfig.toml of the folder that a runtime starts it in.
COMPILE := $(BUN) build --compile --bytecode --minify --no-compile-autoload-dotenv --no-compile-autoload-bunfig \
	src/main.ts
TARGETS := linux-x64-musl linux-arm64-musl linux-x64-baseline linux-x64-musl-baseline

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

ok: set-up check ## types, format, lint, repo checks, unit tests, in two minutes; needs root for network namespaces
	$(BUN) tools/run-tests.ts src tools bench

check: $(LOCK) ## the part of `make ok` that needs no root: no tests
	node_modules/.bin/tsc
	node_modules/.bin/biome check
	$(BUN) tools/check-repo.ts

test: set-up check executable shim ## everything, with real plugins and containerd, on a fresh Debian too; needs root
	$(BUN) tools/run-tests.ts src native tools bench e2e

demo: plugins $(LOCK) ## attach a pod to two networks for real, in a sandbox, and clean up
	$(BUN) src/main.ts try -f examples/two-networks-pod

build: executable shim-arm64 ## dist/plures and dist/multus for linux x64, both for arm64
	$(COMPILE) --target=bun-linux-arm64 --outfile dist/plures-linux-arm64

build-all: build ## also for musl, and x64 without AVX2
	for target in $(TARGETS); do $(COMPILE) --target=bun-$$target --outfile dist/plures-$$target; done
	$(BUN) tools/check-executables.ts dist

bench: set-up executable shim ## the plugins alone and through Plures, measured side by side; needs root
	$(BUN) bench/main.ts

image: build ## dist/plures-image*.tar, the container image for x64 and arm64, without a container engine
	tools/set-up.sh ca-certificates libc6-arm64-cross
	$(BUN) tools/build-image.ts dist

deploy: $(LOCK) ## deploy/, what is applied to a cluster, from src/manifests
	$(BUN) tools/deploy/write-deploy.ts

clean: ## take away what was built and installed here
	rm -rf dist node_modules

# Two names of one file: what is installed, and what a release has.
shim: ## dist/multus, the static shim for linux x64
	tools/build-shim.sh x64 dist/multus-linux-x64
	ln -f dist/multus-linux-x64 dist/multus

shim-arm64: shim ## the same for linux arm64
	tools/build-shim.sh arm64 dist/multus-linux-arm64

FUZZ_SECONDS := 600
shim-fuzz: $(LOCK) ## libFuzzer against the static shim, FUZZ_SECONDS=600
	tools/build-shim.sh fuzzer dist/shim-fuzz/fuzzer
	$(BUN) native/fuzz/write-seeds.ts dist/shim-fuzz/seeds
	cd dist/shim-fuzz && mkdir -p corpus && ./fuzzer -max_total_time=$(FUZZ_SECONDS) -timeout=5 corpus seeds

executable: $(LOCK)
	$(COMPILE) --outfile dist/plures

plugins:
	tools/set-up.sh containernetworking-plugins

set-up: $(LOCK)
	tools/set-up.sh --root containernetworking-plugins containerd runc busybox-static iproute2 iptables \
		ca-certificates

$(LOCK): package.json package-lock.json
	npm ci --no-audit --no-fund
	touch $(LOCK)
