"""Tagged JSON: the wire format of session cookies, and its extension points."""

from __future__ import annotations

import json
from collections import OrderedDict, namedtuple
from datetime import datetime, timedelta, timezone
from uuid import UUID

import flask.json.tag as genuine_tag
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import flaskfast
from flaskfast.json.tag import JSONTag, TagDict, TaggedJSONSerializer

UTC = timezone.utc


class Generic(TaggedJSONSerializer):
    """Asks every tag about every value, because its `tag` is its own."""

    def tag(self, value):
        return super().tag(value)


@pytest.fixture(params=[TaggedJSONSerializer, Generic])
def serializer(request):
    return request.param()


WIRE = [
    ({}, "{}"),
    ([1, 1.5, True, None, "a"], '[1,1.5,true,null,"a"]'),
    ((1, (2,)), '{" t":[1,{" t":[2]}]}'),
    ({"b": (1,), "a": []}, '{"b":{" t":[1]},"a":[]}'),
    (b"\xff", '{" b":"/w=="}'),
    (Markup("<b>"), '{" m":"<b>"}'),
    (UUID(int=10), '{" u":"0000000000000000000000000000000a"}'),
    (datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), '{" d":"Thu, 02 Jan 2020 03:04:05 GMT"}'),
    # Dicts that look like a tagged value, and those that almost do.
    ({" t": (1,)}, '{" di":{" t__":{" t":[1]}}}'),
    ({" di": {" di": 1}}, '{" di":{" di__":{" di":{" di__":1}}}}'),
    ({" t__": 1}, '{" t__":1}'),
    ({" t": 1, " b": 2}, '{" t":1," b":2}'),
    ({"x": {" m": ""}}, '{"x":{" di":{" m__":""}}}'),
    ({"_flashes": [("message", "hi")]}, '{"_flashes":[{" t":["message","hi"]}]}'),
]


@pytest.mark.parametrize(("value", "text"), WIRE)
def test_wire_format(serializer, value, text):
    assert serializer.dumps(value) == text
    read = serializer.loads(text)
    assert read == value
    assert type(read) is type(value)


def test_text_is_made_by_the_provider_of_the_application(serializer):
    app = flaskfast.Flask(__name__)

    with app.app_context():
        assert serializer.dumps({"b": (1,), "a": "☃"}) == r'{"a":"\u2603","b":{" t":[1]}}'
        app.json.ensure_ascii = False
        assert serializer.dumps({"b": (1,), "a": "☃"}) == '{"a":"☃","b":{" t":[1]}}'


def test_what_does_not_come_back_as_it_was(serializer):
    pair = namedtuple("pair", "a b")
    assert serializer.loads(serializer.dumps(pair(1, 2))) == (1, 2)
    assert serializer.loads(serializer.dumps({1: "a"})) == {"1": "a"}
    moment = datetime(2020, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=1)))
    assert serializer.loads(serializer.dumps(moment)) == datetime(2020, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert serializer.loads(serializer.dumps(OrderedDict(a=1))) == {"a": 1}


plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
moments = st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
keys = st.sampled_from([" t", " di", " b", " t__", "a", ""]) | st.text()
values = st.recursive(
    plain | st.binary() | st.uuids() | moments | st.builds(Markup, st.text()),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=20,
)


@given(values)
def test_values_come_back(value):
    serializer = TaggedJSONSerializer()
    text = serializer.dumps(value)
    assert text == Generic().dumps(value)
    assert serializer.loads(text) == value


def test_loading_leaves_the_decoded_value_alone(serializer):
    decoded = {"a": [{" t": [1]}], "b": {" b": ""}}
    assert serializer._untag_scan(decoded) == {"a": [(1,)], "b": b""}
    assert decoded == {"a": [{" t": [1]}], "b": {" b": ""}}


def test_values_that_json_cannot_hold(serializer):
    value = []
    value.append(value)
    with pytest.raises(RecursionError):
        serializer.dumps(value)
    with pytest.raises(TypeError):
        serializer.dumps({"a": object()})


# --- Tags of one's own --------------------------------------------------------------------------


class TagOrdered(JSONTag):
    __slots__ = ()
    key = " od"

    def check(self, value):
        return isinstance(value, OrderedDict)

    def to_json(self, value):
        return [[key, self.serializer.tag(item)] for key, item in value.items()]

    def to_python(self, value):
        return OrderedDict(value)


class TagWord(JSONTag):
    """A tag for a type that needs none."""

    __slots__ = ()
    key = " w"

    def check(self, value):
        return value == "word"

    def to_json(self, value):
        return "WORD"

    def to_python(self, value):
        return value.lower()


def test_tag_in_front(serializer):
    serializer.register(TagOrdered, index=0)
    value = {"x": OrderedDict([("b", (1,)), ("a", [OrderedDict()])])}
    assert serializer.dumps(value) == '{"x":{" od":[["b",{" t":[1]}],["a",[{" od":[]}]]]}}'
    read = serializer.loads(serializer.dumps(value))
    assert read == value
    assert type(read["x"]) is OrderedDict


def test_tag_at_the_end_sees_what_no_other_tag_wants(serializer):
    serializer.register(TagWord)
    value = ["word", {"a": ("word",)}, "other"]
    assert serializer.dumps(value) == '[{" w":"WORD"},{"a":{" t":[{" w":"WORD"}]}},"other"]'
    assert serializer.loads(serializer.dumps(value)) == value


def test_dict_that_looks_like_a_tag_of_ones_own(serializer):
    serializer.register(TagWord)
    assert serializer.dumps({" w": 1}) == '{" di":{" w__":1}}'
    assert serializer.loads('{" di":{" w__":1}}') == {" w": 1}


def test_lists_of_tags_may_be_edited(serializer):
    tag = TagWord(serializer)
    serializer.order.insert(0, tag)
    serializer.tags[" w"] = tag
    assert serializer.dumps("word") == '{" w":"WORD"}'
    assert serializer.loads('{" w":"WORD"}') == "word"
    del serializer.order[0], serializer.tags[" w"]
    assert serializer.dumps("word") == '"word"'
    assert serializer.loads('{" w":"WORD"}') == {" w": "WORD"}
    serializer.order = []
    assert serializer.dumps({" t": [1]}) == '{" t":[1]}'


def test_tags_of_a_subclass():
    class Words(TaggedJSONSerializer):
        default_tags = [TagWord]

    serializer = Words()
    assert [*serializer.tags] == [" w"]
    assert serializer.dumps("word") == '{" w":"WORD"}'
    # No tag looks into lists here.
    assert serializer.dumps(["word", (1,)]) == '["word",[1]]'


def test_subclass_may_untag_by_itself():
    class Silent(TaggedJSONSerializer):
        def untag(self, value):
            return value

    assert Silent().loads('[{" t":[1]}]') == [{" t": [1]}]


def test_tag_of_a_standard_class_may_be_replaced(serializer):
    class Bytes(JSONTag):
        __slots__ = ()
        key = " b"

        def check(self, value):
            return isinstance(value, bytes)

        def to_json(self, value):
            return value.hex()

        def to_python(self, value):
            return bytes.fromhex(value)

    with pytest.raises(KeyError, match="' b' of Bytes is already registered by TagBytes"):
        serializer.register(Bytes)

    assert [type(tag) for tag in serializer.order] == TaggedJSONSerializer.default_tags
    serializer.register(Bytes, force=True, index=0)
    assert serializer.dumps([b"\xff"]) == '[{" b":"ff"}]'
    assert serializer.loads('[{" b":"ff"}]') == [b"\xff"]


def test_place_in_the_order(serializer):
    serializer.register(TagWord, index=-1)
    assert type(serializer.order[-2]) is TagWord
    serializer.register(TagOrdered)
    assert type(serializer.order[-1]) is TagOrdered


def test_tag_without_a_key_only_changes_the_value(serializer):
    class PassSet(JSONTag):
        def check(self, value):
            return isinstance(value, set)

        def to_json(self, value):
            return sorted(value)

        def tag(self, value):
            return self.to_json(value)

    serializer.register(PassSet)
    assert "" not in serializer.tags
    assert serializer.dumps({"a": {2, 1}}) == '{"a":[1,2]}'


def test_interface_must_be_implemented():
    tag = JSONTag(None)
    for method in (tag.check, tag.to_json, tag.to_python, tag.tag):
        with pytest.raises(NotImplementedError):
            method(None)


def test_standard_tag_alone():
    serializer = TaggedJSONSerializer()
    tag = TagDict(serializer)
    assert tag.check({" t": 1})
    assert not tag.check({" t": 1, " b": 2})
    assert not tag.check({})
    assert not tag.check([" t"])
    assert tag.tag({" t": (1,)}) == {" di": {" t__": {" t": [1]}}}
    assert tag.to_python({" t__": (1,)}) == {" t": (1,)}
    assert serializer.tag((1, b"")) == {" t": [1, {" b": ""}]}
    assert serializer.untag({" t": [1]}) == (1,)
    assert serializer.untag({"a": 1}) == {"a": 1}


class Between(JSONTag):
    """A tag whose key does not begin with a space."""

    key = "own"

    def check(self, value):
        return isinstance(value, complex)

    def to_json(self, value):
        return [value.real, value.imag]

    def to_python(self, value):
        return ("own", value)


PIECES = st.sampled_from([" t", " b", " d", " di", "own", "a", " ", "é", '"', "\\ t", " t__"])
TREES = st.recursive(
    st.sampled_from([1, "x", " t", "own", None, [], {}]),
    lambda inner: st.dictionaries(PIECES, inner, max_size=2) | st.lists(inner, max_size=2),
    max_leaves=6,
)


@given(tree=TREES, spaced=st.booleans(), ascii_only=st.booleans(), as_bytes=st.booleans())
def test_tags_are_found_wherever_they_are(tree, spaced, ascii_only, as_bytes):
    results = []
    for module in (genuine_tag, flaskfast.json.tag):
        reader = module.TaggedJSONSerializer()
        reader.register(Between)
        text = json.dumps(
            tree, separators=(", ", ": ") if spaced else (",", ":"), ensure_ascii=ascii_only
        )
        try:
            results.append(repr(reader.loads(text.encode() if as_bytes else text)))
        except Exception:
            results.append("refused")
    # What nobody has written may be read in one way or another.
    assert results[0] in ("refused", results[1])
