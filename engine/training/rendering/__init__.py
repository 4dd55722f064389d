"""Pictures of signing figures, and the truth about them."""
