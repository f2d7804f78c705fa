"""How shares are written for people."""

import pytest

from geo_service.words import percent


@pytest.mark.parametrize(("share", "written"), [(0, "0,0%"), (0.0004, "< 0,1%"), (0.0006, "0,1%"), (0.0123, "1,2%"), (1, "100,0%")])
def test_a_small_share_never_reads_as_nothing(share: float, written: str) -> None:
    assert percent(share) == written


def test_in_english_and_with_fewer_decimals() -> None:
    assert (percent(0.0004, "en"), percent(0.004, "en", 0), percent(0.004, "nl", 2)) == ("< 0.1%", "< 1%", "0,40%")
