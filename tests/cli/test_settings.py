"""Settings from all sources in their order, and keys that stay with their host."""

from pathlib import Path

import pytest

from esc_tui.domain.errors import UserError
from esc_tui.settings.model import Settings, load_settings, read_file, save_settings
from esc_tui.support.session import endpoint_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def test_the_command_line_beats_the_environment_beats_the_file_beats_the_default(file: Path) -> None:
    file.write_text('mode = "single"\ntheme = "esc-light"\nauthor = "Ada"\n')
    loaded = load_settings({"mode": "one-by-one", "author": None}, file, {"ESC_TUI_MODE": "all-in-one", "ESC_TUI_THEME": "esc-ansi"})
    assert (loaded.mode, loaded.theme, loaded.author, loaded.engine) == ("one-by-one", "esc-ansi", "Ada", "embedded")


def test_a_bad_value_names_where_it_came_from(file: Path) -> None:
    with pytest.raises(UserError, match="environment: ESC_TUI_TIMEOUT"):
        load_settings({}, file, {"ESC_TUI_TIMEOUT": "soon"})


def test_an_unknown_setting_names_the_nearest(file: Path) -> None:
    file.write_text('endpont = "http://127.0.0.1"\n')
    with pytest.raises(UserError, match="nearest known one is 'endpoint'"):
        load_settings({}, file, {})


def test_a_key_in_place_of_a_variable_name_is_refused(file: Path) -> None:
    with pytest.raises(UserError, match="not the key itself"):
        load_settings({"key_variable": "sk-abc"}, file, {})


def test_a_key_in_the_address_is_refused(file: Path) -> None:
    with pytest.raises(UserError, match="no user name and no key"):
        load_settings({"endpoint": "http://me:secret@example.org"}, file, {})


def test_what_is_saved_comes_back_and_defaults_are_left_out(file: Path) -> None:
    save_settings({"author": "Ada \"the\" first \\ \n", "seed": 7, "mode": "all-in-one"}, file)
    assert read_file(file) == {"author": "Ada \"the\" first \\ \n", "seed": 7}
    assert oct(file.stat().st_mode & 0o777) == "0o600"


def test_a_key_goes_to_the_endpoint_named_beside_it(file: Path) -> None:
    file.write_text('endpoint = "https://models.example.org/v1"\nkey_variable = "MY_KEY"\n')
    reached = endpoint_settings(load_settings({"engine": "endpoint"}, file, {}))
    assert (reached.key_variable, reached.host) == ("MY_KEY", "models.example.org")


@pytest.mark.parametrize("elsewhere", [{"endpoint": "http://127.0.0.1:8080"}, {"endpoint": "https://models.example.org:444"}])
def test_a_key_never_follows_to_an_endpoint_given_elsewhere(file: Path, elsewhere: dict[str, str]) -> None:
    file.write_text('endpoint = "https://models.example.org/v1"\nkey_variable = "MY_KEY"\n')
    assert endpoint_settings(load_settings(elsewhere, file, {})).key_variable == ""


def test_a_key_host_named_in_so_many_words_holds(file: Path) -> None:
    file.write_text('key_variable = "MY_KEY"\nkey_host = "127.0.0.1:8080"\n')
    assert endpoint_settings(load_settings({"endpoint": "http://127.0.0.1:8080"}, file, {})).key_variable == "MY_KEY"


def test_settings_made_by_hand_send_no_key_without_a_host() -> None:
    assert endpoint_settings(Settings(endpoint="http://127.0.0.1:1", key_variable="MY_KEY")).key_variable == ""


def test_a_byte_order_mark_before_the_settings_is_passed_over(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfseed = 3\n")
    assert load_settings({}, file, {}).seed == 3


def test_a_path_with_a_zero_character_is_refused_by_name(file: Path) -> None:
    file.write_text('bank = "a\\u0000b"\n')
    with pytest.raises(UserError, match="bank: a path holds no zero character"):
        load_settings({}, file, {})


def test_settings_that_cannot_be_saved_leave_no_file_behind(file: Path) -> None:
    file.mkdir()
    (file / "inside").touch()
    with pytest.raises(UserError):
        save_settings({"seed": 7}, file)
    assert list(file.parent.iterdir()) == [file]


def test_changing_only_the_endpoint_leaves_the_key_with_the_old_host(file: Path) -> None:
    file.write_text('endpoint = "https://models.example.org"\nkey_variable = "MY_KEY"\n')
    save_settings({"endpoint": "https://other.example.com"}, file)
    assert endpoint_settings(load_settings({}, file, {})).key_variable == ""
    save_settings({"endpoint": "https://models.example.org"}, file)
    assert endpoint_settings(load_settings({}, file, {})).key_variable == "MY_KEY"


def test_a_key_host_without_a_port_means_any_port_of_it(file: Path) -> None:
    file.write_text('key_variable = "MY_KEY"\nkey_host = "127.0.0.1"\n')
    assert endpoint_settings(load_settings({"endpoint": "http://127.0.0.1:8080"}, file, {})).key_variable == "MY_KEY"
