"""Words sort as in Norwegian and are found without their accents."""

from __future__ import annotations

from shared.web.norwegian import fold_search, sort_key


def test_ae_o_and_a_come_last_in_this_order() -> None:
    words = ["Åsnes", "Øksnes", "Ærø", "Alta", "Zeta", "Ås", "Ávjovárri"]

    assert sorted(words, key=sort_key) == ["Alta", "Ávjovárri", "Zeta", "Ærø", "Øksnes", "Ås", "Åsnes"]


def test_search_does_not_mind_accents_or_case() -> None:
    assert fold_search("  KÁRÁŠJOHKA ") == fold_search("karasjohka")
    assert fold_search("Porsáŋgu") == "porsangu"
    assert fold_search("Yykeä") == "yykea"
    assert fold_search("Tromsø") == "tromso"
