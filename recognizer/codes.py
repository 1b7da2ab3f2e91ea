"""All that the site itself notes down of jobs, gates and versions, for readers of any language.

`mlcore.codes` has what mlcore says. `recognizer.presentation.messages` puts both into words.
"""

from collections.abc import Callable

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from mlcore.messages import Code, Message


class Counted(Code):
    """A text with a plural: text_for gives it for a number, in the active language.

    formats: those of all parameters, that of the number first.
    """

    def __init__(self, code: str, text_for: Callable[[int], str], /, **formats: str) -> None:
        super().__init__(code, code, **formats)
        self.text_for = text_for
        self.by = next(iter(formats))

    @property
    def parameters(self) -> set[str]:
        return set(self.formats)

    def text(self, said: Message) -> str:
        number = said.get(self.by)
        return self.text_for(number if isinstance(number, int) else 2)


# Why an attempt at a job ended -------------------------------------------------------------------
CHILD_ENDED = Code("child_ended", _("The training process ended with exit status {status}."))
CHILD_KILLED = Code(
    "child_killed",
    _("The training process was ended by signal 9, as the system does where memory runs out."),
)
CHILD_SIGNALED = Code(
    "child_signaled", _("The training process was ended by signal {number} ({name}).")
)
OUT_OF_MEMORY = Code("out_of_memory", _("It ran out of memory."))
OUT_OF_ALLOWED_MEMORY = Code(
    "out_of_allowed_memory",
    _("It ran out of memory. JOB_MEMORY_LIMIT_MB allows it {limit} MB."),
    limit=",",
)
CHILD_LINGERED = Code("child_lingered", _("The training process did not end after its work."))
TOOK_TOO_LONG = Code("took_too_long", _("Stopped after {limit} seconds, the limit."))
WORKER_LOST = Code("worker_lost", _("The worker was lost {times} times while training."))
DATABASE_FULL = Code("database_full", _("The database has no room left: {reason}"))
SYSTEM_REFUSED = Code("system_refused", _("The operating system refused: {reason}"))
UNEXPECTED = Code("unexpected", _("An unexpected error: {reason}"))
NO_VERSION_SERVES = Code(
    "no_version_serves", _("No version serves, so there is none to start from.")
)
FILES_DIFFER = Code(
    "files_differ",
    _("version {number}: its files do not match the checksum it was stored with"),
)
MNIST_MISSING = Code(
    "mnist_missing",
    _(
        "MNIST is not at hand where training runs, and training from scratch needs it. Fetch it "
        "there once with “python manage.py fetch_mnist”, or let MNIST_PATH name an mnist.npz."
    ),
)

# What a job's log says ---------------------------------------------------------------------------
ATTEMPT_BEGINS = Code("attempt_begins", _("Attempt {number} begins."))
STEP_DONE = Code(
    "step_done",
    _("Step {step} of {steps}: loss {loss}, {share} learned."),
    loss=".3f",
    share=".2%",
)
EPOCH_DONE = Code(
    "epoch_done",
    _("Epoch {step} of {steps}: loss {loss}, {share} learned, {held} of the hold-out."),
    loss=".3f",
    share=".2%",
    held=".2%",
)
VERSION_MADE = Code("version_made", _("Version {number} is made."))
ASKED_TO_STOP = Code("asked_to_stop", _("It is asked to stop."))
MADE_WAY = Code("made_way", _("It makes way for a training."))
CRASHED = Code("crashed", _("It crashed: {reason}"))
TRIED_AGAIN = Code("tried_again", _("It is tried again."))
TRIED_AGAIN_ELSEWHERE = Code("tried_again_elsewhere", _("The worker was lost. It is tried again."))
SUCCEEDED = Code("succeeded", _("Succeeded."))
CANCELED = Code("canceled", _("Canceled."))
FAILED = Code("failed", _("Failed."))
FAILED_BECAUSE = Code("failed_because", _("Failed: {reason}"))
OTHER_LINE = Code("other_line", "{text}")  # what a training process said in words of its own

# What a webhook's receiver answered --------------------------------------------------------------
CUT_SHORT = Code("cut_short", _("The attempt was cut short."))
ANSWERED_WITH = Code("answered_with", _("It answered with status {status}."))
NOT_REACHED = Code("not_reached", _("It could not be reached: {reason}"))

# Why a label is not learned from -----------------------------------------------------------------
HELD_OUT = Code("held_out", _("held out to be measured on"))
GOLD = Code("gold", _("gold"))
NEARLY_SAME = Code("nearly_same", _("nearly the same as a drawing that is measured on"))
LEARNED_BEFORE_GOLD = Code(
    "learned_before_gold", _("marked as gold though a version had learned from it")
)
LABELER_TOO_NEW = Counted(
    "labeler_too_new",
    lambda days: ngettext(
        "labeled by an account younger than {days} day",
        "labeled by an account younger than {days} days",
        days,
    ),
    days=",",
)
TOO_MANY_OF_ONE = Code("too_many_of_one", _("beyond the newest {limit} of the same person"))
NOT_LEARNED = Code("not_learned", "{count} {why}")
NO_LABEL_APPROVED = Code(
    "no_label_approved", _("No label is approved yet, so there is nothing to learn from.")
)
NOTHING_TO_LEARN = Counted(
    "nothing_to_learn",
    lambda count: ngettext(
        "Of {count} approved label none can be learned from: {reasons}.",
        "Of {count} approved labels none can be learned from: {reasons}.",
        count,
    ),
    count="",
    reasons=", ",
)

# The sets that gates measure on ------------------------------------------------------------------
EMBEDDED_SET = Code("embedded_set", _("Drawn reference set"))
THE_EMBEDDED_SET = Code("the_embedded_set", _("drawn reference set"))  # within a name
MNIST_HOLDOUT_SET = Code("mnist_holdout_set", _("MNIST hold-out"))
FORMS_SET = Code("forms_set", _("Forms"))
GOLD_SET = Code("gold_set", _("Gold set"))
SET_DIGIT = Code("set_digit", _("{set}, digit {digit}"))
SET_NOT_A_DIGIT = Code("set_not_a_digit", _("{set}, not a digit"))

# Gates: their names, and what is due -------------------------------------------------------------
LEARNED = Code("learned", _("Corrections trained on, read right of {count}"))
CORRECTIONS_HELD_OUT = Code("corrections_held_out", _("Corrections held out"))
CORRECTIONS_HELD_OUT_OF = Code("corrections_held_out_of", _("Corrections held out ({count})"))
NON_DIGITS_REFUSED = Code("non_digits_refused", _("Non-digits refused"))
LOG_LIKELIHOOD = Code("log_likelihood", _("Negative log-likelihood, {set}"))
CALIBRATION_ERROR = Code("calibration_error", _("Calibration error, {set}"))
PARITY = Code("parity", _("Serving file against its network, {count} inputs"))
SURE_ANSWERS_DENIED = Code(
    "sure_answers_denied",
    _("Labels that deny an answer of {share} or more ({count} of {all})"),
    share="g%",
)
SURE_ANSWERS_DENIED_BY_ONE = Code(
    "sure_answers_denied_by_one",
    _("Labels that deny an answer of {share} or more, by one person ({count} of {all})"),
    share="g%",
)
MUST_RISE = Code("must_rise", _("must rise"))
MAY_FALL = Code("may_fall", _("may fall by {points}"))
POINTS = Counted(
    "points",
    lambda number: ngettext("{number} point", "{number} points", number),
    number="g",
)
MAY_RISE = Code("may_rise", _("may rise by {number}"), number="g")
NOBODY_HELD_OUT = Code("nobody_held_out", _("nobody held out yet"))
NOT_BEYOND_CHANCE = Code(
    "not_beyond_chance",
    _("must not fall beyond chance (paired bootstrap, {level} of the resamples)"),
    level=".0%",
)
NOT_AT_HAND = Code("not_at_hand", _("not at hand on this worker"))
NO_GOLD = Code("no_gold", _("no drawing is marked as gold yet"))
LOGITS_DIFFER = Code("logits_differ", _("logits differ by {number} at most"), number="g")
AT_MOST_OR_FEW = Code("at_most_or_few", _("at most {share}, or fewer than {count}"), share=".0%")

# Verdicts, and why a version serves or a label is as it is ---------------------------------------
STOPPED_BY = Code("stopped_by", _("Stopped by: {gates}."), gates="; ")
PASSED = Code("passed", _("Passed every gate."))
PASSED_BUT = Code("passed_but", _("Passed every gate. {but}"))
OTHER_SERVES = Code(
    "other_serves", _("Meanwhile version {number} serves. Look again before you promote.")
)
SERVES_ALREADY = Code("serves_already", _("Version {number} serves already."))
CHANGED_AT_ONCE = Code(
    "changed_at_once", _("Somebody else changed the serving version at this moment.")
)
SHIPPED = Code("shipped", _("Comes with the program."))
INSTALLED = Code("installed", _("comes with the program"))
FROM_SCRATCH = Code(
    "from_scratch",
    _(
        "Trained from scratch: such a version never serves by itself. A person compares it with "
        "the others and may promote it."
    ),
)
UNDONE = Code("undone", _("Undone by the reviewer."))
