"""Finds the pinned packages and the data files inside them.

Nothing here is downloaded: the packages are installed by the package manager
from `vocab/requirements.txt`, and a version other than the pinned one is an error.
"""

import importlib.metadata
import importlib.util
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"


def pinned_versions() -> dict[str, str]:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {name: version for name, version in pins}


def version_errors() -> list[str]:
    """One sentence per package that is missing or of another version than pinned."""
    errors = []
    for name, pinned in pinned_versions().items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            errors.append(f"package not installed: {name}=={pinned}")
            continue
        if installed != pinned:
            errors.append(f"package {name} must be {pinned}, installed is {installed}")
    return errors


def package_file(package: str, *parts: str) -> Path:
    """A data file of a package, found without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"package not installed: {package}")
    return Path(spec.origin).parent.joinpath(*parts)
