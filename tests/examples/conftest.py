"""``notes_suite`` runs in processes of its own, where ``flask`` is known: see test_notes.py."""

collect_ignore = ["notes_suite"]
