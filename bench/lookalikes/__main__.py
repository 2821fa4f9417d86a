"""`python -m bench.lookalikes [SET]`: the table, or each pair of a set that is judged otherwise than labelled."""

from __future__ import annotations

import sys

from bench.lookalikes import judged, pairs, table

if len(sys.argv) > 1:
    for pair in pairs(sys.argv[1]):
        if (said := judged(pair)) != pair.verdict:
            print(f"{pair.name}: labelled {pair.verdict}, judged {said}")
else:
    print(table().text())
