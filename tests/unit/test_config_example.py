"""The commented example settings are whole, and wrong settings are told with their place."""

from pathlib import Path

import pytest

from gateway.config import database_url, load_settings
from gateway.errors import ConfigError

EXAMPLE = Path(__file__).parents[2] / "config" / "node.toml"

pytestmark = pytest.mark.unit


def written(folder, text):
    (folder / "iarms.toml").write_text(text)
    return folder


def test_the_example_is_accepted_and_names_every_setting(tmp_path):
    settings = load_settings(written(tmp_path, EXAMPLE.read_text()))
    named = {
        line.split("=")[0].strip()
        for line in EXAMPLE.read_text().splitlines()
        if "=" in line and not line.startswith("#")
    }
    sections = (settings, settings.broker, settings.keys, settings.delivery, settings.files)
    sections = (*sections, settings.hits)
    known = {name for section in sections for name in section.__struct_fields__}
    headings = {
        line.split("]")[0].strip("[").split(".")[0]
        for line in EXAMPLE.read_text().splitlines()
        if line.startswith("[")
    }
    elsewhere = {"transport"}  # config/transports
    assert known - elsewhere - headings <= named


@pytest.mark.parametrize(
    ("was", "becomes", "place"),
    [
        ("port = 5671", "port = 99999", "broker.port"),
        ("batch = 100 ", "batchh = 100 ", "delivery"),
        ('party = "FRA-NCB"', 'party = "France"', "party"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(tmp_path, was, becomes, place):
    text = EXAMPLE.read_text()
    assert was in text
    with pytest.raises(ConfigError) as refused:
        load_settings(written(tmp_path, text.replace(was, becomes)))
    assert place in refused.value.place
    assert refused.value.remedy


def test_a_missing_file_says_what_to_copy(tmp_path):
    with pytest.raises(ConfigError, match="no settings file") as refused:
        load_settings(tmp_path)
    assert "copy the example" in refused.value.remedy


def test_a_relative_database_lies_in_the_home_folder(tmp_path):
    settings = load_settings(written(tmp_path, EXAMPLE.read_text()))
    assert database_url(settings, tmp_path) == f"sqlite:///{tmp_path}/node.db"
