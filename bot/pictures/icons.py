"""The small set of own pictures that cards are illustrated with."""

from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

_FILE = Path(__file__).with_name("icons.svg")
BOX = 200  # width and height that every picture is drawn in
_SVG = "http://www.w3.org/2000/svg"


@lru_cache
def icons() -> dict[str, str]:
    """Shapes by name, as SVG."""
    ElementTree.register_namespace("", _SVG)
    groups = ElementTree.parse(_FILE).getroot().findall(f"{{{_SVG}}}g")  # noqa: S314  our own file
    return {str(group.get("id")): _inside(group) for group in groups}


def icon(name: str, x: float, y: float, size: float) -> str:
    """A picture with its top left corner at x, y."""
    return f'<g transform="translate({x:g} {y:g})scale({size / BOX:.4g})">{icons()[name]}</g>'


def _inside(group: ElementTree.Element) -> str:
    shapes = (ElementTree.tostring(shape, encoding="unicode").strip() for shape in group)
    return "".join(shapes).replace(f' xmlns="{_SVG}"', "")
