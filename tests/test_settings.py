"""Settings: options before environment before defaults, and no open server without a token."""

from pathlib import Path

import pytest

from wend.errors import InvalidSetting
from wend.settings import Settings, is_loopback


def test_defaults_stay_on_this_machine() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.token) == ("127.0.0.1", 8000, None)
    assert settings.models_dir.parts[-2:] == ("models", "generators")


def test_options_win_over_the_environment() -> None:
    environment = {
        "WEND_PORT": "9000",
        "WEND_THREADS": "2",
        "WEND_DATA_DIR": "/srv/wend",
        "WEND_ALLOWED_HOSTS": "a.example, b.example",
        "WEND_TEST_FILES": "/elsewhere",
        "PATH": "/bin",
    }
    settings = Settings.load(environment, {"port": 9001, "threads": None, "allowed_origins": ()})
    assert (settings.port, settings.threads, settings.data_dir) == (9001, 2, Path("/srv/wend"))
    assert settings.allowed_hosts == ("a.example", "b.example")


def test_a_base_path_has_no_last_slash() -> None:
    assert [Settings(root_path=path).root_path for path in ("", "/", "/wend", "/lab/wend/")] == [
        "",
        "",
        "/wend",
        "/lab/wend",
    ]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "wend.example"])
def test_an_open_server_has_a_token(host: str) -> None:
    first, second = Settings(host=host), Settings(host=host)
    assert first.token is not None
    assert len(first.token) >= 24
    assert first.token != second.token
    assert Settings(host=host, token="chosen-by-hand").token == "chosen-by-hand"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1", "[::1]"])
def test_a_server_of_this_machine_needs_none(host: str) -> None:
    assert is_loopback(host)
    assert Settings(host=host).token is None
    assert Settings(host=host, token="wanted-anyway").token == "wanted-anyway"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "eighty"),
        ("port", "70000"),
        ("threads", "0"),
        ("token", "short"),
        ("token", "with spaces and &"),
        ("render_timeout_s", "nan"),
        ("root_path", "wend"),
        ("root_path", "//evil.example"),
        ("root_path", "/a/../b"),
        ("root_path", "/api/wend"),
        ("trusted_proxies", "127.0.0.1, my-proxy"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSetting, match=f"setting {name} "):
        Settings.load({f"WEND_{name.upper()}": value}, {})
