"""A control chart of a file or of pasted numbers, made for one answer: nothing of it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from commonpool.charts import Chart
from commonpool.findings import Finding
from commonpool.performance.cli.answers import MEANT, chart_as_json, of_the_file, shown
from commonpool.performance.drawing import xmr_picture
from commonpool.performance.forms.charting import FILE_BYTES, ChartForm
from commonpool.performance.rules.errors import ChartError
from commonpool.performance.rules.icons import ASSURANCE_WORDS, VARIATION_WORDS, Equality, Improvement
from commonpool.performance.rules.phases import PhaseStart
from commonpool.performance.rules.rule_sets import rule_set_named
from commonpool.performance.rules.xmr import NaturalBounds, Target, XmrChart, xmr_chart
from commonpool.performance.rules.xmr_batch import XmrOptions
from commonpool.performance.series_files import Possible, SeriesFile, is_number, read_series
from commonpool.performance.views.figures import trail
from commonpool.sheets import Limits, Unreadable, csv_lines

PASTED: Final = "Pasted numbers"
MOST_POINTS: Final = 2_000
LIMITS: Final = Limits(file_bytes=FILE_BYTES, cells=10 * MOST_POINTS)
DELIMITERS: Final = "\t;,"
HEADINGS: Final = {1: ("value",), 2: ("period", "value"), 3: ("period", "value", "target")}
COLUMNS: Final = ("point", "period", "value", "target", "mean", "lower_limit", "upper_limit", "label")


@dataclass(frozen=True, slots=True)
class Made:
    """What was typed, charted."""

    chart: XmrChart
    series: SeriesFile
    title: str

    @property
    def picture(self) -> Chart:
        """The chart as a picture with its table."""
        return xmr_picture(self.chart, title=self.title, periods=self.series.periods, source=self.series.name)

    @property
    def variation(self) -> str:
        """The variation icon in words."""
        return VARIATION_WORDS[self.chart.variation] if self.chart.variation else "no icon"

    @property
    def assurance(self) -> str:
        """The assurance icon in words."""
        return ASSURANCE_WORDS[self.chart.assurance] if self.chart.assurance else "no icon"

    @property
    def special_causes(self) -> list[tuple[int, str, str, str]]:
        """(point, period, value, what the label means) of each flagged point."""
        return [
            (point, self.period(point), shown(self.chart.values[point - 1]), MEANT[label.value])
            for point, label in self.chart.special_causes.items()
        ]

    @property
    def phases(self) -> list[tuple[str, ...]]:
        """(first point, points, mean, lower limit, upper limit) of each phase."""
        return [
            (str(phase.first_point), str(phase.points), *map(shown, (phase.mean, phase.shown_lower, phase.shown_upper)))
            for phase in self.chart.phases
        ]

    @property
    def notes(self) -> list[str]:
        """What a reader must know of the file. What is to be said of the chart stands under it."""
        return list(of_the_file(self.series))

    def period(self, point: int) -> str:
        """The period of a point, where the file has periods."""
        return self.series.periods[point - 1] if self.series.periods else ""


def chart(request: HttpRequest) -> HttpResponse:
    """Chart what is sent. `as=svg`, `csv` or `json` among what is sent gives the file instead of the page."""
    form = ChartForm(request.POST, request.FILES) if request.method == "POST" else ChartForm()
    made: Made | None = None
    faults: Sequence[Finding] = ()
    if form.is_bound:
        made, faults = _made(form)
        if made and (file := _file(made, str(request.POST.get("as", "")))):
            return file
    context = {"form": form, "made": made, "faults": faults, "trail": trail(("Chart a file", ""))}
    return render(request, "performance/figures/chart.html", context)


def _made(form: ChartForm) -> tuple[Made | None, Sequence[Finding]]:
    """The chart; else all that is wrong with the rows, while the form has what is wrong with the choices."""
    is_whole, given = form.is_valid(), form.cleaned_data
    if not given.get("file") and not (given.get("numbers") or "").strip():
        return None, ()
    try:
        series = _series(form, given)
    except Unreadable as unreadable:
        many = len(unreadable.findings)
        form.add_error("numbers", f"{many:,} thing{' is' if many == 1 else 's are'} wrong with the rows, named above.")
        return None, unreadable.findings
    if len(series.values) > MOST_POINTS:
        form.add_error(None, f"There are {len(series.values):,} rows. At most {MOST_POINTS:,} are drawn on a page.")
        return None, ()
    return (_charted(form, given, series) if is_whole else None), ()


def _series(form: ChartForm, given: dict[str, Any]) -> SeriesFile:
    """The series, read as a file is; what came as a file stands in the form's box from then on. Raises Unreadable."""
    file = given.get("file")
    name = file.name if file else PASTED
    content: bytes = file.read() if file else _headed(given["numbers"]).encode()
    with TemporaryDirectory(prefix="commonpool-chart-") as folder:
        path = Path(folder) / "series.csv"
        path.write_bytes(content)
        _put_in_the_box(form, content)
        possible = Possible(given.get("lowest"), given.get("highest"))
        return read_series(path, possible, name=name, limits=LIMITS)


def _put_in_the_box(form: ChartForm, content: bytes) -> None:
    """A browser forgets a chosen file with every answer: its text stands in the box, to be corrected there."""
    if b"\0" in content:
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    form.data = {**form.data.dict(), "numbers": text.replace("\r\n", "\n")}  # type: ignore[attr-defined]


def _headed(typed: str) -> str:
    """What was pasted with a heading, which is put above numbers that came without: rows are counted from it."""
    text = typed.replace("\r\n", "\n").strip("\n")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count) if any(mark in first for mark in DELIMITERS) else ","
    cells = first.split(delimiter)
    value = cells[0] if len(cells) == 1 else cells[1]
    heading = HEADINGS.get(len(cells)) if is_number(value.strip()) or not first.strip() else None
    return f"{delimiter.join(heading)}\n{text}" if heading else text


def _charted(form: ChartForm, given: dict[str, Any], series: SeriesFile) -> Made | None:
    if series.targets is not None and given["target"] is not None:
        form.add_error("target", "The rows have a column of targets. Leave this empty, or take the column away.")
        return None
    target: Target = given["target"] if series.targets is None else series.targets
    try:
        found = xmr_chart(
            series.values,
            improvement=Improvement(given["improvement"]),
            target=target,
            starts=[PhaseStart(point, "New phase", "whoever made the chart") for point in given["rebase_at"]],
            options=XmrOptions(
                rule_set_named(given["rule_set"]), given["screen"], given["fix_after"], Equality(given["equality"])
            ),
            bounds=NaturalBounds(given["lowest"], given["highest"]),
        )
    except ChartError as wrong:
        form.add_error(None, str(wrong))
        return None
    return Made(found, series, given["title"].strip() or Path(series.name).stem)


# -- files


def _file(made: Made, kind: str) -> HttpResponse | None:
    if kind == "svg":
        return _attached(str(made.picture.svg), "image/svg+xml", "svg")
    if kind == "csv":
        return _attached("".join(csv_lines(_rows(made))), "text/csv; charset=utf-8", "csv")
    if kind == "json":
        text = json.dumps(chart_as_json(made.chart, made.series), ensure_ascii=False, indent=2)
        return _attached(text, "application/json", "json")
    return None


def _attached(text: str, kind: str, suffix: str) -> HttpResponse:
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="control-chart.{suffix}"'
    return answer


def _rows(made: Made) -> Iterator[Sequence[Any]]:
    """One row a point: an unknown value or limit is an empty cell."""
    yield COLUMNS
    chart = made.chart
    for phase in chart.phases:
        for point in range(phase.first_point, phase.last_point + 1):
            label = chart.labels[point - 1]
            yield (
                *(point, made.period(point), chart.values[point - 1], chart.targets[point - 1]),
                *(phase.mean, phase.lower, phase.upper, label.value if label else ""),
            )
