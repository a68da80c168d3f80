"""Help says what an option is where nothing is given, square brackets and all."""

from typer.testing import CliRunner

from wend.cli import app


def test_defaults_in_brackets_are_not_taken_for_markup() -> None:
    shown = CliRunner().invoke(app, ["measure", "sketch", "--help"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert "pictures of either side [default: 2500]" in shown.output
