"""Teaches papermill to write parameters in TypeScript; papermill loads it by the entry point `papermill.engine`."""

import json
import math

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.translators import Translator, papermill_translators

EXACT = 2**53 - 1


class TypeScriptTranslator(Translator):
    """JSON values as TypeScript; `let`, so that a number's type is number and later cells may assign it."""

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_escaped_str(cls, val):
        return json.dumps(str(val), ensure_ascii=False)

    @classmethod
    def translate_int(cls, val):
        if abs(val) > EXACT:
            raise PapermillException(
                f"a parameter must be a number that TypeScript holds exactly, at most {EXACT}; got {val}: give it as text."
            )
        return str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        return repr(val) if math.isfinite(val) else "Infinity" if val > 0 else "-Infinity"

    @classmethod
    def translate_dict(cls, val):
        # In brackets, a key is never the prototype of the object.
        return "{ " + ", ".join(f"[{json.dumps(str(k))}]: {cls.translate(v)}" for k, v in val.items()) + " }"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(v) for v in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        return f"let {name} = {str_val};"


papermill_translators.register("typescript", TypeScriptTranslator)


class Engine(NBClientEngine):
    """Papermill's own engine under a second name: an entry point has to name one."""
