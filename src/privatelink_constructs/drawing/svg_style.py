"""The colors and fonts of an SVG drawing."""

from __future__ import annotations

_LIGHT = """
.pl .page{fill:#ffffff}
.pl text{fill:#1f2328}
.pl .kind,.pl .detail,.pl .zone{fill:#57606a}
.pl .account rect,.pl .region rect{fill:#f6f8fa;stroke:#8c959f}
.pl .vpc>rect{fill:#f0ebfa;stroke:#8250df}
.pl .lane rect{fill:#ffffff;fill-opacity:.55;stroke:#a48fd1}
.pl .card rect{fill:#ffffff;stroke:#57606a}
.pl .service rect{fill:#e6f4ea;stroke:#1a7f37}
.pl .endpoint rect{fill:#e6f4ea;stroke:#1a7f37}
.pl .balancer rect{fill:#f5effc;stroke:#8250df}
.pl .targets rect{fill:#fff4e5;stroke:#bc4c00}
.pl .outside rect{fill:#ffffff;stroke:#57606a}
.pl .port{fill:#1a7f37;stroke:#ffffff}
.pl .way{stroke:#57606a}
.pl .way.privatelink{stroke:#1a7f37}
.pl .head{fill:#57606a}
.pl .head.privatelink{fill:#1a7f37}
.pl .label rect{fill:#ffffff}
.pl .card.waiting rect{fill:#ddf4ff;stroke:#0969da}
.pl .card.warning rect{fill:#fff8c5;stroke:#9a6700}
.pl .card.error rect{fill:#ffebe9;stroke:#cf222e}
.pl .warning>rect{stroke:#9a6700}
.pl .error>rect{stroke:#cf222e}
.pl .way.waiting{stroke:#0969da}
.pl .head.waiting,.pl .waiting .on{fill:#0969da}
.pl .way.warning{stroke:#9a6700}
.pl .head.warning,.pl .warning .rule{fill:#7d4e00}
.pl .way.error{stroke:#cf222e}
.pl .head.error,.pl .error .rule,.pl .error .on{fill:#a40e26}
"""
_DARK = """
.pl .page{fill:#0d1117}
.pl text{fill:#e6edf3}
.pl .kind,.pl .detail,.pl .zone{fill:#9da7b3}
.pl .account rect,.pl .region rect{fill:#161b22;stroke:#6e7681}
.pl .vpc>rect{fill:#1e1a2e;stroke:#a371f7}
.pl .lane rect{fill:#0d1117;fill-opacity:.55;stroke:#5b4a8a}
.pl .card rect{fill:#0d1117;stroke:#9da7b3}
.pl .service rect{fill:#12261a;stroke:#3fb950}
.pl .endpoint rect{fill:#12261a;stroke:#3fb950}
.pl .balancer rect{fill:#211735;stroke:#a371f7}
.pl .targets rect{fill:#2b1d0e;stroke:#f0883e}
.pl .outside rect{fill:#0d1117;stroke:#9da7b3}
.pl .port{fill:#3fb950;stroke:#0d1117}
.pl .way{stroke:#9da7b3}
.pl .way.privatelink{stroke:#3fb950}
.pl .head{fill:#9da7b3}
.pl .head.privatelink{fill:#3fb950}
.pl .label rect{fill:#0d1117}
.pl .card.waiting rect{fill:#0c2d4d;stroke:#58a6ff}
.pl .card.warning rect{fill:#2e2306;stroke:#d29922}
.pl .card.error rect{fill:#3c1418;stroke:#ff7b72}
.pl .warning>rect{stroke:#d29922}
.pl .error>rect{stroke:#ff7b72}
.pl .way.waiting{stroke:#58a6ff}
.pl .head.waiting,.pl .waiting .on{fill:#58a6ff}
.pl .way.warning{stroke:#d29922}
.pl .head.warning,.pl .warning .rule{fill:#e3b341}
.pl .way.error{stroke:#ff7b72}
.pl .head.error,.pl .error .rule,.pl .error .on{fill:#ffa198}
"""
_SHAPES = """
.pl text{font:12px -apple-system,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif}
.pl .middle{text-anchor:middle}
.pl .caption,.pl .name{font-weight:600}
.pl .kind,.pl .detail,.pl .zone,.pl .on,.pl .rule{font-size:11px}
.pl rect{stroke-width:1}
.pl .page,.pl .label rect{stroke:none}
.pl .region rect{stroke-dasharray:6 4}
.pl .lane rect{stroke-dasharray:3 3}
.pl .card rect{stroke-width:1.2}
.pl .service rect{stroke-width:2}
.pl .outside rect{stroke-dasharray:4 3}
.pl .waiting>rect,.pl .warning>rect,.pl .error>rect{stroke-width:2}
.pl .way{fill:none;stroke-width:1.3}
.pl .way.privatelink{stroke-width:3}
.pl .way.name{stroke-dasharray:5 4}
.pl .label rect{fill-opacity:.85}
"""


def _joined(rules: str) -> str:
    return "".join(rules.split("\n"))


STYLE = (
    f"{_joined(_SHAPES)}{_joined(_LIGHT)}@media (prefers-color-scheme:dark){{{_joined(_DARK)}}}"
).replace(">", "&gt;")
"""What the drawing looks like. It has its own background, whatever page it is on."""
