"""A CSV file is read as it was meant, or every bad line of it is named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.people_csv import LARGEST, Row, doubles, read
from daemon.spreadsheet import safe


def troubles(text: str) -> list[str]:
    return [str(each) for each in read(text.encode())[1]]


def rows(text: str) -> list[Row]:
    found, wrong = read(text.encode())
    assert not wrong
    return list(found)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("between", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_order_separator_mark_and_line_ends_do_not_matter(
    mark: str, between: str, end: str
) -> None:
    text = mark + end.join(["email;Name ", 'a@x.it;"Rossi, Anna; detta Nina"', ""])
    if between == ",":
        text = text.replace("email;Name ", "email,Name ").replace("a@x.it;", "a@x.it,")
    assert rows(text) == [Row(2, {"email": "a@x.it", "name": "Rossi, Anna; detta Nina"})]


def test_empty_fields_and_lines_say_nothing() -> None:
    assert rows("name,email\nAnna,\n\n,\nUgo, \n") == [
        Row(2, {"name": "Anna"}),
        Row(5, {"name": "Ugo"}),
    ]


def test_a_line_is_named_by_where_it_begins() -> None:
    assert [row.line for row in rows('name\n"An\nna"\nUgo\n')] == [2, 4]


def test_a_row_tells_member_and_badge_apart() -> None:
    row = rows("name,badge,badge_valid_until\nAnna,04A224B1C35880,2026-12-31\n")[0]
    assert row.member() == {"name": "Anna"}
    assert row.badge() == {"uid": "04A224B1C35880", "valid_until": "2026-12-31"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1, column name: the column is missing; the first line must name the columns"),
        ("name,name\n", "line 1, column name: the column stands twice; leave one out"),
        ("name\nA,B\n", "line 2: it has 2 fields, the first line names 1; quote texts that hold"),
        ('name\n"A\n', "line 2: it is no CSV: unexpected end of data; look at the quotes"),
        ("name\nA\0B\n", "line 2: it has a NUL character; this is no CSV file"),
        ("name\n" + "A" * 1001, "line 2, column name: the field has 1001 characters; at most 1000"),
        ("name\n" + "A" * 200_000, "line 2: it is no CSV: field larger than field limit"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    assert [each[: len(said)] for each in troubles(text)] == [said]


def test_an_unknown_column_is_named_with_the_known_ones() -> None:
    assert troubles("name,nome\n")[0].startswith("line 1, column nome: there is no such column; ")


def test_another_encoding_is_named_with_its_line() -> None:
    found = read("name\nAnna\nPerché\n".encode("latin-1"))[1]
    assert [str(each) for each in found] == [
        "line 3: it is not UTF-8; save the file as `CSV UTF-8`"
    ]


def test_a_huge_file_is_not_even_looked_at() -> None:
    assert "split it" in str(read(b"x" * (LARGEST + 1))[1][0])


def test_doubles_within_the_file_are_found_however_written() -> None:
    found = rows(
        "name,email,badge\n"
        "Anna,a@x.it,04:A2:24:B1:C3:58:80\n"
        "Anna,A@x.it,04a224b1c35880\n"
        "Ugo,a@x.it,04A224B1C35881\n"
    )
    found[1] = Row(3, {**found[1].values, "email": "a@x.it"})
    assert [(each.line, each.column) for each in doubles(found)] == [(3, "badge"), (4, "email")]


def test_one_person_may_have_several_badges() -> None:
    found = rows("name,email,badge\nAnna,a@x.it,04A224B1C35880\nAnna,a@x.it,04A224B1C35881\n")
    assert list(doubles(found)) == []


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"name\n{text}".encode()))
@settings(max_examples=150)
def test_no_file_makes_it_stumble(content: bytes) -> None:
    found, wrong = read(content)
    list(doubles(found))
    assert found or wrong or len(content.strip()) >= 0
    assert all("\0" not in str(value) for row in found for value in row.values.values())


@pytest.mark.parametrize("cell", ["=1+1", "+39", "-1", "@x", "\tx", "\rx"])
def test_no_text_is_a_formula(cell: str) -> None:
    assert safe(cell) == f"'{cell}"


def test_a_formula_comes_back_as_it_was() -> None:
    assert rows(f"name\n{safe('=Anna')}\n")[0].values == {"name": "=Anna"}
    assert safe("Anna's") == "Anna's"
    assert safe(None) == ""
