"""AppConfig's stamps make no document another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from canary.unit.act.world import ramp_environment
from canary.unit.flags import documents
from canary.unit.flags.stamps import STAMPS, unstamped
from tests.fakes.unit import SETTINGS
from tests.fuzzing import fuzz

if TYPE_CHECKING:
    from tests.fakes.unit import Unit

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["flags", "values", "_createdAt", "a"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def test_the_same_act_at_another_time_makes_no_version(unit: Unit) -> None:
    """GIVEN a ramp document deployed and stamped WHEN the same is wanted later THEN its version is found."""
    ramp = ramp_environment(SETTINGS, unit)  # type: ignore[arg-type]
    first = ramp.version_of(documents.ramp(ramp.document("1"), percentage=5, shadow=5), "ramp")
    unit.clock.sleep(3600)
    assert ramp.version_of(documents.ramp(ramp.document(first), percentage=5, shadow=5), "ramp") == first


def test_a_document_is_read_without_stamps(unit: Unit) -> None:
    """GIVEN a stored document WHEN read THEN no flag and no value has a stamp; what is stored has."""
    document = ramp_environment(SETTINGS, unit).document("1")  # type: ignore[arg-type]
    stored = unit.appconfig.versions["ramp"][1][0].decode()
    assert all(stamp in stored for stamp in STAMPS)
    assert not any(stamp in str(document) for stamp in STAMPS)


@fuzz(4_000)
@given(ANYTHING)
def test_anything_at_all_is_read_without_a_fault(document: Any) -> None:
    """GIVEN any JSON WHEN unstamped THEN it does not raise, and a second time changes nothing."""
    once = unstamped(document)
    assert unstamped(once) == once
