"""Answers over real sockets, flaskfast's against genuine Flask's.

``recording`` describes a request byte by byte, ``wire`` sends it and reads the
answer, ``servers`` runs an application under a WSGI server, ``normalisation``
lists what is random by nature, ``comparison`` puts two sets of answers side by
side. The recorded requests are the modules called ``*_requests``.
"""
