"""The organisation's colour, made readable: which text it carries (WCAG 2.2, relative luminance). No Django."""

import re

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
FALLBACK = "#1f5fbf"


def checked_colour(colour: str) -> str:
    """The colour when it is written #rrggbb, else the product's own: it goes into a style sheet."""
    return colour if _HEX.fullmatch(colour) else FALLBACK


def luminance(colour: str) -> float:
    """Relative luminance 0..1 of #rrggbb, as WCAG 2.2 defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio 1..21 between two colours; text needs 4.5."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def text_on(colour: str) -> str:
    """White or black, whichever reads better on `colour`; the better of the two always reaches 4.5."""
    return max("#ffffff", "#000000", key=lambda text: contrast(text, colour))
