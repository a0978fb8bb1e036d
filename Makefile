# Hawser: Docker networks on Open vSwitch. `make help` lists the goals.
SHELL := /bin/bash
PREFIX ?= /usr/local
UNITDIR ?= /etc/systemd/system
RUNTIME ?= linux-x64
BINARY := artifacts/hawser

export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.PHONY: help build publish plugin install uninstall test demo bench clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' $(MAKEFILE_LIST) | awk '{ goal = $$1; $$1 = ""; printf "make %-10s%s\n", goal, $$0 }'

build: ## compile everything; a warning is an error
	dotnet build Hawser.slnx -c Release -warnaserror

publish: ## the one file to install: artifacts/hawser
	dotnet publish src/Hawser -c Release -r $(RUNTIME) --self-contained -o artifacts/publish \
		-p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true \
		-p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=embedded
	install -m755 artifacts/publish/hawser $(BINARY)

plugin: $(BINARY) ## the driver ovn as a managed plugin: artifacts/plugin, for `docker plugin create`
	packaging/plugin $(BINARY) artifacts/plugin

install: $(BINARY) ## to $(PREFIX)/bin, with the systemd unit
	install -D -m755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/hawser
	install -D -m644 packaging/hawser.service $(DESTDIR)$(UNITDIR)/hawser.service
	@if [[ -z "$(DESTDIR)" && -d /run/systemd/system ]]; then systemctl daemon-reload; fi
	@echo "installed; start it with: systemctl enable --now hawser"

$(BINARY):
	$(MAKE) publish

uninstall: ## the opposite; networks and their state stay
	@if [[ -z "$(DESTDIR)" && -d /run/systemd/system ]]; then systemctl disable --now hawser || true; fi
	rm -f $(DESTDIR)$(PREFIX)/bin/hawser $(DESTDIR)$(UNITDIR)/hawser.service

test: ## everything, on both Debians and on the kernel datapath (root)
	lab/test

demo: ## two networks and what they do, on a private host (root); KEEP=1 leaves it running
	lab/demo

bench: ## the table of times (root)
	bench/run

clean: ## build outputs and lab hosts
	if [[ -d .lab ]]; then lab/host clean; rm -rf .lab; fi
	rm -rf artifacts
	find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
