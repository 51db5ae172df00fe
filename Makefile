# The one entry point, the same for people and for CI. Recipes are one line or call a script.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Rooms without I/O. Their tests compute for seconds without a pause, and would keep those that wait from their turn.
pure := IceEncodingTests|OpenAPITests|SliceCodeGenTests|SliceJSONTests|SliceTests

# Not hundreds of tests at once, each of which then has to wait for the processor.
test interop: export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

.PHONY: help
help: ## Lists these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## Installs what the build needs, builds, and serves the demo on http://localhost:8080
	@scripts/run-demo

.PHONY: build
build: deps ## Builds everything for debugging
	@scripts/step "build" swift build

.PHONY: test
test: test-deps ## Installs what the tests need, then runs all of them
	@scripts/step "build the tests" swift build --build-tests
	@scripts/step "test the pure rooms" scripts/run-tests --skip-build --filter '$(pure)'
	@scripts/step "test the rooms with I/O" scripts/run-tests --skip-build --skip '$(pure)|InteropTests'
	@scripts/step "check generated code" scripts/check-generated
	@scripts/step "test with real peers" scripts/run-tests --skip-build --filter InteropTests

.PHONY: interop
interop: test-deps ## Runs only the tests with real Ice peers
	@scripts/step "build the tests" swift build --build-tests
	@scripts/step "test with real peers" scripts/run-tests --skip-build --filter InteropTests

.PHONY: examples
examples: test-deps ## Builds the examples and runs each server with its client, also with real peers
	@scripts/step "test the examples" scripts/test-examples

.PHONY: sanitize
sanitize: deps ## Runs the tests under the address and thread sanitizers
	@scripts/step "address sanitizer" scripts/test-sanitized address
	@scripts/step "thread sanitizer" scripts/test-sanitized thread

.PHONY: fuzz
fuzz: deps ## Fuzzes what reads bytes from outside, a minute each
	@scripts/step "fuzz" scripts/fuzz

.PHONY: soak
soak: test-deps ## Ten minutes of every kind of traffic while servants die and the configuration changes
	@scripts/step "soak" scripts/soak

.PHONY: schemathesis
schemathesis: test-deps ## Makes requests, right and wrong, from the OpenAPI document
	@scripts/step "schemathesis" scripts/test-schemathesis

.PHONY: docs-page
docs-page: build test-deps ## Uses the page at /docs in Chromium
	@scripts/step "docs page" scripts/test-docs-page

.PHONY: docs-test
docs-test: deps ## Runs every command of README and docs, and follows their links
	@scripts/step "install what the pages need" scripts/install-deps curl openssl python3-yaml mumble-server zeroc-ice-slice nginx-light
	@scripts/step "build" swift build --product icegate
	@scripts/step "test the pages" scripts/test-docs

.PHONY: site
site: ## Makes a web site of docs in .build-site
	@scripts/step "site" scripts/build-site

.PHONY: bench
bench: deps ## Measures the gateway beside a bare HTTP server, client and server beside Ice for C++
	@scripts/step "bench the gateway" scripts/bench
	@scripts/step "bench the client" scripts/bench-client
	@scripts/step "bench the server" scripts/bench-server
	@scripts/step "bench pending dispatches" scripts/bench-dispatch
	@scripts/step "bench overload" scripts/bench-overload

.PHONY: lint
lint: ## Says what isn't formatted or breaks a rule of the house
	@scripts/step "lint" scripts/format --check

.PHONY: format
format: ## Formats all Swift sources
	@scripts/step "format" scripts/format

.PHONY: golden
golden: deps ## Writes what slice2swift's tests expect anew
	@scripts/step "golden" env ICEGATE_WRITE_GOLDEN=1 swift test --filter SliceCodeGenTests.GoldenTests

.PHONY: errors
errors: deps ## Writes the tables of docs/errors.md anew
	@scripts/step "errors" env ICEGATE_WRITE_ERRORS=1 swift test --filter GatewayTests.ErrorTableTests/documented

.PHONY: configuration
configuration: deps ## Writes docs/configuration-reference.md and docs/icegate.example.yaml anew
	@scripts/step "configuration" env ICEGATE_WRITE_CONFIGURATION=1 swift test --filter GatewayTests.ConfigurationReferenceTests/current

.PHONY: help-texts
help-texts: deps ## Writes Tests/Interop/HelpTexts anew
	@scripts/step "help texts" env ICEGATE_WRITE_HELP=1 swift test --filter InteropTests.HelpTests/snapshots

.PHONY: generated
generated: deps ## Generates Swift from Debian's Slice files and compiles it
	@scripts/step "check generated code" scripts/check-generated

.PHONY: clients
clients: test-deps ## Makes Python and TypeScript clients of the documents in openapi/ and calls a gateway with them
	@scripts/step "test generated clients" scripts/test-clients

.PHONY: openapi
openapi: deps ## Writes the documents in openapi/ anew
	@scripts/step "openapi" scripts/write-openapi

.PHONY: image
image: ## Builds the container image with docker, podman or buildah
	@scripts/step "image" scripts/build-image

.PHONY: deb
deb: deps ## Builds the Debian package
	@scripts/step "build the Debian package" scripts/build-deb

.PHONY: test-image
test-image: test-deps ## Runs image, compose.yaml and Kubernetes' pod with the debug build, in namespaces; needs root
	@scripts/step "build" swift build --product icegate
	@scripts/step "test the image" scripts/test-image
	@scripts/step "test compose.yaml" scripts/test-compose
	@scripts/step "test the manifests for Kubernetes" scripts/test-kubernetes

.PHONY: test-deb
test-deb: deps ## Installs the Debian package on a clean Debian 12 and starts its service; needs root
	@scripts/step "test the Debian package" scripts/test-deb

.PHONY: clean
clean: ## Removes everything that was built, except the Ice peers
	rm -rf .build $(filter-out .build-peers,$(wildcard .build-*))

.PHONY: deps
deps:
	@scripts/step "install what the build needs" scripts/install-deps build

.PHONY: test-deps
test-deps:
	@scripts/step "install what the tests need" scripts/install-deps test
	@scripts/step "set up the real Ice peers" scripts/setup-peers
