"""How well text can be read, and colours told apart: from the definitions, in numbers."""

from itertools import starmap
from operator import mul

from textual.color import Color

Linear = tuple[float, float, float]

SIMULATED = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
"""What is seen of linear red, green and blue: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency" (IEEE TVCG 15, 2009), severity 1.0."""

_TO_XYZ = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
_WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: Color) -> Linear:
    """Return a colour's shares of light, from 0 to 1 (IEC 61966-2-1)."""

    def undone(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    return undone(colour.r), undone(colour.g), undone(colour.b)


def contrast(text: Color, ground: Color) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted(_times(_TO_XYZ, linear(each))[1] for each in (text, ground))
    return (light + 0.05) / (dark + 0.05)


def apart(one: Color, other: Color, sight: str) -> float:
    """Return how far two colours are apart for somebody with that *sight*: CIE76; under 3 is hardly seen."""
    return sum((a - b) ** 2 for a, b in zip(_lab(one, sight), _lab(other, sight), strict=True)) ** 0.5


def _times(matrix: tuple[Linear, Linear, Linear], light: Linear) -> Linear:
    first, second, third = (sum(starmap(mul, zip(row, light, strict=True))) for row in matrix)
    return first, second, third


def _lab(colour: Color, sight: str) -> Linear:
    red, green, blue = (min(max(part, 0.0), 1.0) for part in _times(SIMULATED[sight], linear(colour)))
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (have / full for have, full in zip(_times(_TO_XYZ, (red, green, blue)), _WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
