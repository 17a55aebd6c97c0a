# make serve: installs what is missing, builds the shop and runs it.   make test: runs the tests.

export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
# The crates of the server's side; frontend is for browsers only.
NATIVE := -p app -p burts-books -p buzz -p checks -p from_json -p from_json_derive -p protocol -p shop -p store --features app/ssr

.PHONY: help setup setup-cluster setup-test serve cluster dev build test test-all check pictures lighthouse covers settings
help: ## Lists the targets.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## Installs what is missing to build and serve the shop.
	@scripts/setup

build: setup ## Builds the release: target/release/burts-books and target/site.
	cargo leptos build --release --precompress

serve: build ## Runs the shop at http://127.0.0.1:3000 on the data in ./data.
	target/release/burts-books

cluster: setup-cluster build ## Runs four instances over one PostgreSQL, behind nginx at http://127.0.0.1:8080.
	scripts/cluster

dev: setup ## Runs the shop, and rebuilds it whenever a file changes.
	cargo leptos watch

setup-cluster: ## Installs what is missing to build the shop and run several instances.
	@scripts/setup cluster

setup-test: ## Installs what is missing to run the tests, too.
	@scripts/setup test

test: setup-test ## Runs the tests that precede each commit: the crates', then the shop's in three browsers.
	scripts/test

test-all: setup-test ## Runs the same and all long tests: over an hour.
	scripts/test --all

lighthouse: setup-test build ## Runs Lighthouse on the front page, a book's page and the cart.
	cd end2end && npx playwright test --config lighthouse.config.ts

covers: ## Draws the covers as PNG, from the SVGs.
	@scripts/covers

settings: setup-test ## Writes docs/settings.md from the command line's definition.
	WRITE_SETTINGS=1 cargo nextest run --cargo-profile quick $(NATIVE) -E 'test(/^settings_docs::/)'

pictures: setup-test build ## Takes a picture of every page in every state, in docs/pictures.
	cd end2end && npx playwright test --config pictures.config.ts

check: setup-test ## Format, import cycles, lints for the server and both files of WASM, documentation.
	cargo fmt --all --check
	cargo run --quiet --profile quick -p checks
	cargo clippy --profile quick --all-targets $(NATIVE) -- -D warnings
	cargo clippy --profile wasm-release -p app --features app/hydrate -p frontend-shop --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
	cargo clippy --profile wasm-release -p app --features app/desk -p frontend-desk --target wasm32-unknown-unknown --target-dir target/desk -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --profile quick --no-deps $(NATIVE)
	npm --prefix end2end run check
