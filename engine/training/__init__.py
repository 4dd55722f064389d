"""How the weights are made; not part of the extension, needs torch."""
