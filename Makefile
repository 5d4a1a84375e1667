# Thin on purpose: every target is a line or two; the work is in scripts/ and in the program itself.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench peers lock install try-install sbom audit clean

run: .venv/.run                 ## start the demo
	exec env PYTHONSAFEPATH=1 $(BIN)/usciere demo $(ARGS)

test: .venv/.dev                ## all tests; installs Mosquitto, PostgreSQL and Chromium by apt where it may
	scripts/services
	scripts/test $(ARGS)

check: .venv/.dev               ## all gates, in seconds
	scripts/check

bench: .venv/.run               ## tap to unlock on this machine, next to a bare echo
	$(BIN)/usciere bench $(ARGS)

peers:                          ## ESPHome's checker and zigbee2mqtt's converters, for the tests that ask them
	scripts/peers

install:                        ## as root: into /opt/usciere, with units for systemd; DESTDIR for another root
	scripts/install

try-install: .venv/.dev          ## as root: the documented installation, in a clean Debian made for it
	scripts/try-install $(ARGS)

sbom:                           ## what this is made of, as CycloneDX, into dist/
	scripts/supply sbom

audit:                          ## known vulnerabilities of the pinned parts; says so if nobody can be asked
	scripts/supply audit

lock:                           ## resolve the pins anew (needs uv)
	scripts/lock

.venv/.run: requirements.txt pyproject.toml
	$(PYTHON) scripts/environment.py requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt pyproject.toml
	$(PYTHON) scripts/environment.py requirements-dev.txt
	@touch $@ .venv/.run

clean:
	rm -rf .venv demo build dist
