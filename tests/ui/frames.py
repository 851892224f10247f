"""Counts what Textual does: frames, the rows in them, layouts, and nodes that are styled."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.screen import Screen


class Frames:
    """What was done since `watched` began.

    Attributes:
        spans: For each frame, the parts of the screen that were drawn: row, first column, and column behind.
        layouts: How often the screen was laid out.
        styled: How many nodes were styled.
    """

    def __init__(self) -> None:
        self.spans: list[list[tuple[int, int, int]]] = []
        self.layouts = 0
        self.styled = 0

    @property
    def count(self) -> int:
        """How many frames there were."""
        return len(self.spans)

    def rows_in(self, region: Region) -> list[int]:
        """The rows of which something was drawn in `region`."""
        spans = {span for frame in self.spans for span in frame}
        inside = [row for row, left, right in spans if left < region.right and right > region.x]
        return sorted({row for row in inside if region.y <= row < region.bottom})


@contextmanager
def watched() -> Iterator[Frames]:
    """Count while this lasts."""
    frames = Frames()
    render, layout, style = Compositor.render_update, Screen._refresh_layout, Stylesheet.apply

    def count_frame(self: Compositor, *args: Any, **options: Any) -> Any:
        update = render(self, *args, **options)
        if isinstance(update, ChopsUpdate):
            frames.spans.append(list(update.spans))
        elif update is not None:
            frames.spans.append([(row, 0, self.size.width) for row in range(self.size.height)])
        return update

    def count_layout(self: Screen[Any], *args: Any, **options: Any) -> Any:
        frames.layouts += 1
        return layout(self, *args, **options)

    def count_styled(self: Stylesheet, *args: Any, **options: Any) -> Any:
        frames.styled += 1
        return style(self, *args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", count_frame)
        patch.setattr(Screen, "_refresh_layout", count_layout)
        patch.setattr(Stylesheet, "apply", count_styled)
        yield frames
