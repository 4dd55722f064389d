"""What is used in a `with` block and then closed."""

from typing import Self


class Closes:
    """A context manager whose end is its close()."""

    def close(self) -> None:
        """Give back what is held."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
