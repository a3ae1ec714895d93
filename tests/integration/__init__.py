"""Extensions on real servers: the same on flaskfast as on genuine Flask."""
