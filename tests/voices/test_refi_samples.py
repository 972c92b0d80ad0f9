"""Every published sample is read as it should be, written validly, and brought in twice adds nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from commonpool.voices.reading.exports import project_json, write_qdc, write_qdpx
from commonpool.voices.reading.projects import ReadProject, read_coding_project
from commonpool.voices.rules.refi.losses import Fate
from commonpool.voices.rules.refi.merging import Verdict, merge
from commonpool.voices.rules.refi.model import Project
from commonpool.voices.rules.refi.nesting import nested
from commonpool.voices.rules.refi.schema import CODEBOOK_SHAPES, SHAPES, Shape
from tests.voices.projects import assert_valid, qde_of, samples

SHORT = {"pool": "Managing pooled budgets", "rel": "Relational issues"}
XSD = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture
def sample(shared_data: Path, name: str) -> ReadProject:
    return read_coding_project(shared_data / "refi-qda" / name)


def of(shared_data: Path, name: str) -> ReadProject:
    return read_coding_project(shared_data / "refi-qda" / name)


@pytest.fixture
def expected(shared_data: Path) -> dict:
    return json.loads((shared_data / "refi-qda" / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["made-codepoints.qdpx", "made-utf16-offsets.qdpx", "made-inline-cases.qdpx"])
def test_passages_are_those_that_were_coded(sample, expected, name):
    shown = project_json(sample.project)

    found = [(one["words"], one["code"].rpartition(" > ")[2], one["coder"]) for one in shown["codings"]]
    assert found == [(one["text"], SHORT[one["code"]], one["coder"]) for one in expected[name]["selections"]]


def test_utf16_positions_are_recovered_and_shown_for_choice(shared_data):
    read = of(shared_data, "made-utf16-offsets.qdpx")

    [finding] = read.findings
    assert read.reading.key == "utf-16"
    assert "“The pooled budget caused angst”" in finding.problem
    assert "code-points codes “he pooled budget caused angst,”" in finding.fix


def test_a_chosen_way_of_counting_is_used(shared_data):
    path = shared_data / "refi-qda" / "made-utf16-offsets.qdpx"

    read = read_coding_project(path, offsets="code-points")

    assert next(read.project.codings()).words == "he pooled budget caused angst,"


def test_cases_and_variables_are_read(shared_data, expected):
    shown = project_json(of(shared_data, "made-inline-cases.qdpx").project)

    said = expected["made-inline-cases.qdpx"]
    assert {case["name"]: {**case["variables"], "sources": case["sources"]} for case in shown["cases"]} == said["cases"]
    assert {source["name"]: source["variables"] for source in shown["sources"]} == said["source_variables"]


def test_a_codebook_is_a_tree_with_sets(shared_data, expected):
    project = of(shared_data, "made-codebook.qdc").project

    said = expected["made-codebook.qdc"]
    names = {code.guid: code.name for code in project.codes}
    assert list(project.code_paths().values()) == said["codes"]
    assert {group.name: [names[code] for code in group.codes] for group in project.sets} == said["set"]
    assert [code.is_codable for code in project.codes] == [False, True, True]


def test_the_standards_example_has_its_missing_files_listed(shared_data):
    read = of(shared_data, "atlasti-8.4-standard-sample.qde")

    missing = {loss.object for loss in read.losses.of(Fate.MISSING)}
    assert {source.name for source in read.project.sources if source.shell is None} <= missing
    assert {loss.kind for loss in read.losses.of(Fate.ASIDE)} >= {
        "PictureSource",
        "AudioSource",
        "VideoSource",
        "Graph",
    }
    assert not read.losses.of(Fate.LOST)[1:]
    assert "basePath" in read.losses.of(Fate.LOST)[0].what


def test_f4_notes_and_twin_selections_are_kept(shared_data):
    project = of(shared_data, "f4-2025-valid.qde").project

    [coded] = [source for source in project.sources if source.selections]
    assert len(project.notes) == 3
    assert [(one.span.start, len(one.codings), len(one.notes)) for one in coded.selections] == [
        (320, 1, 0), (995, 1, 0), (603, 0, 1), (995, 0, 1)
    ]  # fmt: skip


def test_a_path_without_scheme_is_found_with_a_warning(shared_data):
    read = of(shared_data, "qc-1.3-demo.qdpx")

    assert dict(read.project.counts()) | {"codes": 262, "selections": 158, "codings": 205} == read.project.counts()
    assert all(passage.words for passage in read.project.codings())
    assert [loss.fate for loss in read.losses] == [Fate.CHANGED]


def test_taguette_is_accepted_and_offered_nesting(shared_data):
    read = of(shared_data, "taguette-1.5.2-codebook.qdc")

    tree = nested(read.project.codes, ".")

    assert [str(loss) for loss in read.losses] == [
        "Changed: Sets: the empty element. REFI-QDA leaves an empty list out."
    ]
    assert "--nest-on ‘.’" in next(finding.fix for finding in read.findings if finding.rule == "QDA-11")
    assert len(tree) == 31 + 5
    assert [code.name for code in tree if not code.is_codable] == [f"theme0{number}" for number in range(5)]


@samples
def test_what_is_written_is_valid_and_reads_back_the_same(sample, shared_data, tmp_path, name):
    target = tmp_path / "out.qdpx"

    write_qdpx(target, sample.project, sample.files)

    assert_valid(shared_data, qde_of(target))
    again = read_coding_project(target)
    assert replace(again.project, origin=sample.project.origin) == sample.project
    assert again.reading.key == "code-points"
    assert not again.losses.of(Fate.LOST)


@samples
def test_a_codebook_written_from_it_is_valid(sample, shared_data, tmp_path, name):
    target = tmp_path / "out.qdc"

    losses = write_qdc(target, sample.project)

    assert_valid(shared_data, target.read_bytes())
    codes = [replace(code, notes=()) for code in sample.project.codes]
    assert list(read_coding_project(target).project.codes) == codes
    assert bool(len(losses)) == any(
        count for kind, count in sample.project.counts().items() if kind not in ("codes", "sets")
    )


@samples
def test_a_second_import_adds_nothing(sample, name):
    once = merge(Project("mine"), sample.project)
    twice = merge(once.project, sample.project)

    assert once.of(Verdict.ADDED)
    assert twice.project == once.project
    assert {note.verdict for note in twice.notes} == {Verdict.MATCHED}


@samples
def test_the_same_project_is_the_same_bytes(sample, tmp_path, name):
    for target in ("a", "b"):
        write_qdpx(tmp_path / target, sample.project, sample.files)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(("file", "table"), [("Project.xsd", SHAPES), ("Codebook.xsd", CODEBOOK_SHAPES)])
def test_the_table_of_elements_is_that_of_the_published_schema(shared_data, file, table):
    schema = ElementTree.parse(shared_data / "refi-qda" / file).getroot()

    published = {type_.attrib["name"]: type_ for type_ in schema.findall(f"{XSD}complexType")}
    ours = {"CodeBookType": table["CodeBookType"], **table} if file == "Codebook.xsd" else table
    assert {name: as_published(type_) for name, type_ in published.items()} == {
        name: as_published(shape) for name, shape in ours.items() if name in published
    }
    assert published.keys() == ours.keys()


def as_published(type_: ElementTree.Element | Shape) -> tuple:
    """(attributes with types, needed ones, children in order with type, need and number, choice)."""
    if isinstance(type_, Shape):
        children = [(name, child.type, child.is_needed, child.is_many) for name, child in type_.children.items()]
        return dict(type_.attributes), set(type_.needed), children, type_.is_choice
    attributes = list(type_.iter(f"{XSD}attribute"))
    many = type_.find(f"{XSD}choice")
    return (
        {one.attrib["name"]: one.attrib["type"].removeprefix("xsd:") for one in attributes},
        {one.attrib["name"] for one in attributes if one.get("use") == "required"},
        [
            (
                one.attrib["name"],
                one.attrib["type"].removeprefix("xsd:"),
                one.get("minOccurs") != "0" and many is None,
                one.get("maxOccurs") == "unbounded" or many is not None,
            )
            for one in type_.iter(f"{XSD}element")
        ],
        many is not None,
    )
