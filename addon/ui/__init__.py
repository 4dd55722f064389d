"""What the user sees: operators, panels, properties, progress."""
