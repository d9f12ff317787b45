#!/usr/bin/env python3
"""Renders the templates of cases.py with the real Jinja2, as BOA sets it up, and with ours, and compares.

    compare.py RENDER_TEMPLATES            # compare live; status 77 where jinja2 is not installed
    compare.py --write                     # write tests/data/templates/jinja2.json, which the unit tests read

A template that Jinja2 refuses must be refused here too, in the same line where both know one.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
GOLDEN = HERE.parent / "data" / "templates" / "jinja2.json"


def jinja2_result(case):
    import jinja2

    try:
        template = jinja2.Template(case["template"], undefined=jinja2.DebugUndefined, extensions=["jinja2.ext.do"])
        return {"text": template.render(**case.get("variables", {}))}
    except jinja2.TemplateSyntaxError as error:
        return {"error": str(error), "line": error.lineno}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def cases():
    sys.path.insert(0, str(HERE))
    from cases import all_cases

    return all_cases()


def differences(listed, expected, found):
    for case in listed:
        want, got = expected[case["id"]], found.get(case["id"], {"error": "no result"})
        if "error" in want:
            if "error" not in got:
                yield case, want, got
            elif "line" in want and want["line"] != got["line"]:
                yield case, want, got
        elif want.get("text") != got.get("text"):
            yield case, want, got


def main(arguments):
    try:
        import jinja2  # noqa: F401
    except ImportError:
        print("jinja2 is not installed: nothing was compared")
        return 77
    listed = cases()
    expected = {case["id"]: jinja2_result(case) for case in listed}
    if arguments[1:] == ["--write"]:
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        entries = [json.dumps({**case, **expected[case["id"]]}) for case in listed]
        GOLDEN.write_text("[\n" + ",\n".join(entries) + "\n]\n", encoding="utf-8")
        print(f"{len(listed)} templates written to {GOLDEN}")
        return 0
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(listed, file)
        file.flush()
        output = subprocess.run([arguments[1], file.name], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    found = json.loads(output)
    wrong = 0
    for case, want, got in differences(listed, expected, found):
        wrong += 1
        print(f"{case['id']}: {case['template']!r}\n  jinja2: {want}\n  ours:   {got}")
    refused = sum("error" in result for result in expected.values())
    print(f"{len(listed)} templates, {refused} of them refused by Jinja2: {wrong} differ")
    return 1 if wrong or not listed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
