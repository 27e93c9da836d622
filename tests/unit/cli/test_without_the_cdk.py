from __future__ import annotations

import subprocess
import sys

from check_imports import CDK, PACKAGE, PLUGINS, WITHOUT_CDK

# Python refuses to import what is None here.
PROGRAM = f"""
import sys
from importlib import import_module

sys.modules.update(dict.fromkeys({sorted(CDK)}))
for module in sys.argv[1:]:
    import_module(module)
print(len(sys.argv[1:]), "modules")
"""
PARTS = {
    path.relative_to(PACKAGE).with_suffix("").parts
    for path in PACKAGE.rglob("*.py")
    if path.stem != "__main__" and path.relative_to(PACKAGE).as_posix() not in PLUGINS
}
MODULES = sorted(".".join((PACKAGE.name, *parts)) for parts in PARTS if parts[0] in WITHOUT_CDK)


def test_the_command_and_all_below_it_are_imported_without_the_cdk() -> None:
    rooms = {module.split(".")[1] for module in MODULES}
    assert rooms >= {"checks", "cli", "cloudformation", "errors", "inventory", "rules", "runtime"}

    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *MODULES], capture_output=True, check=False, text=True
    )

    assert (run.stdout, run.stderr) == (f"{len(MODULES)} modules\n", "")
