"""``flaskfast doctor``."""
