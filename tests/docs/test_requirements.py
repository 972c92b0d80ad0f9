"""The requirement marker and the table made from it, on a small project of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.requirements import read_requirements

SAMPLE = """
kept_free: [S03]
groups:
  - name: Money
    requirements:
      S01: {must: Each pound has a basis., test: Leave it out.}
      S02: {must: "One of a | b holds.", test: Take both away.}
  - name: People
    requirements:
      S04: {must: Everybody is heard., test: Count them.}
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with three requirements, whose tests stand in test_sample.py. No installed plugin takes part."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (pytester.path / "docs").mkdir()
    (pytester.path / "docs" / "requirements.yaml").write_text(SAMPLE, encoding="utf-8")
    pytester.makeini("[pytest]\ntestpaths = .\nmarkers = requirement(*ids): ids")
    return pytester


def run(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_inprocess("-p", "tests.requirements", *options)


def rows(project: pytest.Pytester) -> dict[str, str]:
    """{id: its line} of the page that was written."""
    lines = (project.path / "table.md").read_text(encoding="utf-8").splitlines()
    return {line[2:5]: line for line in lines if line.startswith("| S")}


def test_the_table_names_the_tests_of_each_requirement_and_says_not_yet_of_the_others(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_sample="""
        import pytest

        @pytest.mark.requirement("S01", "S04")
        def test_a_pound_has_a_basis(): ...

        @pytest.mark.requirement("S01")
        def test_a_blank_basis_is_refused(): ...
        """
    )

    done = run(project, "--collect-only", "-q", "--requirements-table", "table.md")

    assert done.ret == 0
    first, second = "`test_sample.py::test_a_pound_has_a_basis`", "`test_sample.py::test_a_blank_basis_is_refused`"
    assert rows(project) == {
        "S01": f"| S01 | Each pound has a basis. | {first}<br>{second} |",
        "S02": r"| S02 | One of a \| b holds. | not yet |",
        "S04": f"| S04 | Everybody is heard. | {first} |",
    }
    page = (project.path / "table.md").read_text(encoding="utf-8")
    assert "A test carries 2 of the 3 requirements." in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == ["## Money", "## People"]


def test_a_test_of_many_cases_stands_once_in_the_table(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_sample="""
        import pytest

        @pytest.mark.requirement("S02")
        @pytest.mark.parametrize("case", ["a", "b[1]", "c::d"])
        def test_all_cases(case): ...
        """
    )

    run(project, "--collect-only", "-q", "--requirements-table", "table.md")

    assert rows(project)["S02"].endswith("| `test_sample.py::test_all_cases` |")


def test_a_marker_on_a_class_or_module_counts_for_its_tests(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_sample="""
        import pytest
        pytestmark = pytest.mark.requirement("S04")

        @pytest.mark.requirement("S01")
        class TestBasis:
            def test_it(self): ...
        """
    )

    run(project, "--collect-only", "-q", "--requirements-table", "table.md")

    assert rows(project)["S01"].endswith("| `test_sample.py::TestBasis::test_it` |")
    assert rows(project)["S04"].endswith("| `test_sample.py::TestBasis::test_it` |")


def test_tests_left_out_by_a_filter_still_count_for_the_table(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_sample="""
        import pytest

        @pytest.mark.requirement("S01")
        def test_slow(): ...
        """
    )

    run(project, "--collect-only", "-q", "-k", "nothing", "--requirements-table", "table.md")

    assert rows(project)["S01"].endswith("| `test_sample.py::test_slow` |")


@pytest.mark.parametrize("unknown", ["S03", "S99", "s01", "1"])
def test_a_marker_with_an_unknown_id_stops_the_run_and_names_test_and_id(
    project: pytest.Pytester, unknown: str
) -> None:
    project.makepyfile(
        test_sample=f"""
        import pytest

        @pytest.mark.requirement("S01", "{unknown}")
        def test_it(): ...
        """
    )

    done = run(project)

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(
        [f"*test_sample.py::test_it names ‘{unknown}’, which docs/requirements.yaml does not have."]
    )


def test_a_marker_without_an_id_stops_the_run(project: pytest.Pytester) -> None:
    project.makepyfile(
        test_sample="""
        import pytest

        @pytest.mark.requirement()
        def test_it(): ...
        """
    )

    done = run(project)

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*test_sample.py::test_it has a requirement marker without an id.*"])


def test_no_table_is_made_from_some_of_the_tests(project: pytest.Pytester) -> None:
    project.makepyfile(test_sample="def test_it(): ...")

    done = run(project, "--collect-only", "--requirements-table", "table.md", "test_sample.py")

    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert not (project.path / "table.md").exists()


def test_no_table_is_made_while_a_test_file_cannot_be_read(project: pytest.Pytester) -> None:
    project.makepyfile(test_sample="def test_it(): ...", test_broken="import nothing_of_that_name")

    done = run(project, "--collect-only", "--requirements-table", "table.md")

    assert done.ret != 0
    assert not (project.path / "table.md").exists()


def test_every_number_up_to_the_last_is_a_requirement_or_kept_free() -> None:
    path = Path(__file__).resolve().parents[2] / "docs" / "requirements.yaml"

    known = read_requirements(path)
    kept_free = yaml.safe_load(path.read_text(encoding="utf-8"))["kept_free"]

    assert sorted([*known, *kept_free], key=lambda each: int(each[1:])) == [f"S{n:02d}" for n in range(1, 133)]
    assert all(requirement.must.endswith(".") and requirement.test for requirement in known.values())


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "requirements.yaml"
    path.write_text(SAMPLE.replace("S04", "S01"), encoding="utf-8")

    with pytest.raises(ValueError, match="S01 stands twice"):
        read_requirements(path)
