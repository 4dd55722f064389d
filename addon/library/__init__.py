"""Signs as assets: Actions with glosses, their catalogues and thumbnails, and sentences of them."""
