"""Names from outside that try to act."""

HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "$x^2$ \\frac{1",
    'id="one" href="#two" url(#three) 1.23456',
    "=cmd()",
)
"""Names that a page, a picture or a spreadsheet might take for something else."""
