"""The template engine, against Jinja's own."""
