"""The commands of `python -m engine`, a module each: `add_parser` says its arguments, `run` obeys them."""
