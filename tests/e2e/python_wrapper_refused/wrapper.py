class Wrapper:
    """A wrapper in Python."""
