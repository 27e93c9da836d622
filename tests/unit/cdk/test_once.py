from __future__ import annotations

import gc
import weakref

from privatelink_constructs._cdk.once import once_for_each


class Thing:
    pass


def test_a_question_is_asked_once_for_each_object() -> None:
    asked: list[Thing] = []

    @once_for_each
    def name_of(thing: Thing) -> int:
        asked.append(thing)
        return len(asked)

    one, two = Thing(), Thing()
    assert [name_of(one), name_of(two), name_of(one)] == [1, 2, 1]
    assert asked == [one, two]


def test_other_arguments_are_other_questions() -> None:
    asked: list[object] = []

    @once_for_each
    def part_of(thing: Thing, part: int, *, long: bool = False) -> tuple[int, bool]:
        asked.append(thing)
        return part, long

    thing = Thing()
    answers = [part_of(thing, 1), part_of(thing, 2), part_of(thing, 1, long=True)]
    assert answers == [(1, False), (2, False), (1, True)]
    assert [part_of(thing, 1), part_of(thing, 2), part_of(thing, 1, long=True)] == answers
    assert len(asked) == len(answers)


def test_no_answer_is_an_answer() -> None:
    asked: list[object] = []

    @once_for_each
    def nothing_of(thing: Thing) -> None:
        asked.append(thing)

    thing = Thing()
    assert nothing_of(thing) is None
    assert nothing_of(thing) is None
    assert asked == [thing]


def test_a_stored_value_is_not_read_again() -> None:
    @once_for_each
    def name_of(thing: Thing) -> str:
        raise NotImplementedError

    thing = Thing()
    name_of.learn(thing, "known")
    assert name_of(thing) == "known"


def test_an_answer_goes_with_its_object() -> None:
    @once_for_each
    def answer_of(thing: Thing) -> Thing:
        return Thing()

    thing = Thing()
    answer = weakref.ref(answer_of(thing))
    gc.collect()
    assert answer() is not None
    del thing
    gc.collect()
    assert answer() is None


def test_a_question_keeps_its_text() -> None:
    @once_for_each
    def name_of(thing: Thing) -> str:
        """Return the name."""
        return str(thing)

    assert name_of.__doc__ == "Return the name."
