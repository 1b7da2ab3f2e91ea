import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from mlcore.cli import main
from mlcore.pictures.encoding import png
from tests.mlcore.pages import made, pdfs

SEVEN = [[[80, 80], [140, 76], [240, 80]], [[240, 80], [190, 190], [150, 300]]]


@pytest.fixture
def seven(tmp_path):
    """The strokes of a 7 in a file."""
    path = tmp_path / "seven.json"
    path.write_text(json.dumps(SEVEN))
    return path


@pytest.fixture
def photograph(tmp_path):
    """A 1 in dark ink on light paper."""
    picture = np.full((120, 100), 230, np.uint8)
    cv2.line(picture, (52, 20), (48, 100), 30, 7)
    cv2.imwrite(str(tmp_path / "one.png"), picture)
    return tmp_path / "one.png"


def test_predict_reads_strokes_and_pictures(seven, photograph, capsys):
    assert main(["predict", str(seven), str(photograph)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{seven}: 7 (")
    assert second.startswith(f"{photograph}: 1 (")


def test_predict_reports_a_blank_picture(tmp_path, capsys):
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((50, 50), 255, np.uint8))
    assert main(["predict", str(tmp_path / "blank.png")]) == 0
    assert capsys.readouterr().out.strip().endswith("blank")


@pytest.mark.parametrize("content", ["no JSON", "[[[1, 2, 3, 4, 5]]]", '{"strokes": 1}'])
def test_predict_names_an_unreadable_file(tmp_path, capsys, content):
    (tmp_path / "odd.json").write_text(content)
    assert main(["predict", str(tmp_path / "odd.json")]) == 1
    assert "odd.json" in capsys.readouterr().err


def test_predict_reports_a_missing_version(tmp_path, seven, capsys):
    assert main(["predict", "--model", str(tmp_path), str(seven)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_predict_imports_no_tensorflow(seven):
    code = (
        "import sys; from mlcore.cli import main; main(['predict', sys.argv[1]]); "
        "sys.exit('tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(seven)], check=True, capture_output=True)


@pytest.mark.slow
def test_evaluate_prints_one_json_object(small_mnist, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("DEV_SETS_PATH", raising=False)
    file = tmp_path / "figures.json"
    arguments = ["--data", str(small_mnist), "--at-most", "8", "--json", str(file)]
    assert main(["evaluate", *arguments]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads(file.read_text())
    assert set(found) == {"mnist_test", "robustness", "scikit_digits", "not_a_digit", "dev_sets"}
    figures = found["mnist_test"]
    assert figures["n"] == 8
    assert sum(map(sum, figures["confusion"])) == 8
    assert sum(figures["confusion"][d][d] for d in range(10)) == figures["correct"]
    assert figures["accuracy"] > 0.8  # drawn digits are easy for the shipped version
    assert "--dev-sets" in found["dev_sets"]


def test_evaluate_reports_a_missing_folder(small_mnist, tmp_path, capsys):
    missing = str(tmp_path / "nowhere")
    assert main(["evaluate", "--data", str(small_mnist), "--dev-sets", missing]) == 1
    assert missing in capsys.readouterr().err


def test_evaluate_refuses_a_limit_of_zero(small_mnist, capsys):
    assert main(["evaluate", "--data", str(small_mnist), "--at-most", "0"]) == 1
    assert "At most 0" in capsys.readouterr().err


def test_evaluate_says_what_to_provide_if_data_is_missing(tmp_path, capsys):
    assert main(["evaluate", "--data", str(tmp_path / "no.npz")]) == 1
    assert "MNIST_PATH" in capsys.readouterr().err


@pytest.mark.slow
def test_synthesize_writes_a_contact_sheet(tmp_path):
    assert main(["synthesise", "--sheet", str(tmp_path / "page.png")]) == 0
    page = cv2.imread(str(tmp_path / "page.png"), cv2.IMREAD_GRAYSCALE)
    assert min(page.shape) > 28 * 10
    assert page.min() < 50
    assert page.max() == 255


def test_synthesize_names_a_file_that_it_cannot_write(tmp_path, capsys):
    assert main(["synthesise", "--sheet", str(tmp_path / "no" / "page.png")]) == 1
    assert "page.png" in capsys.readouterr().err


@pytest.fixture
def page(tmp_path):
    """A table of three cells in two rows, one of them empty."""
    rng = np.random.default_rng(4)
    table = made.table([["170", "23"], ["", "4"]], rng)
    (tmp_path / "page.png").write_bytes(png(made.photographed(table, rng)))
    return tmp_path / "page.png"


def test_read_prints_the_rows_of_a_page(page, capsys):
    assert main(["read", "--mode", "page", str(page)]) == 0
    assert capsys.readouterr().out == f"{page}: table\n170\t23\n\t4\n"


def test_read_writes_a_page_as_csv(page, capsys):
    assert main(["read", "--mode", "page", "--csv", str(page)]) == 0
    assert capsys.readouterr().out == "170,23\n,4\n"


def test_read_writes_a_page_as_json(page, capsys):
    assert main(["read", "--mode", "page", "--json", str(page)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["file"], found["kind"]) == (str(page), "table")
    assert [[cell["text"] for cell in row] for row in found["rows"]] == [["170", "23"], ["", "4"]]
    assert [mark["text"] for mark in found["rows"][0][1]["marks"]] == ["2", "3"]


def test_read_prints_each_page_of_a_pdf(page, tmp_path, capsys):
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdfs.of_pictures([page.read_bytes()] * 2))
    assert main(["read", "--mode", "page", str(scan)]) == 0
    rows = "170\t23\n\t4\n"
    assert capsys.readouterr().out == (
        f"{scan}, page 1: table\n{rows}{scan}, page 2: table\n{rows}"
    )
    assert main(["read", str(scan)]) == 1
    said = "scan.pdf: This is a PDF. Save it as a picture, or read it as pages of numbers."
    assert said in capsys.readouterr().err


def test_read_reads_one_number(photograph, capsys):
    assert main(["read", str(photograph)]) == 0
    assert capsys.readouterr().out.startswith(f"{photograph}: 1 (")


def test_read_names_a_page_that_it_refuses(tmp_path, capsys):
    (tmp_path / "blank.png").write_bytes(png(np.full((300, 400), 230, np.uint8)))
    assert main(["read", "--mode", "page", str(tmp_path / "blank.png")]) == 1
    assert "blank.png: No numbers were found" in capsys.readouterr().err
