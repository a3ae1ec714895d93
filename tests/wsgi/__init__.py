"""What WSGI servers and hostile clients may expect of an application (PEP 3333).

Every test runs on flaskfast and on genuine Flask: what genuine Flask is known to
fail is marked so, and that mark is checked too.
"""
