"""A chart as a picture to keep: it says what it is without a page, and refers to nothing outside itself."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest

from commonpool.charts import Bar, Chart, ControlPoint, Flow, bar_chart, control_chart, flow_chart, map_chart
from commonpool.charts.files import PictureError, picture, picture_file, png, write_picture
from tests.charts.test_charts import SQUARES

SAID = "Delays fell below the old range from May"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{}" height="90">{}</svg>'
)


def charts() -> dict[str, Chart]:
    points = [ControlPoint(f"2031-{month:02}", float(month)) for month in range(1, 13)]
    return {
        "control": control_chart(SAID, points, (), axis="days", source="An invented file", note="No limits."),
        "bars": bar_chart(SAID, [Bar("A", 5, "5 people")], axis="people"),
        "map": map_chart(SAID, SQUARES, {"A": Fraction(1, 3), "B": None}),
        "flow": flow_chart(SAID, ["Sources", "Pools"], [[Flow("A", "Pool", 10**9), Flow("B", "Pool", 10**9)]]),
    }


def dimensions(content: bytes) -> tuple[int, int]:
    """Width and height that a PNG states of itself."""
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


@pytest.mark.parametrize("name", ["control", "bars", "map", "flow"])
def test_every_kind_of_chart_becomes_a_png_of_twice_its_size(name: str) -> None:
    drawn = picture(charts()[name])
    root = ElementTree.fromstring(drawn)

    width, height = dimensions(png(drawn))

    assert abs(width - 2 * float(root.attrib["width"])) <= 1
    assert abs(height - 2 * float(root.attrib["height"])) <= 1


def test_a_saved_picture_says_its_title_note_source_and_that_it_is_invented() -> None:
    drawn = picture(charts()["control"], is_invented=True)

    said = " ".join(ElementTree.fromstring(drawn).itertext())

    for text in (SAID, "No limits.", "Source: An invented file.", "All places, people and figures", "invented"):
        assert text in said
    assert "invented" not in " ".join(ElementTree.fromstring(picture(charts()["bars"])).itertext())


def test_a_title_longer_than_the_picture_is_wide_is_broken() -> None:
    chart = bar_chart(" ".join([SAID] * 6), [Bar("A", 5, "5")], axis="people")

    drawn = ElementTree.fromstring(picture(chart))

    bold = [each.text or "" for each in drawn if each.get("font-size") == "18"]
    assert len(bold) > 2
    assert max(map(len, bold)) * 10 <= float(drawn.attrib["width"])


@pytest.mark.parametrize(
    "inside",
    [
        '<image xlink:href="/etc/hostname" width="10" height="10"/>',
        '<rect fill="url(/etc/hostname)" width="5" height="5"/>',
        '<rect fill="url(https://elsewhere.example/x.svg#a)" width="5" height="5"/>',
        '<text xlink:href="https://elsewhere.example">x</text>',
        "<foreignObject/>",
        "<style>@import url(x.css)</style>",
        "<script>1</script>",
        '<use xlink:href="other.svg#a"/>',
    ],
)
def test_a_drawing_that_refers_to_anything_outside_itself_is_refused(inside: str) -> None:
    with pytest.raises(PictureError, match="A drawing may not"):
        png(SVG.format(100, inside))


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    with pytest.raises(PictureError, match="too large"):
        png(SVG.format(1_000_000, ""))


def test_a_part_of_itself_may_be_referred_to() -> None:
    drawn = SVG.format(100, '<defs><pattern id="a"/></defs><rect fill="url(#a)" width="5" height="5"/>')

    assert dimensions(png(drawn)) == (200, 180)


def test_a_browser_saves_it_under_its_name_and_anything_else_is_no_picture() -> None:
    answer = picture_file("png", charts()["bars"], "EA65-XW01")

    assert answer is not None
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"] == 'attachment; filename="EA65-XW01.png"'
    assert picture_file("pdf", charts()["bars"], "x") is None


def test_the_command_line_writes_what_the_name_says(tmp_path: Path) -> None:
    for name in ("a.svg", "a.png"):
        write_picture(tmp_path / name, charts()["bars"])

    assert (tmp_path / "a.svg").read_text(encoding="utf-8").startswith("<svg")
    assert dimensions((tmp_path / "a.png").read_bytes())[0] > 600


def test_text_is_drawn_where_the_machine_has_no_fonts_of_its_own(tmp_path: Path) -> None:
    bare = SVG.format(400, '<text x="10" y="60" font-size="40" font-family="Liberation Sans">Delays</text>')
    script = (
        "import sys; from commonpool.charts.files import png; "
        "a, b = png(sys.argv[1]), png(sys.argv[1].replace('Delays', '')); print(len(a) > 2 * len(b))"
    )
    # Without /usr/share/fonts the library has the fonts of its own wheel only.
    command = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /usr/share/fonts && exec "$0" -c "$1" "$2"']
    run = subprocess.run(
        [*command, sys.executable, script, bare], capture_output=True, text=True, env={"HOME": "/none"}
    )
    if run.returncode:
        pytest.skip(f"no folder can be hidden from a process here: {run.stderr.strip()[:80]}")

    assert run.stdout.strip() == "True"


@pytest.mark.parametrize("stray", ["\x01", "\x07", "\x1b[0m", "\ud800", "\uffff"])
def test_a_character_that_no_svg_may_hold_is_left_out_and_the_rest_is_drawn(stray: str) -> None:
    points = [ControlPoint(f"Ap{stray}ril", 1.0, says=f"ab{stray}ove"), ControlPoint("May", 2.0)]
    chart = control_chart(f"Del{stray}ays", points, (), source=f"own{stray}.csv")

    drawn = picture(chart)

    assert png(drawn)
    shown = {each.text for each in ElementTree.fromstring(drawn).iter() if each.text}
    kept = stray.removeprefix("\x1b") if len(stray) > 1 else ""
    assert f"Ap{kept}ril" in shown and f"Del{kept}ays" in shown and f"Source: own{kept}.csv." in shown
