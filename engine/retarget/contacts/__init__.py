"""What hands touch, and arms that give way to keep it."""
