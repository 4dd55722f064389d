from pathlib import Path
def write_page(x): pass
