"""Invented names: streets in the manner of Almere Haven (those of a wijk share an ending: -werf, -hove, ...), plots and
initiatives as residents would name them."""

import numpy as np

STEMS = (
    "alruin akker adelaar baak balsem basalt bever bies blaas boeg bolder bonte brand braam brem brink buizerd dag "
    "dam dauw deining distel dolfijn dorpel drift duiker duin eb eiber eik ekster els esdoorn fakkel fluit fuut galjoen gans "
    "garve geer gerst gloed goud graan grutto haak hagel haver hazel heide hennep hertshoorn hoef hop hout huif ijsvogel iris "
    "jol kaap kabel kamille kantel karn karper kei kever kiem kiel klaver kluit knoop koekoek korenaar kraan kreek krib kroos "
    "kuif kwik laan lans leem lelie lier linde lisse loof luwte maan mast meekrap meerkoet mees melde merel mirte molen mos "
    "munt nachtegaal nevel noot oker olm orgel otter paarde parel peper plevier poel pluim populier raap rank reiger riet "
    "ring roer rogge roos sering sikkel sleutel sluis smeer snoek spaan specht spie spinde spreeuw steen ster stroom tarwe "
    "tij tinne tol toorts torn touw trans trek tulp turf uil vaan valk varen venkel vink vlier vlinder vlas vonk vuur waaier "
    "wad wal water weegbree wei wilg wimpel winde wolk wouw wrak zand zegge zeil zilver zomer zwaan "
)
OTHER_ENDINGS = ("straat", "hof", "singel", "plein", "laan", "pad", "weg", "erf")
PLOTS_BY_KIND = {
    "street_bed": ("Plantvak", "Geveltuin", "Boomspiegel"),
    "perennials": ("Bloemenperk", "Plantvak", "Vlindertuin"),
    "roses": ("Rozenperk", "Bloemenperk"),
    "ground_cover": ("Plantvak", "Geveltuin"),
    "shrubs": ("Heesterhoek", "Plantvak", "Besjeshoek"),
    "lawn": ("Bloemenweide", "Pluktuin", "Hofveld"),
    "grass": ("Pluktuin", "Buurttuin", "Insectenhoek", "Kruidentuin", "Bijenveld"),
    "grove": ("Buurtbosje", "Voedselbosje"),
    "wood": ("Bosrand", "Voedselbosje", "Buurtbosje"),
    "meadow": ("Bloemenweide", "Vlinderweide"),
    "playground": ("Speelplek",),
}
OTHER_PLOTS = ("Buurtgroen",)
GARDEN, GARDEN_FROM = "Buurttuin", 600.0  # a large bed is a garden, m2
NUMERALS = ("", " II", " III", " IV", " V", " VI", " VII", " VIII", " IX", " X")
TOPICS = ("Bloeiende", "Groene", "Zoemende", "Gezonde", "Samen voor", "Kleurrijke", "Wilde", "Eetbare", "Buren van", "Vrienden van")
STORIES = (
    "Met de buren van de {street} maken we van saai gras een plek vol bloemen.",
    "Wij houden ons stuk groen bij de {street} zelf netjes, op de eerste zaterdag van de maand.",
    "Meer bijen en vlinders, dat willen de bewoners rond de {street}.",
    "Kinderen uit de buurt plukken hier fruit en leren waar hun eten vandaan komt.",
    "Wie aan de {street} woont kent elkaar, want we wieden samen en drinken daarna koffie.",
    "We begonnen met één plantvak bij de {street} en het werden er steeds meer.",
    "De heesters bij de {street} waren op; wij zetten er planten neer die het hele jaar bloeien.",
    "Wij zorgen voor water, snoeien en zwerfvuil, de gemeente voor de bomen.",
)
SUFFIXES = ("", " en omgeving", " Oost", " West", " Zuid", " Noord", " e.o.")


class Names:
    """Deals out street names for one wijk without repeating any."""

    def __init__(self, rng: np.random.Generator, ending: str = "") -> None:
        endings = (ending,) if ending else OTHER_ENDINGS
        self._stack = [stem + end for stem in STEMS.split() for end in endings]
        rng.shuffle(self._stack)

    def next(self) -> str:
        """A name that was not dealt before."""
        return self._stack.pop().capitalize()


def plot_name(rng: np.random.Generator, kind: str, area: float, drawn: bool, street: str, taken: set[str]) -> str:
    """A name that no other plot has, such as "Geveltuin Sluiskade"."""
    words = PLOTS_BY_KIND.get("grass" if drawn else kind, OTHER_PLOTS)
    word = GARDEN if area > GARDEN_FROM and kind in ("street_bed", "shrubs", "perennials", "ground_cover") else str(rng.choice(words))
    return next(name for numeral in NUMERALS if (name := f"{word} {street}{numeral}") not in taken)


def initiative_name(rng: np.random.Generator, street: str, taken: set[str]) -> str:
    """A name that no other initiative has."""
    topics = rng.permutation(TOPICS).tolist()
    return next(name for more in SUFFIXES for topic in topics if (name := f"{topic} {street}{more}") not in taken)


def story(rng: np.random.Generator, street: str) -> str:
    """One sentence about why they do it."""
    return str(rng.choice(STORIES)).format(street=street)
