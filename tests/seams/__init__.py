"""What tracing agents, extensions and tests replace keeps seeing every request."""
