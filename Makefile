# make serve: sets up everything and runs the shop.   make test: and passes all tests.

export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)
# The crates of the server's side; frontend is for the browser only.
NATIVE := -p app -p burts-books -p buzz -p shop -p store --features app/ssr

.PHONY: help setup serve cluster dev build test check pictures lighthouse covers
help: ## Lists what can be made.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Installs what this machine lacks.
	@scripts/setup

build: setup ## A release build: target/release/burts-books and target/site.
	cargo leptos build --release --precompress

serve: build ## Runs the shop at http://127.0.0.1:3000 on the data in ./data.
	target/release/burts-books

cluster: build ## Four instances over one PostgreSQL, behind nginx at http://127.0.0.1:8080.
	scripts/cluster

dev: setup ## Runs the shop and rebuilds it whenever a file changes.
	cargo leptos watch

test: setup ## All tests: the crates', then the shop's in a real browser.
	scripts/test

lighthouse: build ## What Lighthouse says of the front page, a book's page and the cart.
	cd end2end && npx playwright test --config lighthouse.config.ts

covers: ## Draws the covers as PNG, from the SVGs.
	@scripts/covers

pictures: build ## Every page in every state, to look at, in docs/pictures.
	cd end2end && npx playwright test --config pictures.config.ts

check: setup ## Format, lints on both sides of the wire, documentation.
	cargo fmt --all --check
	cargo clippy --release --all-targets $(NATIVE) -- -D warnings
	cargo clippy --profile wasm-release -p app --features app/hydrate -p frontend --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps $(NATIVE)
	npm --prefix end2end run check
