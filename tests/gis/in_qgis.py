"""What QGIS makes of a run folder, as JSON: run by the Python that QGIS is installed for, not by pytest.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 in_qgis.py RUN PICTURES
"""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayerTree,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsRenderContext,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize, Qt


def read_renderer(layer):
    """Return the type, the column and the classes of a layer of features."""
    renderer = layer.renderer()
    kind = renderer.type()
    if kind == "graduatedSymbol":
        classes = [
            [entry.lowerValue(), entry.upperValue(), entry.label(), entry.symbol().color().name()]
            for entry in renderer.ranges()
        ]
        return {"type": kind, "column": renderer.classAttribute(), "classes": classes}
    if kind == "categorizedSymbol":
        classes = [
            [entry.value(), entry.label(), entry.symbol().color().name()]
            for entry in renderer.categories()
        ]
        return {"type": kind, "column": renderer.classAttribute(), "classes": classes}
    return {"type": kind, "column": "", "classes": [[renderer.symbol().color().name()]]}


def read_vector(layer):
    """Return what QGIS knows of a layer of features."""
    shaped = layer.isSpatial()
    first = next(layer.getFeatures(), None)
    shown = ""
    if first is not None and layer.displayExpression():
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(first)
        shown = str(QgsExpression(layer.displayExpression()).evaluate(context))
        tip = QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)
        label = ""
        if layer.labeling() is not None:
            label = str(QgsExpression(layer.labeling().settings().fieldName).evaluate(context))
        cells = {name: str(QgsExpression(f'represent_value("{name}")').evaluate(context))
                 for name in layer.fields().names()}  # fmt: skip
    else:
        tip, label, cells = "", "", {}
    return {
        "valid": layer.isValid(),
        "features": layer.featureCount(),
        "title": layer.metadata().title(),
        "abstract": layer.metadata().abstract(),
        "aliases": {
            field.name(): layer.attributeAlias(i) for i, field in enumerate(layer.fields())
        },
        "types": {field.name(): field.typeName() for field in layer.fields()},
        "labels": layer.labelsEnabled(),
        "leader": has_leader(layer.labeling()),
        "display": shown,
        "tip": tip,
        "cells": cells,
        "label": label,
        "renderer": read_renderer(layer) if shaped else None,
    }


def has_leader(labeling):
    """Return whether a line leads from each label to what it names."""
    if labeling is None:
        return False
    settings = labeling.settings()  # holds the callout while it is read
    return settings.callout().enabled()


def read_raster(layer):
    """Return what QGIS knows of a raster."""
    renderer = layer.renderer()
    found = {
        "valid": layer.isValid(),
        "title": layer.metadata().title(),
        "abstract": layer.metadata().abstract(),
        "crs": layer.crs().description(),
        "type": renderer.type(),
        "blend": int(layer.blendMode()),
        "legend": [label for label, _ in renderer.legendSymbologyItems()],
    }
    if renderer.type() == "singlebandpseudocolor":
        shader = renderer.shader().rasterShaderFunction()
        found["items"] = [
            [item.value, item.label, item.color.name()] for item in shader.colorRampItemList()
        ]
        found["suffix"] = shader.legendSettings().suffix() if shader.legendSettings() else ""
        found["discrete"] = shader.colorRampType() == shader.Discrete
    return found


def read_package(file):
    """Return what QGIS knows of each layer of a GeoPackage, as it opens them."""
    found = {}
    for sublayer in QgsProviderRegistry.instance().querySublayers(str(file)):
        layer = QgsVectorLayer(sublayer.uri(), sublayer.name(), "ogr")
        found[sublayer.name()] = read_vector(layer)
    return found


def draw(project, file, extent, size=(900, 900)):
    """Draw the layers that are on, as the canvas does, and return its colours, labels and marks."""
    settings = QgsMapSettings()
    root = project.layerTreeRoot()
    shown = [layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()]
    settings.setLayers(shown)
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(QSize(*size))
    settings.setOutputDpi(96)
    settings.setExtent(extent)
    settings.setLabelingEngineSettings(project.labelingEngineSettings())
    context = QgsExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(str(file))
    colours = {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 3)
        for y in range(0, image.height(), 3)
    }
    return {
        "colours": len(colours), "errors": [error.message for error in job.errors()],
        "labels": read_labels(job.takeLabelingResults(), project), "marks": read_marks(shown, settings),
    }  # fmt: skip


def read_labels(results, project):
    """Return each label that was drawn: layer, feature, text, and its corners on the map.

    A label along a line has a part for each letter.
    """
    return [
        [project.mapLayer(label.layerID).name(), label.featureId, label.labelText,
         [[corner.x(), corner.y()] for corner in label.cornerPoints]]
        for label in results.allLabels()
    ]  # fmt: skip


def read_marks(layers, settings):
    """Return the box of each point's mark: layer, name, west, south, east, north."""
    marks = []
    for layer in layers:
        if layer.type() != layer.VectorLayer or layer.geometryType() != QgsWkbTypes.PointGeometry:
            continue
        placed = QgsCoordinateTransform(
            layer.crs(), settings.destinationCrs(), settings.transformContext()
        )
        symbol = layer.renderer().symbols(QgsRenderContext())[0]
        half = symbol.size() / 2 * settings.outputDpi() / 25.4 * settings.mapUnitsPerPixel()
        for feature in layer.getFeatures():
            for vertex in feature.geometry().vertices():
                at = placed.transform(vertex.x(), vertex.y())
                box = [at.x() - half, at.y() - half, at.x() + half, at.y() + half]
                marks.append([layer.name(), str(feature["name"]), *box])
    return marks


def around_best(project):
    """Return the ground around the best target, twice as wide and high; None without a target."""
    shown = [entry.layer() for entry in project.layerTreeRoot().findLayers() if entry.isVisible()]
    targets = next((layer for layer in shown if "layername=targets" in layer.source()), None)
    if targets is None or not targets.featureCount():
        return None
    best = min(targets.getFeatures(), key=lambda feature: feature["rank"])
    placed = QgsCoordinateTransform(targets.crs(), project.crs(), project)
    box = placed.transformBoundingBox(best.geometry().boundingBox())
    box.scale(2)
    return box


def read_tree(group):
    """Return groups and layers as nested lists of name and whether they are on."""
    return [
        [child.name(), child.itemVisibilityChecked(), read_tree(child) if QgsLayerTree.isGroup(child) else []]
        for child in group.children()
    ]  # fmt: skip


def read_project(file, pictures):
    """Return what QGIS knows of a project, and draw it."""
    project = QgsProject.instance()
    is_read = project.read(str(file))
    layers = [entry.layer() for entry in project.layerTreeRoot().findLayers()]
    found = {
        "opened": is_read,
        "title": project.title(),
        "crs": project.crs().description(),
        "crs_valid": project.crs().isValid(),
        "tree": read_tree(project.layerTreeRoot()),
        "order": [layer.name() for layer in project.layerTreeRoot().layerOrder()],
        "layers": {
            layer.id(): {"name": layer.name(), "source": layer.source(), **read_layer(layer)}
            for layer in layers
        },
        "picture": draw(
            project, pictures / "project.png", project.viewSettings().defaultViewExtent()
        ),
        "layouts": {},
    }
    best = around_best(project)
    if best is not None:
        found["close"] = draw(project, pictures / "close.png", best)
    for layout in project.layoutManager().printLayouts():
        exporter = QgsLayoutExporter(layout)
        pdf = exporter.exportToPdf(
            str(pictures / "layout.pdf"), QgsLayoutExporter.PdfExportSettings()
        )
        options = QgsLayoutExporter.ImageExportSettings()
        options.dpi = 150
        exporter.exportToImage(str(pictures / "layout.png"), options)
        names = [type(item).__name__ for item in layout.items()]
        texts = [item.text() for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
        found["layouts"][layout.name()] = {
            "pdf": int(pdf), "items": sorted(names), "texts": texts, "legend": read_legend(layout),
        }  # fmt: skip
    return found


def read_legend(layout):
    """Return what the legend of a sheet shows: each layer with its symbols."""
    [legend] = [item for item in layout.items() if isinstance(item, QgsLayoutItemLegend)]
    model = legend.model()
    return {
        entry.name(): [node.data(Qt.DisplayRole) for node in model.layerLegendNodes(entry)]
        for entry in model.rootGroup().findLayers()
    }


def opened(layer):
    """Return a layer with the style and the metadata that QGIS loads where a person opens it."""
    layer.loadDefaultStyle()
    layer.loadDefaultMetadata()
    return layer


def read_layer(layer):
    """Return what QGIS knows of a layer of either kind."""
    return read_raster(layer) if isinstance(layer, QgsRasterLayer) else read_vector(layer)


def main(run, pictures):
    """Print what QGIS knows of every file of a run."""
    application = QgsApplication([], False)
    application.initQgis()
    found = {
        "package": read_package(run / "prospects.gpkg"),
        "files": {
            file.relative_to(run).as_posix(): read_vector(
                opened(QgsVectorLayer(str(file), file.stem, "ogr"))
            )
            for file in sorted(run.rglob("*.geojson"))
        },
        "rasters": {
            file.relative_to(run).as_posix(): read_raster(
                opened(QgsRasterLayer(str(file), file.stem))
            )
            for file in sorted(run.rglob("*.tif"))
        },
        "project": read_project(run / "prospects.qgz", pictures),
    }
    print(json.dumps(found))
    QgsProject.instance().clear()
    application.exitQgis()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
