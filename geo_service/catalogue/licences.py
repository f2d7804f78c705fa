"""The licences that a public layer may have: how SPDX, people, DCAT and the EU call them."""

from dataclasses import dataclass

from geo_service.registers.schemas import Kind

EU = "http://publications.europa.eu/resource/authority/licence"


@dataclass(frozen=True)
class Licence:
    """``spdx`` stands in definitions, ``deed`` is for people, ``uri`` for DCAT-AP-NL, ``eu`` is the same licence in the list of the EU."""

    spdx: str
    title: str
    deed: str
    eu: str

    @property
    def uri(self) -> str:
        """As catalogues write it (DCAT-AP-NL 3.0, examples of Distribution): the deed without the s."""
        return self.deed.replace("https:", "http:", 1)


LICENCES = {
    licence.spdx: licence
    for licence in (
        Licence("CC0-1.0", "Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.nl", f"{EU}/CC0"),
        Licence("CC-BY-4.0", "Creative Commons BY 4.0", "https://creativecommons.org/licenses/by/4.0/deed.nl", f"{EU}/CC_BY_4_0"),
        Licence(
            "CC-BY-SA-4.0", "Creative Commons BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/deed.nl", f"{EU}/CC_BYSA_4_0"
        ),
    )
}
"""The freest first. DCAT-AP-NL 3.0 asks for a licence of Creative Commons."""
OF_REGISTERS: dict[Kind, str] = {"districts": "CC-BY-4.0", "green": "CC0-1.0", "ground": "CC0-1.0", "trees": "CC0-1.0"}
"""CBS publishes its districts as CC BY 4.0, PDOK the BGT as CC0 1.0. The other registers are the municipality's own."""


def strictest(names: list[str]) -> Licence:
    """The one that asks the most of who uses the data."""
    order = list(LICENCES)
    return LICENCES[order[max(map(order.index, names), default=0)]]
