"""A choice among words."""

import traitlets as t

from .. import arguments
from .prediction import Prediction, common, text


class Choice(Prediction):
    """One option of several; made by `choice`."""

    kind = t.Unicode("choice").tag(sync=True)
    options = t.List(t.Unicode()).tag(sync=True)
    wrong = t.List(t.Unicode()).tag(sync=True)
    answer = t.Unicode().tag(sync=True)
    draft = t.Unicode().tag(sync=True)
    guess = t.Unicode(None, allow_none=True).tag(sync=True)

    def asked(self):
        return self.options


def choice(key, question, options, *, answer, why, model="", shows=None, alt=""):
    """A prediction with one right option among several.

    key : names it in the book and where a page keeps guesses, as in "ch1-first".
    question : one sentence.
    options : two or more different texts; or a dict from each to the sentence for those who
        choose it and are wrong: what they may have thought, and why it is not so. The
        sentence of the right one is not shown.
    answer : the right one of them.
    why : one or two sentences, shown with the answer. {answer} stands for it, {guess} for
        the reader's; a sentence with {guess} is left out where there is none.
    model : a model answer to "Why is that so?", which the reader is asked in one line when
        the answer is known; "" does not ask.
    shows : a matplotlib Figure that appears with the answer, None for none; it is closed.
    alt : what that picture shows, for those who can't see it; `why` by default.

    Returns a Choice; `.guess` is the option the reader committed to, None before.
    Raises ValueError or TypeError where an argument is not so.

    >>> which = choice("ex-arrives", "Who arrives?", ["GD", "NAG"], answer="NAG", why="It looks.")
    >>> which.answer, which.guess, which.settled
    ('NAG', None, False)
    """
    listed = isinstance(options, (list, tuple, dict))
    if not listed or not all(isinstance(o, str) and o.strip() for o in options):
        raise TypeError("options must be a list of texts, none of them empty")
    sentences, options = options if isinstance(options, dict) else {}, list(options)
    if len(options) < 2:
        raise ValueError(f"options must be two or more, but there are {len(options)}")
    twice = next((o for o in options if options.count(o) > 1), None)
    if twice is not None:
        raise ValueError(f"options must differ, but {arguments.short(twice)} is there twice")
    if not isinstance(answer, str) or answer not in options:
        raise ValueError(f"answer must be one of the options, but is {arguments.short(answer)}")
    wrong = [
        "" if option == answer else text(f"what is said to {option!r}", sentence)
        for option, sentence in sentences.items()
    ]
    return Choice(
        options=options, answer=answer, wrong=wrong,
        **common(key, question, answer, why, shows, alt, model=model),
    )  # fmt: skip
