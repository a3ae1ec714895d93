"""What tracing agents record of an application is the same as on genuine Flask."""
