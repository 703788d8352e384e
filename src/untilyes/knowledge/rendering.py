"""From Markdown to HTML that is safe on any page: no script, no style, no picture from elsewhere."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = {
    "a", "blockquote", "br", "code", "em", "figure", "figcaption", "h2", "h3", "h4", "hr", "img", "li", "ol", "p",
    "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul", "video",
}  # fmt: skip
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", "loading"},
    "video": {"src", "controls", "preload", "aria-label"},
    "ol": {"start"},
}


@dataclass(frozen=True)
class FileAddress:
    """Where a file of the article is read by whoever reads the page; sizes in pixels, 0 when unknown."""

    address: str
    is_video: bool
    name: str
    width: int = 0
    height: int = 0


Files = Mapping[int, FileAddress]


def render_markdown(text: str, *, files: Files) -> str:
    """The text as HTML. `![what it shows](picture:1)` stands for the article's own file number 1; other pictures are
    left out, for a reader's browser should tell nobody that they read this. Headings begin below the page's own.
    """
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _lower_heading(token)
        for inner in token.children or ():
            _place_file(inner, files)
    drawn = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        drawn,
        tags=TAGS,
        attributes=ATTRIBUTES,
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "tel"},
        generic_attribute_prefixes=None,
    )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    # What we drew ourselves arrives as finished HTML under a token of its own.
    parser.add_render_rule("file", lambda _self, tokens, index, *_: str(tokens[index].content))
    # The parser refuses addresses of schemes it does not know; ours are replaced before they are rendered.
    refuse: Callable[[str], bool] = parser.validateLink
    parser.validateLink = lambda url: url.startswith(("picture:", "video:")) or refuse(url)  # type: ignore[method-assign]
    return parser


def _lower_heading(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(4, int(token.tag[1:]) + 1)}"


def _place_file(token: Token, files: Files) -> None:
    if token.type != "image":
        return
    kind, _, number = str(token.attrs.get("src", "")).partition(":")
    file = files.get(int(number)) if kind in {"picture", "video"} and number.isdecimal() else None
    alt = token.content
    token.type, token.children = "file", None
    token.content = draw_file(file, alt) if file else _escape(alt)


def draw_file(file: FileAddress, alt: str = "") -> str:
    """A picture, or a video that plays when asked to."""
    named = _escape(alt or file.name)
    if file.is_video:
        return f'<video src="{_escape(file.address)}" controls preload="metadata" aria-label="{named}"></video>'
    size = f' width="{file.width}" height="{file.height}"' if file.width else ""
    return f'<img src="{_escape(file.address)}" alt="{named}"{size} loading="lazy">'


def _escape(text: str) -> str:
    return html.escape(text, quote=True)
