"""The region that benchmarks draw can be screened, with as many evidences as the largest has."""

import sys
from pathlib import Path

import prospector


def test_a_benchmarks_region_gives_targets(tmp_path, monkeypatch):
    """A million cells: the geology is mapped throughout, so enough deposits are used."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "benchmarks"))
    monkeypatch.delitem(sys.modules, "region", raising=False)
    import region

    place = region.write(tmp_path / "region", 1024, more=12)
    screening = prospector.screen(place, quick=True, workers=1, beside=())
    [ranking] = screening.rankings.values()
    assert len(ranking.targets) > 3
    assert {"granite", "andesite", "faults_9", "dense_10", "rough_11"} <= set(
        ranking.model.evidence
    )
