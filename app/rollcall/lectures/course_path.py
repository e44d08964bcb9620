"""The path through a course: every step of every lesson, in order, each with a number."""

from dataclasses import dataclass

from rollcall.lectures.contents import Chapter, Contents, Lesson, Step


@dataclass(frozen=True)
class Stop:
    """One step, and where it stands in the course."""

    number: str  # "7.2": the second step of the seventh lesson
    chapter: Chapter
    lesson: Lesson
    step: Step


def path_of(contents: Contents) -> tuple[Stop, ...]:
    """All steps in the order in which they are given. Lessons are numbered through the course.

    Those of the user's own come last, so that they leave the numbers of the course as they are.
    """
    stops: list[Stop] = []
    lesson_number = 0
    for chapter in sorted(contents.chapters, key=lambda chapter: chapter.own):
        for lesson in chapter.lessons:
            lesson_number += 1
            for place, step in enumerate(lesson.steps or (lesson,), 1):
                stops.append(Stop(f"{lesson_number}.{place}", chapter, lesson, step))
    return tuple(stops)
