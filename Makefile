# Bookwell from a fresh clone. `make` lists what there is.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PIP := .venv/bin/pip install --quiet --disable-pip-version-check
PYTEST := .venv/bin/pytest
RUN_TIME := .venv/run-time.stamp
TOOLS := .venv/tools.stamp
ASSETS := .venv/assets.stamp
COMPILE := .venv/bin/pip-compile --quiet --no-header --annotation-style=line --strip-extras \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help
help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

.PHONY: run
run: $(RUN_TIME) $(ASSETS) ## serve with an embedded database and a demo clinic (HOST, PORT)
	@exec .venv/bin/python run.py

.PHONY: test
test: $(TOOLS) $(ASSETS) browser ## run the whole suite, in a real browser too
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: probes
probes: $(TOOLS) $(ASSETS) browser ## repeat races and faults at full strength and print the figures
	BOOKWELL_ROUNDS=full $(PYTEST) -m probe -s

.PHONY: bench
bench: $(TOOLS) ## what each page costs, and a crowd of a thousand (more: bench/README.md)
	.venv/bin/python -m bench.paths
	.venv/bin/python -m bench.flash_crowd --clients 1000 --seconds 10 --times 5

.PHONY: check
check: $(TOOLS) ## lint, types, layers, templates, known vulnerabilities
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/mypy run.py .ci/audit.py docs/screenshots.py docs/gallery.py
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet webapp/templates listeners/messages
	.venv/bin/python .ci/audit.py

.PHONY: sbom
sbom: $(TOOLS) ## write var/sbom.json: every package of the image, CycloneDX 1.6
	@mkdir -p var
	.venv/bin/cyclonedx-py requirements requirements.txt --pyproject pyproject.toml \
		--spec-version 1.6 --output-reproducible --output-file var/sbom.json

.PHONY: pins
pins: $(TOOLS) ## pin what pyproject.toml asks for (UPGRADE=--upgrade: the newest of everything else)
	$(COMPILE) $(UPGRADE) --output-file=requirements.txt pyproject.toml
	sed -i '1i # Made by `make pins` from pyproject.toml.' requirements.txt
	$(COMPILE) $(UPGRADE) --extra=dev --output-file=requirements-dev.txt pyproject.toml
	sed -i '1i # Made by `make pins` from pyproject.toml: run time, tests and checks.' requirements-dev.txt

# The domain's refusals are sentences, too: the names of its errors count as words like gettext.
SAYS := --keyword=Sentence --keyword=_refusal:2 --keyword=Confidential --keyword=say --keyword=counted:1,2 --keyword=lazy_gettext \
	--keyword=lazy_ngettext:1,2 --keyword=DomainError --keyword=NotFound --keyword=Conflict --keyword=Invalid \
	--keyword=Forbidden --keyword=TooLate --keyword=Unavailable --keyword=SlotTaken --keyword=SlotsOverlap \
	--keyword=PatientBusy --keyword=DoctorLeft --keyword=AlreadyEnded --keyword=NoticeNeeded
POT := translations/messages.pot

.PHONY: messages
messages: $(TOOLS) extracted ## bring the catalogues up to date with what pages and mails say
	.venv/bin/pybabel --quiet update --input-file=$(POT) --output-dir=translations --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --width=100

.PHONY: extracted
extracted:
	@.venv/bin/pybabel --quiet extract --mapping=pyproject.toml $(SAYS) --sort-output --add-location=file \
		--add-comments=Translators: --omit-header --output=$(POT) .

.PHONY: screenshots
screenshots: $(TOOLS) $(ASSETS) browser ## take the pictures of the README from the running app
	.venv/bin/python docs/screenshots.py

.PHONY: gallery
gallery: $(TOOLS) $(ASSETS) browser ## picture every page in every width and mode into var/gallery (ONLY=word)
	.venv/bin/python docs/gallery.py

.PHONY: assets
assets: $(ASSETS) ## install the browser assets

.PHONY: browser
browser:
	@.ci/browser

.venv/bin/pip:
	@.ci/venv

$(RUN_TIME): requirements.txt | .venv/bin/pip
	$(PIP) -r requirements.txt
	@touch $@

$(TOOLS): requirements-dev.txt | .venv/bin/pip
	$(PIP) -r requirements-dev.txt
	@touch $@ $(RUN_TIME)

$(ASSETS): package.json package-lock.json .ci/assets | .venv/bin/pip
	.ci/assets
	@touch $@
