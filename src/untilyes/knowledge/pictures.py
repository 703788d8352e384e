"""Pictures made our own: decoded, turned upright, made small enough, encoded anew without anything they brought along.

Where it was taken, by which camera, a second file hidden behind the first: nothing of it survives being drawn again. A
picture that would unpack to more than `MOST_PIXELS` is refused by its header, before it is unpacked. No Django.
"""

import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from untilyes.knowledge.rules import NotUsable

LARGEST_UPLOAD: Final = 12_000_000  # bytes
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 1600
QUALITY: Final = 80
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True)
class Picture:
    """A picture as WebP, with its size in pixels."""

    content: bytes
    width: int
    height: int


def encode_picture(content: bytes) -> Picture:
    """The picture as we keep it. Raises NotUsable when it is too large, or none of JPEG, PNG, WebP and GIF."""
    if len(content) > LARGEST_UPLOAD:
        raise NotUsable(f"A picture has at most {LARGEST_UPLOAD // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is the stricter one
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _refuse_huge(opened)
                return _draw_again(opened)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, NotUsable):
            raise
        raise NotUsable("This is no picture we can read; save it as JPEG, PNG, WebP or GIF.") from error


def _refuse_huge(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise NotUsable(f"A picture has at most {MOST_PIXELS // 1_000_000} million pixels.")


def _draw_again(picture: Image.Image) -> Picture:
    upright = ImageOps.exif_transpose(picture)
    has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_alpha else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = Image.new(plain.mode, plain.size)
    drawn.paste(plain)
    out = io.BytesIO()
    drawn.save(out, "WEBP", quality=QUALITY, method=4)
    return Picture(out.getvalue(), *drawn.size)
