"""The part of the app and of blueprints that only registers and decides, and does no I/O."""
