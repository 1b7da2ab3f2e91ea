import pytest

from recognizer.actions.child import ERROR_LINES, last_words, parse_progress


def test_it_reads_a_line_of_progress():
    assert parse_progress('{"epoch": 2, "loss": 0.5}\n') == {"epoch": 2, "loss": 0.5}


@pytest.mark.parametrize("line", ["Epoch 1/3", "", "[1]", '{"loss": NaN}', '{"loss": Infinity}'])
def test_whatever_else_is_printed_is_passed_over(line):
    assert parse_progress(line) == {}


def test_last_words_are_the_last_lines():
    said = "\n".join(f"line {number}" for number in range(100))
    words = last_words(said, 1).splitlines()
    assert words[0] == "The training process ended with exit status 1."
    assert words[1:] == [f"line {number}" for number in range(100 - ERROR_LINES, 100)]


def test_a_signal_is_named():
    assert last_words("", -9) == "The training process was ended by signal 9."
