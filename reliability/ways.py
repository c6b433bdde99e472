"""All ways in by their names."""

from typing import Final

from reliability import imports, pictures, routes, stored, visits
from reliability.way_in import WayIn

WAYS: Final[dict[str, WayIn]] = {
    "recipes": stored.RECIPES,
    "models": stored.MODELS,
    "imports": imports.IMPORTS,
    "runs": stored.RUNS,
    "sweeps": stored.SWEEPS,
    "pen drawings": stored.PENS,
    "components": visits.COMPONENTS,
    "addresses": visits.ADDRESSES,
    "queries": visits.QUERIES,
    "canvas": visits.CANVASES,
    "routes": routes.ROUTES,
    "pictures": pictures.PICTURES,
    "uploads": pictures.UPLOADS,
}
