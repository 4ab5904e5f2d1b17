from __future__ import annotations

import finmodel.lines as room


def test_what_the_room_offers_is_there_and_sorted() -> None:
    assert room.__all__ == sorted(room.__all__, key=lambda name: (not name[0].isupper(), name))
    assert all(hasattr(room, name) for name in room.__all__)
