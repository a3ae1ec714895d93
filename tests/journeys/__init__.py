"""Visits to real applications: the same on flaskfast as on genuine Flask, step by step."""
