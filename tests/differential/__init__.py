"""A generated comparison with genuine Flask: the same made-up apps on both, event by event."""
