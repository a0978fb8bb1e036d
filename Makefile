# Hawser: Docker networks on Open vSwitch. `make help` lists the goals.
SHELL := /bin/bash
PREFIX ?= /usr/local
UNITDIR ?= /etc/systemd/system
MANDIR ?= $(PREFIX)/share/man
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
# RUNTIME is .NET's name of a processor, ARCH is Debian's. This machine's binary is artifacts/hawser; another has a folder of its own.
NATIVE := linux-$(patsubst x86_64,x64,$(patsubst aarch64,arm64,$(shell uname -m)))
ifeq ($(origin ARCH),command line)
RUNTIME := linux-$(ARCH:amd64=x64)
endif
RUNTIME ?= $(NATIVE)
$(if $(filter linux-x64 linux-arm64,$(RUNTIME)),,$(error $(RUNTIME) is not supported: RUNTIME is linux-x64 or linux-arm64, ARCH is amd64 or arm64))
OUT := artifacts$(if $(filter-out $(NATIVE),$(RUNTIME)),/$(RUNTIME))
BINARY := $(OUT)/hawser
UNITS := hawser.service hawser.socket hawser-netns.service hawser-netns.socket
NATIVE_BINARY := artifacts/hawser

export DOTNET_CLI_TELEMETRY_OPTOUT = 1
export DOTNET_NOLOGO = 1

.PHONY: help build publish plugin install uninstall deb pack test test-all test-next demo bench clean
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1 /p' $(MAKEFILE_LIST) | awk '{ goal = $$1; $$1 = ""; printf "make %-10s%s\n", goal, $$0 }'

build: ## compile everything; a warning is an error
	dotnet build Hawser.slnx -c Release -warnaserror

publish: ## the one file to install: artifacts/hawser
	dotnet publish src/Hawser -c Release -r $(RUNTIME) --self-contained -o $(OUT)/publish \
		-p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true \
		-p:IncludeNativeLibrariesForSelfExtract=true -p:DebugType=embedded
	install -m755 $(OUT)/publish/hawser $(BINARY)

plugin: $(BINARY) ## the managed plugins hawser/ovs and hawser/ovn, in the Docker that is here
	@[[ $(RUNTIME) == $(NATIVE) ]] || { echo "make plugin takes this machine's libraries: make it on a machine of $(RUNTIME)" >&2; exit 2; }
	packaging/plugin $(BINARY) artifacts/plugin
	for driver in ovs ovn; do docker plugin create hawser/$$driver artifacts/plugin/$$driver || exit 1; done

install: $(BINARY) $(NATIVE_BINARY) ## to $(PREFIX)/bin, as a systemd service with its sockets
	install -D -m755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/hawser
	install -d $(DESTDIR)$(UNITDIR) $(DESTDIR)$(MANDIR)/man8
	for unit in hawser hawser-netns; do \
		sed 's|@BINDIR@|$(PREFIX)/bin|' packaging/$$unit.service.in >$(DESTDIR)$(UNITDIR)/$$unit.service || exit 1; \
		install -m644 packaging/$$unit.socket $(DESTDIR)$(UNITDIR)/$$unit.socket || exit 1; \
	done
	test -e $(DESTDIR)/etc/default/hawser || install -D -m644 packaging/hawser.default $(DESTDIR)/etc/default/hawser
	$(NATIVE_BINARY) man >$(DESTDIR)$(MANDIR)/man8/hawser.8
	install -D -m644 packaging/completion/hawser.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/hawser
	install -D -m644 packaging/completion/_hawser $(DESTDIR)$(ZSHDIR)/_hawser
	install -D -m644 packaging/completion/hawser.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/hawser.fish
	@if [[ -z "$(DESTDIR)" && -d /run/systemd/system ]]; then systemctl daemon-reload; fi
	@if [[ -z "$(DESTDIR)" ]]; then echo "installed; start it with: systemctl enable --now hawser"; fi

$(BINARY):
	$(MAKE) publish RUNTIME=$(RUNTIME)

ifneq ($(BINARY),$(NATIVE_BINARY))
# It writes the manual: a binary for another processor does not run here.
$(NATIVE_BINARY):
	$(MAKE) publish RUNTIME=$(NATIVE)
endif

uninstall: ## the opposite; networks, their state and /etc/default/hawser stay
	@if [[ -z "$(DESTDIR)" && -d /run/systemd/system ]]; then systemctl disable --now $(UNITS) || true; fi
	rm -f $(addprefix $(DESTDIR),$(PREFIX)/bin/hawser $(addprefix $(UNITDIR)/,$(UNITS)) $(MANDIR)/man8/hawser.8 \
		$(PREFIX)/share/bash-completion/completions/hawser $(ZSHDIR)/_hawser $(PREFIX)/share/fish/vendor_completions.d/hawser.fish)
	@if [[ -z "$(DESTDIR)" && -d /run/systemd/system ]]; then systemctl daemon-reload; systemctl reset-failed $(UNITS) 2>/dev/null || true; fi

deb: $(BINARY) $(NATIVE_BINARY) ## a Debian package: artifacts/hawser_*.deb (ARCH=arm64: artifacts/linux-arm64/hawser_*.deb)
	packaging/deb $(OUT) $(patsubst x64,amd64,$(RUNTIME:linux-%=%))

pack: ## the OVSDB client alone, as a NuGet package: artifacts/package/Hawser.Ovsdb.*.nupkg
	dotnet pack src/Hawser.Ovsdb -c Release -o artifacts/package

test: ## the tests: on Debian 12, what depends on versions on Debian 13 too, and on the kernel datapath (root)
	lab/test

test-all: ## those, and all that is left out of them to save time (root)
	lab/test --all

test-next: ## the lab's tests on Debian sid: the newest Docker, Open vSwitch, OVN and Linux (root)
	lab/test --next

demo: ## two networks and what they do, on a private host (root); KEEP=1 leaves it running
	lab/demo

bench: ## the table of times (root)
	bench/run

clean: ## build outputs, lab hosts and the managed plugins
	if [[ -d .lab ]]; then lab/host clean; rm -rf .lab; fi
	rm -rf artifacts
	@if docker plugin ls >/dev/null 2>&1; then for driver in ovs ovn; do docker plugin rm -f hawser/$$driver 2>/dev/null || true; done; fi
	find src tests -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} +
