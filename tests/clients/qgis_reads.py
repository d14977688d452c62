"""What QGIS reads without a screen, as JSON.

Run by the Python of the system, which has QGIS and not this program: tasks come in as JSON.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDateTimeRange,
    QgsFeatureRequest,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsNetworkAccessManager,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerTemporalContext,
    QgsVectorLayerTemporalProperties,
    QgsVectorTileBasicRenderer,
    QgsVectorTileLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDateTime, QSize, Qt, QVariant
from qgis.PyQt.QtGui import QColor


def with_token(token):
    """Send the token with every request, as docs/clients.md shows."""
    QgsNetworkAccessManager.setRequestPreprocessor(
        lambda request: request.setRawHeader(b"Authorization", f"Bearer {token}".encode())
    )


def collection(url, name):
    """Load a collection by the OAPIF provider; say what it is and how many there are."""
    layer = QgsVectorLayer(f"url='{url}' typename='{name}' pageSize='500'", name, "OAPIF")
    if not layer.isValid():
        return {"valid": False, "error": layer.error().message()}
    features = list(layer.getFeatures())
    times = [one.name() for one in layer.fields() if one.type() == QVariant.DateTime]
    return {
        "valid": True,
        "counted": layer.featureCount(),
        "read": len(features),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "empty": sum(one.geometry().isEmpty() for one in features),
        "fields": layer.fields().names(),
        "times": times,
        "crs": layer.crs().authid(),
    }


def at_times(url, name, field, start, end):
    """Filter by time as the temporal controller does; return how many are left."""
    layer = QgsVectorLayer(f"url='{url}' typename='{name}'", name, "OAPIF")
    temporal = layer.temporalProperties()
    temporal.setIsActive(True)
    temporal.setMode(QgsVectorLayerTemporalProperties.ModeFeatureDateTimeInstantFromField)
    temporal.setStartField(field)
    context = QgsVectorLayerTemporalContext()
    context.setLayer(layer)
    first, last = (QDateTime.fromString(one, Qt.ISODate) for one in (start, end))
    wanted = temporal.createFilterString(context, QgsDateTimeRange(first, last, True, False))
    return len(list(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted))))


def within(url, name, box):
    """Return how many lie in a box, which the provider asks the server for."""
    layer = QgsVectorLayer(f"url='{url}' typename='{name}' restrictToRequestBBOX='1'", name, "OAPIF")
    return len(list(layer.getFeatures(QgsFeatureRequest(QgsRectangle(*box)))))


def tiles(address, box):
    """Draw the vector tiles of an address over some ground; return how many pixels are drawn."""
    layer = QgsVectorTileLayer(f"type=xyz&url={address}&zmin=0&zmax=16", "tiles")
    layer.setRenderer(QgsVectorTileBasicRenderer())
    layer.renderer().setStyles(QgsVectorTileBasicRenderer.simpleStyleWithRandomColors())
    drawn = QgsMapSettings()
    drawn.setLayers([layer])
    drawn.setOutputSize(QSize(512, 512))
    drawn.setBackgroundColor(QColor(255, 255, 255))
    mercator = QgsCoordinateReferenceSystem("EPSG:3857")
    drawn.setDestinationCrs(mercator)
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    turned = QgsCoordinateTransform(degrees, mercator, QgsProject.instance())
    drawn.setExtent(turned.transformBoundingBox(QgsRectangle(*box)))
    job = QgsMapRendererParallelJob(drawn)
    job.start()
    while job.isActive():
        QgsApplication.processEvents()
    image = job.renderedImage()
    white = QColor(255, 255, 255).rgb()
    return {
        "valid": layer.isValid(),
        "drawn": sum(image.pixel(x, y) != white for x in range(0, 512, 4) for y in range(0, 512, 4)),
        "errors": [one.message for one in job.errors()],
    }


def main():
    """Answer each task of the list on standard input."""
    application = QgsApplication([], False)
    application.initQgis()
    said = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, _: said.append(f"{tag}: {text}"))
    tasks = json.load(sys.stdin)
    with_token(tasks["token"])
    known = {"collection": collection, "at_times": at_times, "within": within, "tiles": tiles}
    answers = [known[kind](*arguments) for kind, *arguments in tasks["tasks"]]
    print("ANSWER " + json.dumps({"answers": answers, "said": said}))
    application.exitQgis()


main()
