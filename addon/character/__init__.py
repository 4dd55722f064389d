"""The user's armatures: recognised, keyed, limited."""
