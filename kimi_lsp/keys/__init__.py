"""Keys: where each comes from, in which order, and to which origin it belongs."""
