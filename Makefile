# make serve: sets up everything and runs the shop.   make test: and passes the tests.

export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
# The crates of the server's side; frontend is for the browser only.
NATIVE := -p app -p burts-books -p buzz -p protocol -p shop -p store --features app/ssr

.PHONY: help setup setup-test serve cluster dev build test test-all check pictures lighthouse covers
help: ## Lists what can be made.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Installs what this machine lacks to build and serve the shop.
	@scripts/setup

build: setup ## A release build: target/release/burts-books and target/site.
	cargo leptos build --release --precompress

serve: build ## Runs the shop at http://127.0.0.1:3000 on the data in ./data.
	target/release/burts-books

cluster: setup-test build ## Four instances over one PostgreSQL, behind nginx at http://127.0.0.1:8080.
	scripts/cluster

dev: setup ## Runs the shop and rebuilds it whenever a file changes.
	cargo leptos watch

setup-test: # What the tests need as well.
	@scripts/setup test

test: setup-test ## The tests to run before each commit: the crates', then the shop's in three browsers.
	scripts/test

test-all: setup-test ## Those, and all that is long by nature: over an hour.
	scripts/test --all

lighthouse: setup-test build ## What Lighthouse says of the front page, a book's page and the cart.
	cd end2end && npx playwright test --config lighthouse.config.ts

covers: ## Draws the covers as PNG, from the SVGs.
	@scripts/covers

pictures: setup-test build ## Every page in every state, to look at, in docs/pictures.
	cd end2end && npx playwright test --config pictures.config.ts

check: setup-test ## Format, lints on both sides of the wire, documentation.
	cargo fmt --all --check
	cargo clippy --profile quick --all-targets $(NATIVE) -- -D warnings
	cargo clippy --profile wasm-release -p app --features app/hydrate -p frontend --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --profile quick --no-deps $(NATIVE)
	npm --prefix end2end run check
