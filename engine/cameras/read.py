"""Calibration files of several programs, told apart by their contents."""

import re
import tomllib
from pathlib import Path
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..errors import InputError, told
from ..files import parse_toml, read_text
from .calibration import Calibrated
from .opencv import from_opencv_xml, from_opencv_yaml
from .qualisys import from_qualisys
from .toml import from_toml


def load_calibration(path: Path) -> list[Calibrated]:
    """The cameras of a file, two at least, in its order. Raises InputError where it is none of those that are known.

    TOML of Pose2Sim, anipose and `engine.calibration`; XML of Qualisys; YAML and XML of OpenCV.
    """
    try:
        text = read_text(path, encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"Cannot read the calibration {path}: {error.strerror}; name another.") from error
    except ValueError as error:
        raise InputError(f"{path} is no calibration file; name a .toml, .yml, .xml or .qca.txt.") from error
    try:
        found = _cameras(text)
    except (tomllib.TOMLDecodeError, ParseError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path} is no calibration file that is known, or is damaged ({told(error)}).") from error
    except DefusedXmlException as error:
        raise InputError(f"{path} is no calibration file: it has a document type; remove that.") from error
    except (ValueError, OverflowError, np.linalg.LinAlgError) as error:
        raise InputError(f"{path} is no calibration to go by: {told(error)}.") from error
    if len(found) < 2:
        raise InputError(f"{path} has {len(found)} calibrated cameras; several are needed.")
    return found


def _cameras(text: str) -> list[Calibrated]:
    if text.lstrip().startswith("<"):
        root = fromstring(text, forbid_dtd=True)
        return from_opencv_xml(root) if root.tag == "opencv_storage" else from_qualisys(root)
    if re.match(r"\s*%YAML|.*?!!opencv-matrix", text, re.DOTALL):
        return from_opencv_yaml(text)
    return from_toml(parse_toml(text))
