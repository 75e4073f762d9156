"""The lines of docs/layers.md are what a region file takes."""

import re
import tomllib
from pathlib import Path

import pytest

from prospector import synthetic
from prospector.evidence.entries import entry_faults
from prospector.evidence.named_layers import naming_faults
from prospector.layers.keys import layer_faults
from prospector.region.region_file import load_region

PAGE = (Path(__file__).parents[2] / "docs" / "layers.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```toml\n(.+?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0].strip("[]"))
def test_an_example_of_the_page_fits_a_region(example, tmp_path):
    """Copied below a region file, every key of it is known, and no evidence lacks a layer."""
    region = synthetic.write_region(tmp_path / "region")
    toml = region / "region.toml"
    text, layers = toml.read_text("utf-8"), tomllib.loads(example).get("layers", {})
    for name in layers:  # the page's layer in place of the region's own
        text = re.sub(rf"\[layers\.{name}\]\n(?:.+\n)+", "", text)
    toml.write_text(f"{text}\n{example}", "utf-8")
    loaded = load_region(region)
    models = [loaded.deposit_model(name) for name in loaded.region.deposit_models]
    assert not layer_faults(loaded)
    assert not entry_faults(models)
    assert not [fault for model in models for fault in naming_faults(loaded, model)]
