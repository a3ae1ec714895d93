"""The reference flavour of every kernel: plain Python, readable first."""
