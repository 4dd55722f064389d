# make demo [VIDEO=clip.mp4]   the animated .blend, .glb and preview of a video, in out/
# make test                    lint and tests, on every Blender this machine can run
VIDEO ?= tests/data/sample.mp4
DEMO := .cache/demo/bin/python

.PHONY: demo test

demo:
	@bash engine/packaging/environment.sh demo demo
	@$(DEMO) -m engine.packaging.models
	@$(DEMO) -m addon.demo "$(VIDEO)" -o out

test:
	@bash tests/run.sh
