"""Accounts, the one-time codes that open them, and the sessions that end with them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from daemon.access.facts import MemberStatus
from daemon.store import accounts, members, one_time_codes, sessions, tokens
from daemon.store.engine import Store
from daemon.store.forms import MemberChange, NewMember, NewToken
from daemon.store.objections import Conflict, Invalid, Unknown
from daemon.store.one_time_codes import Chosen
from daemon.store.people import Act, Actor
from daemon.store.schema import prepare
from daemon.store.tables import AccountRow, CodeRow, JournalRow, SessionRow
from tests.daemon.store.building import NOON, SITE

Both = pytest.mark.parametrize(
    "act", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
ROME = ZoneInfo("Europe/Rome")
LONG = "una porta di quercia"


@pytest.fixture
def act(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Act]:
    if getattr(request, "param", "sqlite") == "sqlite":
        store = Store(f"sqlite:///{tmp_path}/usciere.db")
        prepare(store, SITE)
    else:
        store = Store(request.getfixturevalue("postgresql").new_database("ready"))
    yield Act(store, SITE, Actor("porter"), NOON)
    store.close()


def _join(act: Act, name: str = "Anna", role: str = "staff") -> str:
    return members.add_member(act, NewMember.model_validate({"name": name, "role": role}), ROME).id


def _account(act: Act, name: str = "anna") -> str:
    return accounts.add_account(act, _join(act, name.title()), name).id


def _choose(act: Act, code: str, account: str, full_name: str = "") -> str:
    chosen = Chosen(code, account, LONG, full_name)
    one_time_codes.check_code(act, chosen)
    return one_time_codes.use_code(act, chosen, f"hash of {LONG}")


def _signed(act: Act, secret: str, after: timedelta = timedelta(0)) -> sessions.Signed | None:
    with act.store.reading() as session:
        return sessions.signed_in(session, SITE, secret, act.at + after)


@Both
def test_the_first_code_makes_the_first_admin_once(act: Act) -> None:
    code = one_time_codes.first_code(act)
    assert code is not None
    account = _choose(act, code.lower().replace("-", " "), "Paolo", "Paolo Greco")
    signed = _signed(act, sessions.begin_session(act, account))
    assert signed is not None
    assert (signed.name, signed.role) == ("Paolo Greco", "admin")
    with pytest.raises(Invalid, match="no longer"):
        _choose(act, code, "eva", "Eva")
    assert one_time_codes.first_code(act) is None


def test_a_newer_first_code_replaces_the_one_before(act: Act) -> None:
    old, new = one_time_codes.first_code(act), one_time_codes.first_code(act)
    assert old is not None
    assert new is not None
    with pytest.raises(Invalid):
        _choose(act, old, "paolo", "Paolo")
    _choose(act, new, "paolo", "Paolo")


def test_a_code_is_good_for_a_day_and_for_its_account_alone(act: Act) -> None:
    _account(act)
    _account(act, "bruno")
    code = one_time_codes.reset_code(act, "anna")
    with pytest.raises(Invalid):
        _choose(act, code, "bruno")
    with pytest.raises(Invalid):
        _choose(replace(act, at=act.at + one_time_codes.LIFE), code, "anna")
    _choose(replace(act, at=act.at + one_time_codes.LIFE - timedelta(seconds=1)), code, " ANNA ")
    with pytest.raises(Invalid):
        _choose(act, code, "anna")


@pytest.mark.parametrize("password", ["", "elevenchars", "x" * 201])
def test_a_password_has_twelve_to_two_hundred_characters(password: str) -> None:
    with pytest.raises(Invalid, match="12 to 200"):
        one_time_codes.check_password(password)


def test_the_first_admin_has_a_name(act: Act) -> None:
    code = one_time_codes.first_code(act)
    assert code is not None
    with pytest.raises(Invalid, match="name of the person"):
        one_time_codes.check_code(act, Chosen(code, "paolo", LONG, "  "))


@Both
def test_names_and_members_have_one_account_each_until_it_ends(act: Act) -> None:
    anna = _join(act)
    accounts.add_account(act, anna, " Anna.B ")
    with pytest.raises(Conflict, match="already"):
        accounts.add_account(act, _join(act, "Bruno"), "anna.b")
    with pytest.raises(Conflict, match=r"anna\.b"):
        accounts.add_account(act, anna, "other")
    accounts.end_account(act, "anna.b")
    with pytest.raises(Unknown):
        accounts.end_account(act, "anna.b")
    accounts.add_account(act, anna, "anna.b")


@pytest.mark.parametrize("name", ["", "a", "-anna", "an na", "à", "a\x00b", "x" * 41])
def test_a_name_that_nobody_could_type_is_refused(act: Act, name: str) -> None:
    anna = _join(act)
    with pytest.raises(Invalid, match="2 to 40"):
        accounts.add_account(act, anna, name)


@Both
@pytest.mark.parametrize("name", ["a\x00b", "nobody", "", "\ud800"])
def test_a_name_that_is_none_has_no_password(act: Act, name: str) -> None:
    with act.store.reading() as session:
        assert accounts.kept_of(session, SITE, name) is None


@pytest.mark.parametrize(
    "change", ["end", "password", "reset", "suspend", "role", "leave", "sign-out"]
)
def test_a_session_is_worth_nothing_from_the_moment_on(act: Act, change: str) -> None:
    account = _account(act)
    secret = sessions.begin_session(act, account)
    signed = _signed(act, secret)
    assert signed is not None
    assert signed.member is not None
    match change:
        case "end":
            accounts.end_account(act, "anna")
        case "password":
            accounts.change_password(act, account, "another hash")
        case "reset":
            one_time_codes.reset_code(act, "anna")
        case "suspend":
            members.change_member(
                act, signed.member, MemberChange(status=MemberStatus.SUSPENDED), ROME
            )
        case "role":
            members.change_member(act, signed.member, MemberChange(role="member"), ROME)
        case "leave":
            members.remove_member(act, signed.member)
        case _:
            sessions.end_session(act, signed.id)
            sessions.end_session(act, signed.id)
    assert _signed(act, secret) is None


def test_a_session_lasts_as_long_as_it_is_used_and_no_longer_than_a_week(act: Act) -> None:
    secret = sessions.begin_session(act, _account(act))
    assert _signed(act, secret, timedelta(hours=12)) is None
    at = act.at
    while at - act.at < timedelta(days=7):
        with act.store.reading() as session:
            signed = sessions.signed_in(session, SITE, secret, at)
        assert signed is not None
        assert signed.stale is (at > act.at)
        sessions.touch(replace(act, at=at), signed.id)
        at += timedelta(hours=11)
    with act.store.reading() as session:
        assert sessions.signed_in(session, SITE, secret, act.at + timedelta(days=7)) is None


def test_a_session_of_a_token_ends_with_the_token(act: Act) -> None:
    anna = _join(act)
    token, key = tokens.add_token(act, NewToken(name="wall", role="kiosk", member=anna))
    with act.store.reading() as session:
        bearer = tokens.bearer_of(session, SITE, key)
    assert bearer is not None
    secret = sessions.begin_token_session(act, bearer)
    signed = _signed(act, secret, timedelta(days=20))
    assert signed is not None
    assert (signed.name, signed.role, signed.token) == ("wall", "kiosk", token.id)
    tokens.revoke_token(act, token.id)
    assert _signed(act, secret) is None


@pytest.mark.parametrize("secret", ["", "x", "x" * 1000, "\ud800"])
def test_what_nobody_was_given_is_no_session(act: Act, secret: str) -> None:
    assert _signed(act, secret) is None


def test_who_leaves_leaves_no_account_behind(act: Act) -> None:
    account = _account(act)
    one_time_codes.reset_code(act, "anna")
    sessions.begin_session(act, account)
    with act.store.reading() as session:
        [found] = accounts.accounts(session, SITE)
    members.remove_member(act, found.member)
    with act.store.reading() as session:
        for table in (AccountRow, CodeRow, SessionRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_no_secret_is_in_the_journal_or_in_the_tables(act: Act) -> None:
    account = _account(act)
    code = one_time_codes.reset_code(act, "anna")
    _choose(act, code, "anna")
    secret = sessions.begin_session(act, account)
    sessions.note_failure(act, account)
    with act.store.reading() as session:
        details = "".join(str(each) for each in session.scalars(select(JournalRow.detail)))
        rows = [*session.scalars(select(SessionRow)), *session.scalars(select(CodeRow))]
        kept = "".join(str(vars(row)) for row in rows)
    for hidden in (code, code.replace("-", ""), secret, LONG):
        assert hidden not in details + kept
    assert "signed-in" in "".join(_reasons(act))
    assert {"account-added", "password-reset", "password-changed", "sign-in-failed"} <= set(
        _reasons(act)
    )


def _reasons(act: Act) -> list[str]:
    with act.store.reading() as session:
        return [each for each in session.scalars(select(JournalRow.reason)) if each]
