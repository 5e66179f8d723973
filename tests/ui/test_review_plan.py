"""Making the agenda: what a person changed stands over the order of the rules, and nobody pinned falls off."""

from bhi_core.ui.review_plan import Place, Plan, merged

RANKED = [1, 2, 3, 4, 5]


def ids(plan: Plan) -> list[int]:
    """Give the agenda's patients in their order."""
    return [place.patient_id for place in plan.on]


def test_without_changes_the_agenda_is_the_order_of_the_rules_cut_to_the_time() -> None:
    assert ids(merged(Plan(), RANKED, 3)) == [1, 2, 3]


def test_a_pinned_patient_comes_first_and_takes_a_place_of_the_budget() -> None:
    assert ids(merged(Plan().pin(5), RANKED, 3)) == [5, 1, 2]


def test_a_pinned_patient_stays_when_the_rules_list_them_no_more() -> None:
    assert ids(merged(Plan().pin(9, "asked by the PCP"), RANKED, 2)) == [9, 1]


def test_more_pinned_patients_than_fit_all_stay() -> None:
    plan = Plan().pin(4).pin(5).pin(3)

    assert ids(merged(plan, RANKED, 2)) == [4, 5, 3]


def test_who_was_removed_makes_room_for_the_next_and_keeps_the_reason() -> None:
    plan = merged(Plan().remove(1, "on leave this week"), RANKED, 3)

    assert ids(plan) == [2, 3, 4]
    assert plan.off == (Place(1, removed=True, why="on leave this week"),)
    assert ids(merged(plan.put_back(1), RANKED, 3)) == [1, 2, 3]


def test_an_order_made_by_hand_stays_and_who_is_listed_since_comes_in_by_rank() -> None:
    plan = merged(Plan(), [1, 3, 4], 3).move(4, -2)
    assert ids(plan) == [4, 1, 3]

    assert ids(merged(plan, [2, 1, 3, 4], 4)) == [2, 4, 1, 3]


def test_who_is_listed_no_more_leaves_the_agenda() -> None:
    assert ids(merged(merged(Plan(), RANKED, 3), [2, 3], 3)) == [2, 3]


def test_moving_beyond_the_ends_stays_at_the_end() -> None:
    plan = merged(Plan(), RANKED, 3)

    assert ids(plan.move(1, -5)) == [1, 2, 3]
    assert ids(plan.move(1, 5)) == [2, 3, 1]
    assert plan.move(99, 1) == plan


def test_an_unpinned_patient_is_left_to_the_rules_again() -> None:
    assert ids(merged(Plan().pin(5).unpin(5), RANKED, 3)) == [1, 2, 3]
    assert ids(merged(Plan().pin(9).unpin(9), RANKED, 3)) == [1, 2, 3]
