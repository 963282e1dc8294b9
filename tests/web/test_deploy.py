"""The files an operator starts from hold what the program takes, and ask for as little as they can."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.settings import load_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "assistant" / "web" / "deploy"
TOKEN = "t" * 40


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return found


def filled(value: object) -> str:
    """As compose does where nothing is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def image_settings() -> dict[str, str]:
    return dict(re.findall(r"(COMMON_GROUND_\w+)=(\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8")))


def test_compose_and_the_image_give_settings_that_load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKEN, encoding="utf-8")
    given = {name: filled(value) for name, value in compose()["services"]["app"]["environment"].items()}
    given["COMMON_GROUND_WEB__ACCESS__TOKEN_FILE"] = str(token)
    for name, value in {**image_settings(), **given}.items():
        monkeypatch.setenv(name, value)
    loaded = load_settings()
    assert loaded.web.host == "0.0.0.0" and loaded.web.access.rule == "token" and loaded.web.access.secret == TOKEN
    assert loaded.index.chroma.host == "chroma"
    address = compose()["services"]["nginx"]["networks"]["front"]["ipv4_address"]
    assert loaded.web.access.trusted_proxies == (f"{address}/32",)


def test_the_image_alone_refuses_to_start_without_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in image_settings().items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=r"web\.access\.rule"):
        load_settings()


def test_the_model_profile_gives_settings_that_load(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = compose()["services"]["app"]["environment"]
    line = re.search(r"LLM_ENDPOINT=(\S+) LLM_MODEL=(\S+)", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert line
    for name, value in environment.items():
        if "LLM" in name:
            monkeypatch.setenv(name, line[1] if name.endswith("ENDPOINT") else line[2])
            assert "${LLM_" in value
    assert load_settings().answer.llm.on


def test_only_nginx_can_be_reached_and_only_nginx_has_a_way_out() -> None:
    set_ = compose()
    open_ = {name for name, service in set_["services"].items() if "ports" in service}
    outside = {name for name, service in set_["services"].items() if "outside" in service["networks"]}
    assert open_ == outside == {"nginx"}
    assert all(set_["networks"][name]["internal"] for name in ("front", "back"))


def test_the_containers_have_no_more_rights_than_they_need() -> None:
    for name in ("app", "nginx"):
        service = compose()["services"][name]
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^USER 10001$", dockerfile, re.M)
    assert "HEALTHCHECK" in dockerfile


def test_what_the_image_copies_is_there() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
    names = [name for line in copied for name in line.split()]
    assert {"ingest", "index", "assistant", "prompts", "corpus", "app.py"} <= set(names)
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_example_settings_load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (DEPLOY / "settings.toml").read_text(encoding="utf-8")
    for name in ("signing-key", "charity-token"):
        (tmp_path / name).write_text(TOKEN, encoding="utf-8")
    file = tmp_path / "settings.toml"
    file.write_text(text.replace("/etc/common-ground", str(tmp_path)), encoding="utf-8")
    loaded = load_settings(file)
    assert [site.name for site in loaded.web.access.sites] == ["intranet", "charity"]
    assert tomllib.loads(text)["web"]["prefix"] == "/common-ground"
    unit = (DEPLOY / "common-ground.service").read_text(encoding="utf-8")
    assert f"COMMON_GROUND_PATHS__DATA={loaded.paths.data}\n" in unit, "a command by hand means the data of the service"


def test_the_unit_gives_settings_that_load_and_shuts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = (DEPLOY / "common-ground.service").read_text(encoding="utf-8")
    for name, value in re.findall(r"(COMMON_GROUND_\w+)=(\S+)", unit):
        monkeypatch.setenv(name, value)
    assert load_settings().web.operation.log_level == "info"
    for line in ("User=common-ground", "ProtectSystem=strict", "NoNewPrivileges=yes", "IPAddressDeny=any"):
        assert line in unit.splitlines()


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    if not shutil.which("nginx"):
        pytest.skip("nginx is not here")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    file = tmp_path / "nginx.conf"
    file.write_text(text.replace("http://app:7860", "http://127.0.0.1:7860").replace("/tmp/nginx", f"{tmp_path}/n"))
    done = subprocess.run(["nginx", "-t", "-c", str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for rule in ("proxy_set_header X-Forwarded-For $remote_addr;", 'X-Forwarded-User "";', "/common-ground/metrics"):
        assert rule in text
