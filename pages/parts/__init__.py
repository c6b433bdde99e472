"""What the pages share: loaded models and data, charts, wording of numbers."""
