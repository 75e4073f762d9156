"""The Processing script run in QGIS, as JSON: its answer, and the layers that it loaded.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 screen_in_qgis.py SCRIPT REGION RUN
"""

import json
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsProcessingFeedback, QgsProject


def main(script, region, run):
    """Run the script, and print what it answers."""
    application = QgsApplication([], False)
    application.initQgis()
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    import processing
    from processing.core.Processing import Processing
    from processing.script import ScriptUtils

    Processing.initialize()
    algorithm = ScriptUtils.loadAlgorithm(Path(script).stem, script)
    asked = {"REGION": region, "QUICK": True, "OUTPUT": run}
    feedback = QgsProcessingFeedback()
    answer = processing.run(algorithm, asked, feedback=feedback)
    root = QgsProject.instance().layerTreeRoot()
    layers = [node.layer() for node in root.findLayers() if node.layer().isSpatial()]
    print("ANSWER" + json.dumps({
        "answer": answer,
        "groups": [group.name() for group in root.children()],
        "layers": [[layer.name(), layer.isValid(), layer.renderer().type()] for layer in layers],
        "log": feedback.textLog(),
    }))  # fmt: skip
    QgsProject.instance().clear()


if __name__ == "__main__":
    main(*sys.argv[1:])
