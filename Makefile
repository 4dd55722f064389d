# make demo [VIDEO=clip.mp4]   the animated .blend, .glb and preview of a video, in out/
# make check                   lint and the engine's tests, without root and data: two minutes at most
# make test                    lint and all tests, on every Blender this machine can run
VIDEO ?= tests/data/sample.mp4
DEMO := .cache/demo/bin/python

.PHONY: demo check test

demo:
	@bash engine/packaging/environment.sh demo demo
	@$(DEMO) -m engine.packaging.models
	@$(DEMO) -m addon.demo "$(VIDEO)" -o out

check:
	@bash tests/run.sh quick

test:
	@bash tests/run.sh
