"""Each test is in one of two halves, those that touch a database and the others; `make test` runs both."""

from __future__ import annotations

import pytest

from tests.databases import NOWHERE

SAMPLE = """
import pytest
from django.test import SimpleTestCase, TestCase

def test_of_a_rule(): ...

@pytest.mark.django_db
def test_of_a_query(): ...

@pytest.mark.database
def test_of_a_program(): ...

@pytest.fixture
def filled(db): ...

def test_of_what_is_filled_in(filled): ...

class TestOfRows(TestCase):
    def test_of_a_row(self): ...

class TestOfWords(SimpleTestCase):
    def test_of_a_word(self): ...
"""
WITH = ["test_of_a_query", "test_of_a_program", "test_of_what_is_filled_in", "test_of_a_row"]
WITHOUT = ["test_of_a_rule", "test_of_a_word"]


def collected(pytester: pytest.Pytester, *options: str) -> list[str]:
    """The names of the tests that would run."""
    pytester.makepyfile(test_sample=SAMPLE)
    pytester.makeini("[pytest]\nmarkers = database: touches one")
    asked = ["--ds=tests.settings", "-p", "tests.databases", "--collect-only", "-q", *options]
    told = pytester.runpytest_inprocess(*asked)
    return [line.rpartition("::")[2] for line in told.outlines if "::" in line]


def test_the_two_halves_make_up_the_whole_and_share_no_test(pytester: pytest.Pytester) -> None:
    whole, half, other = (collected(pytester, *option) for option in ([], ["--database=with"], ["--database=without"]))

    assert sorted(half) == sorted(WITH)
    assert sorted(other) == sorted(WITHOUT)
    assert sorted(whole) == sorted(half + other)


def test_nobody_answers_where_the_tests_without_a_database_would_look_for_one() -> None:
    import psycopg

    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(NOWHERE, connect_timeout=5)
