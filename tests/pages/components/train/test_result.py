import csv
import io

from mnist_core.runs.metrics import Metrics
from pages.components.train import result


def test_metrics_as_csv_have_every_line_in_order():
    batch = {"epoch": 0.5, "step": 4, "seconds": 2.0, "loss": 0.5, "accuracy": 0.8}
    sample = {"epoch": 0.5, "step": 4, "seconds": 2.1, "sample_accuracy": 0.7}
    epoch = {"epoch": 1, "seconds": 5.0, "val_loss": 0.3, "val_accuracy": 0.95}
    rows = list(
        csv.DictReader(
            io.StringIO(
                result.to_csv(
                    Metrics([batch, {**batch, "seconds": 4.0}], [epoch], [sample])
                )
            )
        )
    )
    assert [row["seconds"] for row in rows] == ["2.0", "2.1", "4.0", "5.0"]
    assert [row["loss"] for row in rows] == ["0.5", "", "0.5", ""]
    assert rows[1]["sample_accuracy"] == "0.7"
    assert rows[-1]["val_accuracy"] == "0.95"
