"""Tables and trees of values, in JSON, TOML, CSV and XML: one that is of another type, missing, twice, or hostile."""

import csv
import io
import json
from random import Random
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

from engine.files import parse_toml

#: What a program may not expect where it finds it: of other types, of no size, too large, or names of elsewhere.
HOSTILE: tuple[Any, ...] = (
    *(None, True, False, "", [], {}, 0, -1, 1, 0.5, 1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf")),
    *(2**31, 2**63, 2**64, 10**400, "0", "nan", "1e999", "9" * 5000, [[]], {"": {}}, [None], [1, "a", {}], [0] * 5000),
    *(
        "../../escaped",
        "..\\..\\escaped",
        "/tmp/escaped",
        "C:\\escaped",
        "//host/share",
        "~/escaped",
        "a/../../b",
        "..",
    ),
    *(
        "con",
        "NUL.txt",
        "a" * 5000,
        "/".join(["a" * 100] * 60),
        "a\0b",
        "\x1b[2J",
        "a\r\nb",
        "\u202efdp",
        "\ud800",
        "ä",
    ),
    *("<script>&x;", "%s%n{0}", "=1+1", "file:///etc/passwd", "${HOME}", "(" * 2000, "(a*)*b", "\\"),
)


def json_damaged(data: bytes, chance: Random) -> bytes:
    """JSON with another value somewhere; ValueError where it is none."""
    text = json.dumps(_other(json.loads(data), chance))
    if chance.random() < 0.1:  # a key twice
        at = chance.choice([place for place, letter in enumerate(text) if letter == "{"] or [0])
        key = chance.choice(["state", "outputs", "lengths", "version", "frames", "people"])
        text = f'{text[: at + 1]}"{key}": {json.dumps(chance.choice(HOSTILE))}, {text[at + 1 :]}'
    return text.encode()


def toml_damaged(data: bytes, chance: Random) -> bytes:
    """TOML with another value somewhere; ValueError where it is none."""
    table = _other(parse_toml(data.decode()), chance)
    if not isinstance(table, dict):
        table = {"name": table}
    return "".join(f"{json.dumps(str(key))} = {_toml(value)}\n" for key, value in table.items()).encode()


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_toml(own)}" for key, own in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value)
    return '""' if value is None else json.dumps(value)


def csv_damaged(data: bytes, chance: Random) -> bytes:
    """A table with another cell, column or row."""
    rows = list(csv.reader(io.StringIO(data.decode(errors="replace")))) or [[]]
    row = chance.choice(rows)
    kind = chance.randrange(6)
    if kind < 3 and row:
        row[chance.randrange(len(row))] = _word(chance)
    elif kind == 3:  # a column more, maybe twice
        for number, own in enumerate(rows):
            own.append(chance.choice(rows[0] or [""]) if number == 0 else _word(chance))
    elif kind == 4 and rows[0]:
        column = chance.randrange(len(rows[0]))
        for own in rows:
            del own[column : column + 1]
    else:
        rows[chance.randrange(len(rows))] = [_word(chance)] * chance.choice((0, 1, 1000))
    target = io.StringIO()
    csv.writer(target, lineterminator=chance.choice(("\n", "\r\n", "\r"))).writerows(rows)
    return target.getvalue().encode(errors="surrogatepass")


def _word(chance: Random) -> str:
    value = chance.choice(HOSTILE)
    return value if isinstance(value, str) else str(value)[:5000]


def xml_damaged(data: bytes, chance: Random) -> bytes:
    """XML with another attribute, text or place of an element; ValueError where it is none."""
    try:
        root = fromstring(data)
    except ParseError as error:
        raise ValueError("it is no XML") from error
    every = [*root.iter()]
    element, other = chance.choice(every), chance.choice(every)
    kind = chance.randrange(6)
    if kind < 3 and element.attrib:
        key = chance.choice([*element.attrib])
        values = [own for one in every for own in one.attrib.values()]
        element.set(key, chance.choice((_word(chance), chance.choice(values))))
        if chance.random() < 0.2:
            del element.attrib[key]
    elif kind == 3:
        element.text = chance.choice((_word(chance), other.text))
    elif kind == 4 and len(element):
        for _ in range(chance.choice((1, 1, 1000))):
            element.append(element[0] if len(every) < 2000 else Element("a"))
    elif len(element):
        element.remove(element[chance.randrange(len(element))])
    return tostring(root, "unicode").encode(errors="xmlcharrefreplace")


def _other(value: Any, chance: Random) -> Any:
    """The same with something else in one place of it."""
    places = _places(value)
    if not places:
        return chance.choice(HOSTILE)
    where, key = chance.choice(places)
    kind = chance.randrange(10)
    if kind < 6:
        where[key] = chance.choice(HOSTILE)
    elif kind == 6:
        del where[key]
    elif kind == 7:
        other, own = chance.choice(places)
        where[key] = json.loads(json.dumps(other[own])) if own in _keys(other) else None
    elif kind == 8:
        for _ in range(chance.choice((1, 50, 400))):
            where[key] = chance.choice(({"a": where[key]}, [where[key]]))
    elif isinstance(where, dict):
        where[chance.choice([own for own in HOSTILE if isinstance(own, str)])] = where.pop(key)
    else:
        where += [where[key]] * chance.choice((1, 1000))
    return value


def _keys(where: Any) -> list[Any]:
    return list(where) if isinstance(where, dict) else list(range(len(where)))


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every list or table within a value, with each of its keys; of long lists some."""
    if not isinstance(value, dict | list):
        return []
    keys = _keys(value)
    keys = keys if len(keys) < 100 else keys[:: len(keys) // 50]
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]
