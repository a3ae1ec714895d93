"""``flaskfast verify``: each part by itself, and whole runs in real processes."""
