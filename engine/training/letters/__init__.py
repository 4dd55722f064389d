"""Fingerspelling: a classifier of the handshapes that letters are, learnt and measured."""
