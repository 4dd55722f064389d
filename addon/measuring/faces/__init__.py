"""The README's picture of faces: a film of a signer, our head and a character that show its face."""
