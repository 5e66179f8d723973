"""The tests: folders mirror the package; ``domain/clinic.py`` builds registries from a few words."""
