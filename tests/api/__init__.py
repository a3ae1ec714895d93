"""Flask 3.1.3's public surface as data, held against the package."""
