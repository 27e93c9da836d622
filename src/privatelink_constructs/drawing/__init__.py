"""An inventory as a picture: Mermaid, DOT, and SVG.

Needs nothing but the standard library: neither the CDK nor Graphviz is imported.
"""
