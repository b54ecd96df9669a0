"""Every file that manifests lead to: themselves, what they extend, and their catalogues' packs."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tapdb_ctl.errors import ManifestError
from tapdb_ctl.manifest import declarations, discovery
from tapdb_ctl.manifest.environments import shaped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tapdb_ctl.errors import Finding
    from tapdb_ctl.manifest.variables import Variables


class Reached(NamedTuple):
    """The files, each once and sorted as they are shown, and a finding for every path that leads to none."""

    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


def reached(paths: Sequence[Path], variables: Variables) -> Reached:
    """The files of all environments that the manifests declare, whether or not these are valid.

    A catalogue whose path holds a variable without a value leads nowhere, and that is no finding.
    """
    files: dict[Path, Path] = {}
    wrong: list[Finding] = []
    for places in _places(paths, variables):
        try:
            for file in places():
                files.setdefault(file.resolve(), file)
        except ManifestError as error:
            wrong.extend(error.findings)
        except OSError as error:
            wrong.append(discovery.unreadable(Path(error.filename), error))
    return Reached(tuple(sorted(files.values(), key=discovery.shown)), tuple(dict.fromkeys(wrong)))


def _places(paths: Sequence[Path], variables: Variables) -> Iterator[Callable[[], Sequence[Path]]]:
    for path in paths:
        yield partial(discovery.manifest_files, path)
    for declaration in declarations.declared(paths).environments:
        shape = shaped(declaration, variables, selected=False)
        if source := shape.source:
            layers = [Path(layer.file) for layer in source.layers]
            yield partial(list, layers)
            for _, pattern, keys in shape.catalogs():
                yield partial(discovery.catalog_files, source.directory, pattern, source.origin((*keys, "path")))
