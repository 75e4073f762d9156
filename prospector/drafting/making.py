"""Files and folders that a command creates: all of them, or none if it is interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from prospector.errors import RegionError
from prospector.region.editing import write_text


class Made:
    """What was made; it is removed again where the block ends by an error or an interrupt.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     try:
    ...         with Made() as made:
    ...             made.text(Path(folder) / "models" / "a.toml", "half")
    ...             raise KeyboardInterrupt
    ...     except KeyboardInterrupt:
    ...         list(Path(folder).iterdir())
    []
    """

    def __init__(self) -> None:
        self._made: list[Path] = []

    def __enter__(self) -> Made:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            return
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()

    @property
    def files(self) -> list[Path]:
        """The files that were made, in order."""
        return [path for path in self._made if path.is_file()]

    def folder(self, folder: Path) -> None:
        """Make a folder and those that it lies in, those that are missing."""
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            _reachable(path, path.mkdir)
            self._made.append(path)

    def text(self, file: Path, text: str) -> None:
        """Write a text file that is not there yet, or holds the same."""
        if file.is_file() and file.read_bytes() == text.encode("utf-8"):
            return
        self._begin(file)
        write_text(file, text)

    def bytes(self, file: Path, content: bytes) -> None:
        """Write a file that is not there yet."""
        self._begin(file)
        _reachable(file, lambda: file.write_bytes(content))

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file to where none is yet; once made, it is not copied again."""
        if target in self._made:
            return
        self._begin(target)
        _reachable(target, lambda: shutil.copyfile(source, target))

    def _begin(self, file: Path) -> None:
        if file.exists():
            raise RegionError(
                f"{file} already exists and is not overwritten. Rename it, or choose another "
                "folder."
            )
        self.folder(file.parent)
        self._made.append(file)


def _reachable(path: Path, make: Callable[[], object]) -> None:
    """Make something, or raise RegionError where the system does not let it."""
    try:
        make()
    except OSError as error:
        raise RegionError(
            f"{path}: cannot be written: {error.strerror}. Check the permissions and the free space."
        ) from error
