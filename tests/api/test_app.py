"""What stands around every answer: headers, health, figures, the description of the API."""

import logging

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from daemon.store.book import book_of
from daemon.store.doors import keep_levels
from tests.api.house import House, slug


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/api/v1/occupancy"])
def test_every_answer_tells_browsers_to_be_careful(house: House, path: str) -> None:
    headers = house.ask("GET", path, role="public").headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_the_api_lives_and_tells_whether_the_house_works(house: House) -> None:
    assert house.get("/healthz", role="public") == {"status": "ok"}
    ready = house.get("/readyz", role="public")
    assert ready["ready"]
    names = [check["name"] for check in ready["checks"]]
    assert names == ["database", "broker", "doorman", "devices"]
    house.doorman.on_duty = False
    answer = house.ask("GET", "/readyz", role="public")
    assert answer.status_code == 503
    assert [check["name"] for check in answer.json()["checks"] if not check["ok"]] == ["doorman"]


def test_a_door_whose_last_will_speaks_is_named_until_it_is_back(house: House) -> None:
    _hear(house, online=False)
    answer = house.ask("GET", "/readyz", role="public")
    assert answer.status_code == 503
    assert answer.json()["checks"][-1]["detail"] == "offline: ingresso"
    _hear(house, online=True)
    assert house.get("/readyz", role="public")["ready"]


def _hear(house: House, *, online: bool) -> None:
    told = {"contact": None, "bolt": None, "online": online}
    with book_of(house.store, "cooffice") as book:
        keep_levels(book, "ingresso", house.clock(), told)


def test_a_database_without_tables_is_not_ready(house: House) -> None:
    with house.store.writing() as session:
        session.execute(text("drop table alembic_version"))
    answer = house.ask("GET", "/readyz", role="public")
    assert answer.status_code == 503
    assert "schema" in answer.json()["checks"][0]["detail"]


def test_a_database_that_fails_is_a_matter_of_time(house: House) -> None:
    with house.store.writing() as session:
        session.execute(text("alter table visit rename to gone"))
    answer = house.ask("GET", "occupancy", role="public")
    assert (answer.status_code, slug(answer)) == (503, "database-away")
    assert answer.headers["retry-after"]


def test_a_bug_says_no_more_than_that_there_is_one(house: House) -> None:
    @house.app.get("/broken")
    def broken() -> None:
        raise RuntimeError("the secret of the house")

    answer = TestClient(house.app, raise_server_exceptions=False).get("/broken")
    assert (answer.status_code, slug(answer)) == (500, "internal")
    assert "secret" not in answer.text


def test_figures_are_for_this_machine_or_for_a_token(house: House) -> None:
    house.post(f"presence/{house.member('Anna')}/check-in", {})
    stranger = TestClient(house.app, client=("192.0.2.7", 5000))
    assert stranger.get("/metrics").status_code == 401
    home = TestClient(house.app, client=("127.0.0.1", 5000))
    figures = home.get("/metrics").text
    assert "usciere_present 1.0" in figures
    assert 'route="/members"' in figures
    assert "Anna" not in figures
    kiosk = {"Authorization": f"Bearer {house.tokens['kiosk']}"}
    assert stranger.get("/metrics", headers=kiosk).status_code == 200


def test_the_log_names_routes_and_nobody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "api")
    anna = house.member()
    house.ask("GET", f"members/{anna}?name=secret")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("api")]
    assert any("/members/{member} 200" in line for line in ours)
    assert not any(anna in line or "secret" in line for line in ours)


def test_the_description_names_every_resource_and_its_problems(house: House) -> None:
    described = house.get("openapi.json", role="public")
    assert described["openapi"].startswith("3.")
    assert "/api/v1/members/{member}/badges" in described["paths"]
    add = described["paths"]["/api/v1/members"]["post"]["responses"]
    assert "application/problem+json" in add["4XX"]["content"]
    assert "422" not in add
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            good = [code for code in operation["responses"] if code.startswith("2")]
            assert good, f"{method} {path} says nothing of success"
