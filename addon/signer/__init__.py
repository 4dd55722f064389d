"""Our armature: how it is built, limited and keyed."""
