"""Message codes of the site: jobs, gates, versions and reviews.

`mlcore.codes` has the codes of mlcore. `recognizer.presentation.messages` translates both.
"""

from collections.abc import Callable

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from mlcore.messages import Code, Message


class Counted(Code):
    """A message with a plural form.

    text_for: returns the text for a number, in the active language. formats: the formats of all
    parameters; the first one belongs to the number that selects the plural form.
    """

    def __init__(self, code: str, text_for: Callable[[int], str], /, **formats: str) -> None:
        super().__init__(code, code, **formats)
        self.text_for = text_for
        self.counted = next(iter(formats))

    @property
    def parameters(self) -> set[str]:
        return set(self.formats)

    def text(self, message: Message) -> str:
        number = message.get(self.counted)
        return self.text_for(number if isinstance(number, int) else 2)


# Why an attempt at a job ended -------------------------------------------------------------------
CHILD_ENDED = Code("child_ended", _("The training process ended with exit status {status}."))
CHILD_KILLED = Code(
    "child_killed",
    _("The training process was killed from outside (signal 9)."),
)
CHILD_SIGNALED = Code(
    "child_signaled", _("The training process was killed by signal {number} ({name}).")
)
OUT_OF_MEMORY = Code("out_of_memory", _("It ran out of memory."))
OUT_OF_DISK = Code("out_of_disk", _("The disk has no space left."))
OUT_OF_ALLOWED_MEMORY = Code(
    "out_of_allowed_memory",
    _("It ran out of memory. JOB_MEMORY_LIMIT_MB allows it {limit} MB."),
    limit=",",
)
CHILD_DID_NOT_EXIT = Code(
    "child_did_not_exit", _("The training process finished its work but did not exit.")
)
TOOK_TOO_LONG = Code("took_too_long", _("Stopped at the time limit of {limit} seconds."))
WORKER_LOST = Code("worker_lost", _("The worker was lost {times} times during the job."))
DATABASE_FULL = Code("database_full", _("The database has no space left."))
SYSTEM_REFUSED = Code("system_refused", _("The operating system refused: {reason}."))
UNEXPECTED = Code("unexpected", _("An unexpected error; the log says which."))
SITE_IS_FULL = Code(
    "site_is_full",
    _(
        "The site's disk is full, so nothing can be stored at present. What was stored before is "
        "safe. Tell whoever runs the site."
    ),
)
DATABASE_AWAY = Code(
    "database_away",
    _("The database cannot be reached or is too slow at present. Try again in a moment."),
)
QUOTA_DRAWINGS = Code(
    "quota_drawings",
    _(
        "You would have {count} drawings; at most {most} are kept for a person. Delete drawings "
        "that you no longer need."
    ),
    count=",",
    most=",",
)
QUOTA_BYTES = Code(
    "quota_bytes",
    _(
        "Your drawings would take {size} MB; at most {most} MB are kept for a person. Delete "
        "drawings that you no longer need."
    ),
    size=",.1f",
    most=",",
)
NO_VERSION_INSTALLED = Code(
    "no_version_installed", _("No model version is installed. Run: python manage.py setup")
)
DAMAGED = Code(
    "damaged",
    _("The files of the deployed version, and of all good ones before it, are damaged."),
)
NO_VERSION_SERVES = Code(
    "no_version_serves", _("No version is serving, so there is none to start from.")
)
FILES_DIFFER = Code(
    "files_differ",
    _("version {number}: its files do not match the checksum it was stored with"),
)
MNIST_MISSING = Code(
    "mnist_missing",
    _(
        "Training from scratch needs MNIST, which is not available where training runs. Fetch "
        "it there once with “python manage.py fetch_mnist”, or set MNIST_PATH to an "
        "mnist.npz."
    ),
)

# Lines of a job's log ----------------------------------------------------------------------------
ATTEMPT_STARTED = Code("attempt_started", _("Attempt {number} started."))
STEP_DONE = Code(
    "step_done",
    _("Step {step} of {steps}: loss {loss}, accuracy {share}."),
    loss=".3f",
    share=".2%",
)
EPOCH_DONE = Code(
    "epoch_done",
    _("Epoch {step} of {steps}: loss {loss}, accuracy {share}, hold-out accuracy {held}."),
    loss=".3f",
    share=".2%",
    held=".2%",
)
VERSION_CREATED = Code("version_created", _("Version {number} was created."))
CANCEL_REQUESTED = Code("cancel_requested", _("Cancellation requested."))
GAVE_WAY = Code("gave_way", _("Back in the queue: a training goes first."))
CRASHED = Code("crashed", _("The training process crashed: {reason}"))
TRYING_AGAIN = Code("trying_again", _("Trying again."))
WORKER_LOST_TRYING_AGAIN = Code("worker_lost_trying_again", _("The worker was lost. Trying again."))
SUCCEEDED = Code("succeeded", _("Succeeded."))
STOPPED = Code("stopped", _("Stopped by gates."))
CANCELED = Code("canceled", _("Canceled."))
FAILED = Code("failed", _("Failed."))
FAILED_BECAUSE = Code("failed_because", _("Failed: {reason}"))
OTHER_LINE = Code("other_line", "{text}")  # free text of a training process

# Why a batch, or a picture of one, is not read ----------------------------------------------------
NO_FILE_IS_READABLE = Code(
    "no_file_is_readable",
    _("None of the files can be read. Each row says why."),
)
BLANK = Code("blank", _("Nothing is drawn."))
UNSURE = Code("unsure", _("Looks like a digit, but the confidence is too low."))
UNKNOWN = Code("unknown", _("No digit recognized."))
HIDDEN_FILE = Code("hidden_file", _("A hidden file of a system or a program."))
UNSAFE_PATH = Code("unsafe_path", _("The path is absolute or has “..” in it."))
SYMBOLIC_LINK = Code("symbolic_link", _("A symbolic link, not a picture."))
ENCRYPTED_FILE = Code("encrypted_file", _("The file is encrypted."))
NESTED_ARCHIVE = Code("nested_archive", _("An archive. Archives inside a batch are not opened."))
OVER_COMPRESSED = Code(
    "over_compressed", _("Unpacked, the file is more than {most} times as large."), most=","
)
COMPRESSED_OTHERWISE = Code(
    "compressed_otherwise", _("Compressed by a method that is not read. Use “deflate”.")
)
DAMAGED_MEMBER = Code("damaged_member", _("The file in the archive is damaged."))

# Failed webhook deliveries -----------------------------------------------------------------------
INTERRUPTED = Code("interrupted", _("The attempt was interrupted."))
ANSWERED_WITH = Code("answered_with", _("The receiver answered with status {status}."))
NOT_REACHED = Code("not_reached", _("The receiver could not be reached: {reason}"))

# Why a label is not used for training ------------------------------------------------------------
HELD_OUT = Code("held_out", _("held out for measuring"))
GOLD = Code("gold", _("gold"))
NUMBER_NOT_CUT = Code("number_not_cut", _("a number that its ink does not fit"))
NEARLY_SAME = Code("nearly_same", _("nearly the same as a drawing used for measuring"))
LEARNED_BEFORE_GOLD = Code(
    "learned_before_gold", _("marked as gold although a version had learned from it")
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
TOO_MANY_OF_ONE_PERSON = Code(
    "too_many_of_one_person", _("not among the newest {limit} digits of the same person")
)
NOT_LEARNED = Code("not_learned", "{count} {why}")
NO_LABEL_APPROVED = Code(
    "no_label_approved", _("No label is approved yet, so there is nothing to learn from.")
)
NOTHING_TO_LEARN = Counted(
    "nothing_to_learn",
    lambda count: ngettext(
        "{count} approved label cannot be learned from: {reasons}.",
        "None of the {count} approved labels can be learned from: {reasons}.",
        count,
    ),
    count="",
    reasons=", ",
)

# Evaluation sets of the gates --------------------------------------------------------------------
EMBEDDED_SET = Code("embedded_set", _("Drawn reference set"))
THE_EMBEDDED_SET = Code("the_embedded_set", _("drawn reference set"))  # inside a gate's name
PEN_SET = Code("pen_set", _("Drawn pen digits"))
THE_PEN_SET = Code("the_pen_set", _("drawn pen digits"))  # inside a gate's name
PEN_HOLDOUT_SET = Code("pen_holdout_set", _("Pen hold-out"))
THE_PEN_HOLDOUT_SET = Code("the_pen_holdout_set", _("pen hold-out"))  # inside a gate's name
MNIST_HOLDOUT_SET = Code("mnist_holdout_set", _("MNIST hold-out"))
FORMS_SET = Code("forms_set", _("Regional digit forms"))
GOLD_SET = Code("gold_set", _("Gold set"))
SET_DIGIT = Code("set_digit", _("{set}, digit {digit}"))
SET_NOT_A_DIGIT = Code("set_not_a_digit", _("{set}, not a digit"))

# Gates: their names and their rules --------------------------------------------------------------
LEARNED = Code("learned", _("Training corrections answered correctly, of {count}"))
NUMBERS_SET = Code("numbers_set", _("Drawn numbers, read as a whole"))
NUMBERS_LEARNED = Code("numbers_learned", _("Numbers learned ({count})"))
NUMBERS_HELD_OUT = Code("numbers_held_out", _("Numbers held out ({count})"))
GOLD_NUMBERS = Code("gold_numbers", _("Gold set, numbers ({count})"))
CORRECTIONS_HELD_OUT = Code("corrections_held_out", _("Corrections held out"))
CORRECTIONS_HELD_OUT_OF = Code("corrections_held_out_of", _("Corrections held out ({count})"))
NON_DIGITS_REFUSED = Code("non_digits_refused", _("Non-digits refused"))
SINCE_SHIPPED = Code("since_shipped", _("{set}, compared with the shipped version"))
LOG_LIKELIHOOD = Code("log_likelihood", _("Negative log-likelihood, {set}"))
CALIBRATION_ERROR = Code("calibration_error", _("Calibration error, {set}"))
PARITY = Code("parity", _("Converted file compared with its network, {count} inputs"))
LABELS_CONTRADICT = Code(
    "labels_contradict",
    _("Labels that contradict an answer with a confidence of {share} or more ({count} of {all})"),
    share="g%",
)
LABELS_OF_ONE_PERSON_CONTRADICT = Code(
    "labels_of_one_person_contradict",
    _(
        "Labels by one person that contradict an answer with a confidence of {share} or more "
        "({count} of {all})"
    ),
    share="g%",
)
MUST_RISE = Code("must_rise", _("must rise"))
MAY_FALL = Code("may_fall", _("may fall by {points}"))
POINTS = Counted(
    "points",
    lambda number: ngettext("{number} point", "{number} points", number),
    number="g",
)
MAY_FALL_IN_ALL = Code("may_fall_in_all", _("may fall by {points} in all"))
MUST_NOT_FALL_FURTHER = Code(
    "must_not_fall_further",
    _("must not fall further: it was more than {points} below the shipped version before"),
)
MAY_RISE = Code("may_rise", _("may rise by {number}"), number="g")
NOBODY_HELD_OUT = Code("nobody_held_out", _("no person is held out yet"))
MUST_NOT_FALL = Code("must_not_fall", _("must not fall"))
NO_SIGNIFICANT_FALL = Code(
    "no_significant_fall",
    _("must not fall by more than chance (paired bootstrap, confidence level {level})"),
    level=".0%",
)
NOT_AVAILABLE = Code("not_available", _("not available on this worker"))
NO_GOLD = Code("no_gold", _("no drawing is marked as gold yet"))
LOGITS_DIFFER = Code("logits_differ", _("the scores may differ by at most {number}"), number="g")
AT_MOST_OR_FEW = Code("at_most_or_few", _("at most {share}, or fewer than {count}"), share=".0%")

# Verdicts, and reasons of deployments and reviews ------------------------------------------------
FAILED_GATES = Code("failed_gates", _("Failed gates: {gates}."), gates="; ")
PASSED = Code("passed", _("Passed every gate."))
PASSED_NOT_PROMOTED = Code("passed_not_promoted", _("Passed every gate. {reason}"))
OTHER_VERSION_SERVES = Code(
    "other_version_serves", _("Version {number} is serving now. Check again first.")
)
ALREADY_SERVES = Code("already_serves", _("Version {number} is already serving."))
CHANGED_CONCURRENTLY = Code(
    "changed_concurrently", _("Somebody else has just changed the serving version.")
)
SHIPPED = Code("shipped", _("Comes with the program."))
INSTALLED = Code("installed", _("comes with the program"))
FROM_SCRATCH = Code(
    "from_scratch",
    _(
        "Trained from scratch, so it is not promoted automatically. Compare it with the other "
        "versions before you promote it."
    ),
)
UNDONE = Code("undone", _("Undone by the reviewer."))

# Files of drawings that are not imported ----------------------------------------------------------
AT_PLACE = Code("at_place", "{place}: {reason}")  # a name of a file, or one of the next two
LINE_OF_FILE = Code("line_of_file", _("Line {number}"), number=",")
DRAWING_OF_FILE = Code("drawing_of_file", _("Drawing {number}"), number=",")
FILE_UNKNOWN = Code(
    "file_unknown",
    _("The file can be NDJSON, NPZ, or a ZIP file with IDX or PNG; this one is none of them."),
)
FILE_WITHOUT_DRAWINGS = Code("file_without_drawings", _("The file holds no drawings."))
TOO_MANY_DRAWINGS = Code(
    "too_many_drawings",
    _("The file holds more than {most} drawings. Import it in parts."),
    most=",",
)
UNPACKED_TOO_LARGE = Code(
    "unpacked_too_large",
    _("The unpacked file has {size} bytes; at most {most} are allowed."),
    size=",",
    most=",",
)
ZIP_DAMAGED = Code("zip_damaged", _("The ZIP file is damaged."))
FILE_MISSING = Code("file_missing", _("The ZIP file needs one file whose name ends in {name}."))
LINE_TOO_LONG = Code("line_too_long", _("The line is longer than {most} bytes."), most=",")
NOT_JSON = Code("not_json", _("It is not valid JSON."))
NOT_JSON_OBJECT = Code("not_json_object", _("A JSON object is expected."))
STROKES_OR_PICTURE = Code("strokes_or_picture", _("Either “strokes” or “picture” is expected."))
NOT_BASE64 = Code("not_base64", _("“{name}” is not valid base64."))
WRONG_TIME = Code(
    "wrong_time",
    _(
        "“created_at” must be a time from 1970 until now, in ISO 8601 with its time zone, as in "
        "2026-05-31T12:00:00+00:00."
    ),
)
LABEL_UNKNOWN = Code(
    "label_unknown",
    _("The label is unknown. Labels are 0 to 9, numbers such as 2026 or 3.5, {name}, or empty."),
)
NO_FOLDER = Code("no_folder", _("It is not in a folder that is named by its label."))
ARRAY_WRONG = Code("array_wrong", _("“{name}” must be {expected}."))
ARRAY_UNREADABLE = Code("array_unreadable", _("“{name}” is not a readable NumPy array."))
IDX_WRONG = Code("idx_wrong", _("It is not an IDX file of {expected}."))
COUNTS_DIFFER = Code(
    "counts_differ", _("There are {images} images, but {labels} labels."), images=",", labels=","
)
NOTHING_DRAWN = Code("nothing_drawn", _("Nothing is drawn."))

# The audit: what an act was done on --------------------------------------------------------------
ON_ACCOUNT = Code("on_account", _("account {account}"))
ON_ACCOUNT_CHANGED = Code("on_account_changed", _("account {account}: {changes}"), changes=", ")
ON_GROUP = Code("on_group", _("group {group}: {changes}"), changes=", ")
GROUP_GIVEN = Code("group_given", _("into the group {name}"))
GROUP_TAKEN = Code("group_taken", _("out of the group {name}"))
PERMISSION_GIVEN = Code("permission_given", _("permission {name} given"))
PERMISSION_TAKEN = Code("permission_taken", _("permission {name} taken away"))
STAFF_GIVEN = Code("staff_given", _("is staff now"))
STAFF_TAKEN = Code("staff_taken", _("no longer staff"))
SUPERUSER_GIVEN = Code("superuser_given", _("is an administrator now"))
SUPERUSER_TAKEN = Code("superuser_taken", _("no longer an administrator"))
ACTIVATED = Code("activated", _("opened"))
DEACTIVATED = Code("deactivated", _("closed"))
RENAMED = Code("renamed", _("was called {name}"))
GROUP_DELETED = Code("group_deleted", _("deleted"))
ON_UNKNOWN_NAME = Code("on_unknown_name", _("a name that no account has"))
ON_TOKEN = Code("on_token", _("token {name} of {account}"))
ON_DRAWINGS = Counted(
    "on_drawings",
    lambda count: ngettext("{count} drawing: {numbers}", "{count} drawings: {numbers}", count),
    count=",",
    numbers=", ",
)
ON_OLD_DRAWINGS = Counted(
    "on_old_drawings",
    lambda count: ngettext(
        "{count} drawing that nobody labeled: {numbers}",
        "{count} drawings that nobody labeled: {numbers}",
        count,
    ),
    count=",",
    numbers=", ",
)
ON_IMPORTED = Counted(
    "on_imported",
    lambda count: ngettext("{count} drawing", "{count} drawings", count),
    count=",",
)
ON_OWN_DRAWINGS = Code("on_own_drawings", _("own drawings, as {format}"))
ON_EVERYBODYS_DRAWINGS = Code("on_everybodys_drawings", _("everybody's drawings, as {format}"))
ON_OWN_DATA = Code("on_own_data", _("all own data"))
ON_JOB_INPUTS = Code("on_job_inputs", _("what job {number} learned from"))
ON_VERSION_FILES = Code("on_version_files", _("the files of version {number}"))
ON_AUDIT = Code("on_audit", _("the audit"))
ON_BACKUP = Code("on_backup", _("the whole site, as a backup"))
ON_VERSION = Code("on_version", _("version {number}"))
ON_VERSION_ANYWAY = Code("on_version_anyway", _("version {number}, without passing the gates"))
