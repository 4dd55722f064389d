"""Builds what ships beside the code; itself it does not ship."""
