"""The open file: what an import adds to it."""
