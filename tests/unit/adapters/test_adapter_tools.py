"""What an integrator does with a sample: propose, look, count what is lost, compare, activate."""

from __future__ import annotations

import json
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from adapters.drafting.meaning import guess_columns
from adapters.drafting.sampling import understand
from adapters.engine import DeclaredAdapter, fixed_frame
from adapters.engine.golden import samples_of
from gateway.accounting import Coverage, LossKind
from gateway.adapter import AdapterError, adapter_tool, find_adapter
from gateway.cli.adapter import command
from gateway.rehearsal import Change, rehearse

FEED = """\
Dossier;Nature;Date vol;Type arme;Marque;Calibre;N° série;Remarque
2026/1;Vol;04/05/2026;Pistolet;Glock;9 mm;TZZ 100;néant
2026/2;Perte;14/05/2026;Révolver;Manurhin;.357;F 1234;
2026/3;Escroquerie;15/05/2026;Carabine;Sako;.308;;volé à la ferme
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "feed.csv"
    path.write_bytes(FEED.encode("cp1252"))
    return path


@pytest.fixture
def folder(sample: Path, tmp_path: Path) -> Path:
    adapter_tool("draft")(sample, tmp_path / "xx_feed", name="xx-feed")
    return tmp_path / "xx_feed"


@pytest.mark.parametrize(
    "header",
    [
        "Nº Expediente;Hecho;Fecha del hecho;Tipo de arma;Marca;Modelo;Calibre;Número de serie",
        "Aktenzeichen;Delikt;Tatzeit;Waffenart;Hersteller;Modell;Kaliber;Waffennummer",
        "Numer sprawy;Zdarzenie;Data;Rodzaj broni;Marka;Model;Kaliber;Numer fabryczny",
        "Номер дела;Событие;Дата;Вид оружия;Марка;Модель;Калибр;Серийный номер",
        "Dosya No;Olay;Tarih;Silah Türü;Marka;Model;Çap;Seri No",
        "N. pratica;Evento;Data;Tipo arma;Marca;Modello;Calibro;Matricola",
        "CaseNo;Offense;DateStolen;WeaponType;Make;Model;Caliber;Serial",
        "N° PV;Fait;Date;Arme;Marque;Modèle;Calibre;Matricule",
        "Crime Ref;Status;Date Reported;Weapon;Manufacturer;Model;Calibre;Serial No.",
    ],
)
def test_the_columns_of_a_feed_are_known_by_their_names(header: str) -> None:
    names = header.split(";")
    found = {guess.path.rpartition("/")[2]: guess.column for guess in guess_columns(names)}
    assert found == {
        "NationalRecordId": 0, "RecordTypeCode": 1, "EventDate": 2, "FirearmTypeCode": 3,
        "MakeText": 4, "ModelIdentified": 5, "CalibreText": 6, "TextAsMarked": 7,
    }  # fmt: skip


def test_a_line_that_tells_the_delimiter_is_no_header() -> None:
    sample = understand(b"sep=,\r\nFile,Note\r\n1,a;b;c\r\n")
    assert (sample.delimiter, sample.header) == (",", ("File", "Note"))


def invoke(*words: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(command, [str(word) for word in words])
    if outcome.exception is not None and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return outcome.exit_code, outcome.output


def test_a_sample_gives_a_folder_that_reads_it_and_says_what_is_unsure(
    sample: Path, tmp_path: Path
) -> None:
    code, said = invoke("init", "--from", sample, "--to", tmp_path / "new", "--json")
    told = json.loads(said)
    assert code == 6
    assert (told["encoding"], told["delimiter"], told["ready"]) == ("cp1252", ";", 2)
    assert told["columns"]["Date vol"] == "EventDate"
    assert any("'Escroquerie'" in doubt for doubt in told["unsure"])
    toml = (tmp_path / "new" / "adapter.toml").read_text()
    assert 'steps = ["date:%d/%m/%Y", "not-future"]' in toml


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Numéro;Date;Modèle\n1;2026-01-02;Révolver à barillet\n2;2026-01-03;été\n"),
        ("cp1256", "رقم البلاغ;التاريخ;النوع\n1;2026-01-02;مسدس\n2;2026-01-03;بندقية\n"),
        ("utf-8", "Numéro;Date;Modèle\n1;2026-01-02;Révolver\n2;2026-01-03;été\n"),
    ],
)
def test_the_encoding_of_a_sample_is_proposed(encoding: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_bytes(text.encode(encoding))
    assert adapter_tool("draft")(path, tmp_path / "new", name="new").encoding == encoding


def test_days_that_may_be_months_are_told_as_unsure(tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_text("File;Date;Serial\nA1;01/02/2026;X 100\nA2;03/04/2026;X 200\n")
    doubts = adapter_tool("draft")(path, tmp_path / "new", name="new").doubts
    assert any("%d/%m/%Y and %m/%d/%Y" in doubt for doubt in doubts)


@pytest.mark.parametrize(
    "octets", [b"", b"one line\n", b"a b c\nd e f\n", b"a;a\n1;2\n", b"\xff\xfeA\x00;\x00"]
)
def test_a_sample_that_is_no_table_is_refused_with_a_reason(octets: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sample.csv"
    path.write_bytes(octets)
    with pytest.raises(AdapterError):
        adapter_tool("draft")(path, tmp_path / "new", name="new")
    assert not (tmp_path / "new").exists()


def test_native_canonical_and_xml_stand_side_by_side(
    folder: Path, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # what does not fit a narrow terminal is cut
    code, said = invoke("try", f"{folder}/", sample, "--side", "--item", 2)
    assert code == 6
    assert "Nature = 'Perte'" in said
    assert "RecordTypeCode = LOST <- Nature | code:fact" in said
    assert "<RecordTypeCode>LOST</RecordTypeCode>" in said


def test_what_is_dropped_defaulted_and_not_coded_is_counted(folder: Path, sample: Path) -> None:
    code, said = invoke("coverage", f"{folder}/", sample, "--json", "--items")
    told = json.loads(said)
    assert code == 6
    losses = {(loss["kind"], loss["column"]): loss["count"] for loss in told["losses"]}
    assert losses["DROPPED", "Remarque"] == 2
    assert losses["DEFAULTED", "N° série"] == 1
    assert losses["NOT_CODED", "Nature"] == 1
    assert told["unknown"][0]["value"] == "Escroquerie"
    assert [len(each["losses"]) for each in told["each"]] == [1, 0, 3]


def test_a_value_that_is_said_in_words_is_no_loss() -> None:
    adapter = find_adapter("ar-police-csv")
    assert isinstance(adapter, DeclaredAdapter)
    added = Coverage()
    for path in samples_of(adapter.folder):
        with path.open("rb") as source:
            added.add(adapter.account(source, fixed_frame()))
    assert not [table for table, _ in added.unknown if table == "serial-status"]
    assert any(kind is LossKind.DROPPED for kind, _, _ in added.losses)


def test_of_several_names_for_one_thing_those_that_do_not_count_are_dropped() -> None:
    adapter = find_adapter("niem-firearm-xml")
    assert isinstance(adapter, DeclaredAdapter)
    native = b"""<r:StolenFirearmReport xmlns:r="urn:r" xmlns:n="urn:n">
      <n:Firearm>
        <n:FirearmMakeText>GLOCK</n:FirearmMakeText><n:ItemMakeName>Glock</n:ItemMakeName>
        <n:FirearmMakeCode>GLC</n:FirearmMakeCode>
        <n:FirearmCaliberCode>9mm</n:FirearmCaliberCode><n:FirearmGaugeText>12</n:FirearmGaugeText>
      </n:Firearm>
    </r:StolenFirearmReport>"""
    (account,) = adapter.account(BytesIO(native), fixed_frame())
    dropped = {(x.column, x.value) for x in account.losses if x.kind is LossKind.DROPPED}
    assert dropped == {("FirearmMakeCode", "GLC"), ("FirearmGaugeText", "12")}


def test_a_new_mapping_is_compared_item_by_item(folder: Path, sample: Path) -> None:
    new = folder.with_name("next")
    shutil.copytree(folder, new)
    with (new / "codes" / "fact.csv").open("a") as table:
        table.write("Escroquerie,STOLEN,\n")
    changes = list(
        rehearse(DeclaredAdapter(folder), DeclaredAdapter(new), sample.read_bytes(), fixed_frame())
    )
    assert [one.change for one in changes] == [Change.SAME, Change.SAME, Change.NOW_READY]


def test_a_mapping_is_compared_with_itself_as_the_same(folder: Path, sample: Path) -> None:
    code, said = invoke("diff", f"{folder}/", folder, sample)
    assert code == 0
    assert "3 items: 3 SAME" in said


def test_only_a_sound_mapping_takes_the_place_of_the_old(folder: Path) -> None:
    new = folder.with_name("next")
    shutil.copytree(folder, new)
    with (new / "codes" / "fact.csv").open("a") as table:
        table.write("Escroquerie,STOLEN,\n")
    running = DeclaredAdapter(folder)
    before = running.version
    with pytest.raises(AdapterError) as refused:
        invoke("activate", f"{folder}/", new)
    assert refused.value.remedy is not None
    assert f"iarms adapter expect {new}/" in refused.value.remedy
    assert DeclaredAdapter(folder).version == before
    invoke("expect", f"{new}/")
    code, _ = invoke("activate", f"{folder}/", new)
    assert code == 0
    assert running.renew()
    assert running.version == DeclaredAdapter(new).version != before
    kept = folder.with_name(f".{folder.name}.{before}")
    assert DeclaredAdapter(kept).version == before


def test_a_file_that_is_being_read_keeps_its_mapping_to_the_end(folder: Path) -> None:
    rows = [f"2026/{at};Vol;04/05/2026;Pistolet;Glock;9 mm;TZZ {at};" for at in range(1_200)]
    native = "\n".join([FEED.splitlines()[0], *rows]).encode("cp1252")
    running = DeclaredAdapter(folder)
    table = folder / "codes" / "fact.csv"
    before = running.stream(BytesIO(native), fixed_frame())
    items = [next(before.items)]
    shutil.rmtree(folder / "samples")
    table.write_text(table.read_text().replace("Vol,STOLEN", "Vol,LOST"))
    assert running.renew()
    items += before.items
    after = list(running.stream(BytesIO(native), fixed_frame()).items)
    told = [
        {str(getattr(item.body, "record_type_code", None)) for item in each}
        for each in (items, after)
    ]
    assert told == [{"STOLEN"}, {"LOST"}]
    assert len(items) == len(after) == len(rows)


def test_declarations_that_do_not_compile_never_replace_good_ones(folder: Path) -> None:
    running = DeclaredAdapter(folder)
    assert running.name == "xx-feed"  # as a node asks when it starts: it is compiled from here on
    before = running.version
    toml = folder / "adapter.toml"
    good = toml.read_text()
    for bad in (good[: len(good) // 2], good.replace("code:fact", "code:facts"), ""):
        toml.write_text(bad)
        with pytest.raises(AdapterError):
            running.renew()
        assert running.version == before
        assert running.read(FEED.encode("cp1252"), fixed_frame()).items[0].body is not None
