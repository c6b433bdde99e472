import pytest

from mnist_core.cli import console


@pytest.mark.parametrize(
    ("share", "text"), [(0.993245, "99.32 %"), (1.0, "100.00 %"), (None, "")]
)
def test_shares_are_percentages_for_people(share, text):
    assert console.percent(share) == text


def test_facts_stand_in_two_columns(capsys):
    console.print_facts({"model": "ada", "test accuracy": "99.32 %"})
    first, second = capsys.readouterr().out.splitlines()
    assert first.index("ada") == second.index("99.32 %")


def test_other_data_than_mnist_need_no_download(capsys):
    console.ensure_mnist("synthetic")
    assert capsys.readouterr().err == ""
