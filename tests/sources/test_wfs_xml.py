"""XML of a WFS: what is read of it, what is refused, and what GDAL never gets to see."""

from xml.etree import ElementTree

import pytest
import shapely

from prospector.errors import SourceError
from prospector.sources.answers import RefusedError
from prospector.sources.http import Answer
from prospector.sources.wfs_xml import (
    bare_gml,
    capabilities_of,
    feature_type_of,
    features_of,
    shapes_of,
    xml_of,
)

NAMES = (
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
EVIL = "http://evil.example"
POINT = (
    f'<gml:Point gml:id="a" srsName="{EVIL}/crs" xlink:href="{EVIL}/x">'
    "<gml:pos>-24 -69</gml:pos></gml:Point>"
)


def answer(text, status=200, kind="text/xml"):
    """Return an answer of a service."""
    return Answer("http://wfs.example/ows", status, kind, text.encode())


def collection(root, *features):
    """Return a collection with a root of its own kind."""
    members = "".join(f"<wfs:member><row>{feature}</row></wfs:member>" for feature in features)
    return ElementTree.fromstring(
        f'<{root} {NAMES} xsi:schemaLocation="{EVIL}/ns {EVIL}/schema">{members}'
        f"<OGRVRTLayer name='row'><SrcDataSource>/vsicurl/{EVIL}/a.geojson</SrcDataSource></OGRVRTLayer>"
        f"</{root}>"
    )


@pytest.mark.parametrize("root", ["wfs:FeatureCollection", "OGRVRTDataSource", "OGRWFSDataSource"])
def test_gdal_gets_nothing_that_names_another_place(root):
    """Neither a root that it would take for a driver's, nor schema, link or CRS."""
    features = features_of(collection(root, f"<geom>{POINT}</geom>", f"<name>{EVIL}</name>"))
    text = bare_gml(features, "geom")
    assert b"evil" not in text
    assert b"OGR" not in text
    features = features_of(collection(root, f"<geom>{POINT}</geom>", f"<name>{EVIL}</name>"))
    shapes = shapely.from_wkb(shapes_of(features, "geom"))
    assert [None if shape is None else shape.wkt for shape in shapes] == ["POINT (-24 -69)", None]


SURFACE = """<gml:MultiSurface srsDimension="3"><gml:surfaceMember><gml:Polygon>
<gml:exterior><gml:LinearRing><gml:posList>0 0 9 0 4 9 4 4 9 4 0 9 0 0 9</gml:posList></gml:LinearRing>
</gml:exterior><gml:interior><gml:LinearRing><gml:posList>1 1 9 1 2 9 2 2 9 1 1 9</gml:posList>
</gml:LinearRing></gml:interior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>"""
OLD = """<gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates decimal="," cs=";" ts="|">
0,0;0,0|0,0;4,5|4,0;4,0|0,0;0,0</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon>"""


@pytest.mark.parametrize(
    ("shape", "area"), [(SURFACE, 15.5), (OLD, 9.0)], ids=["3.2 with heights", "2 with other marks"]
)
def test_shapes_of_every_version_are_read(shape, area):
    """Heights, holes, decimal commas."""
    features = features_of(collection("wfs:FeatureCollection", f"<geom>{shape}</geom>"))
    [drawn] = shapely.from_wkb(shapes_of(features, "geom"))
    assert drawn.area == area


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "http://evil.example/a.dtd"><a/>',
        "<a>" * 100 + "</a>" * 100,
        "<a><b></a>",
        "",
    ],
)
def test_xml_that_is_no_data_is_refused(text):
    """Entities, depth, an end that is missing."""
    with pytest.raises(SourceError, match="not readable XML"):
        xml_of(answer(text))


@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_is_known_whatever_its_status(status):
    """In the words of either version."""
    new = (
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>'
        "Feature type unknown.</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )
    old = (
        "<ServiceExceptionReport><ServiceException>Feature type unknown.</ServiceException>"
        "</ServiceExceptionReport>"
    )
    for text in (new, old):
        with pytest.raises(
            RefusedError, match=r"refuses \(400\): 'Feature type unknown'"
        ) as caught:
            xml_of(answer(text, status))
        assert caught.value.code == 400


def test_what_geoserver_writes_is_read():
    """Names with a prefix, formats of a parameter, a type with its own geometry."""
    capabilities = ElementTree.fromstring(
        '<w:C xmlns:w="http://www.opengis.net/wfs/2.0" xmlns:o="http://www.opengis.net/ows/1.1">'
        '<o:OperationsMetadata><o:Operation name="GetFeature"><o:Parameter name="outputFormat">'
        "<o:AllowedValues><o:Value>application/gml+xml; version=3.2</o:Value>"
        "<o:Value>application/json</o:Value></o:AllowedValues></o:Parameter></o:Operation>"
        "</o:OperationsMetadata><w:FeatureTypeList><w:FeatureType>"
        "<w:Name>sigam:e250K_UnidadGeologica</w:Name></w:FeatureType></w:FeatureTypeList></w:C>"
    )
    offered = capabilities_of(capabilities)
    assert offered.types == ("sigam:e250K_UnidadGeologica",)
    assert offered.formats[1] == "application/json"
    schema = ElementTree.fromstring(
        '<x:schema xmlns:x="http://www.w3.org/2001/XMLSchema">'
        '<x:complexType name="e250K_UnidadGeologicaType"><x:complexContent><x:extension><x:sequence>'
        '<x:element name="nombre" type="xsd:string"/><x:element name="gid" type="xsd:int"/>'
        '<x:element name="area" type="xsd:double"/>'
        '<x:element name="geom" type="gml:MultiSurfacePropertyType"/>'
        "</x:sequence></x:extension></x:complexContent></x:complexType>"
        '<x:element name="e250K_UnidadGeologica" type="sigam:e250K_UnidadGeologicaType"/></x:schema>'
    )
    described = feature_type_of(schema, "sigam:e250K_UnidadGeologica")
    assert described.fields == {"nombre": "text", "gid": "whole", "area": "number"}
    assert described.geometry == "geom"
