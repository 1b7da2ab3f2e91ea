"""The English texts that `recognizer.presentation.told` knows, as patterns: {name} stands for any value.

Those that say more come before those that would match them as well.
"""

from django.utils.translation import gettext_noop as _

INK = [
    _("The file has {size} bytes; at most {most} are read."),
    _("Not a picture; PNG, JPEG, BMP and WebP pictures are read."),
    _("The picture has too many pixels; at most {most} are read."),
    _("The picture has {found} pixels; at most {most} are read."),
    _("The picture is damaged and cannot be decoded."),
    _("There are {count} strokes; at most {most} are read."),
    _("There are {count} points; at most {most} are read."),
    _("The strokes are {what}. {shape}"),
    _("{where} is {what}; a number is wanted."),
    _("{where} is out of range; a number from {low} to {high} is wanted."),
    _("Stroke {stroke}, point {point} is {what}. {shape}"),
    _("Stroke {stroke} is {what}. {shape}"),
    _("Stroke {stroke}, point {point}: {axis}"),
    _(
        "Strokes are a list of strokes, a stroke is a list of points, and a point is [x, y] or "
        '{"x": x, "y": y, "t": milliseconds, "p": pressure}, t and p optional.'
    ),
    _("true or false"),
    _("a number"),
    _("a text"),
    _("a list of {count}"),
    _("an object"),
]
RECIPES = [
    _("unknown settings {names}; there are {known}"),
    _("{name} must be a whole number from {low} to {high}, not {given}"),
    _("{name} must be a number from {low} to {high}, not {given}"),
    _("one hidden layer of 30 sigmoids, as in Nielsen's book"),
    _("dense layers of 256 and 128 with ReLU and dropout"),
    _("two convolutions and a dense layer"),
    _("two pairs of convolutions and a dense layer"),
    _("three residual blocks"),
    _("seven convolutions with batch normalization"),
]
BUNDLES = [
    _("version {number}: its files do not match the checksum it was stored with"),
    _("Missing: {names}."),
    _("{file} is not the file that {card} was written for."),
    _("{card} is not JSON: {error}"),
    _("{card} is not of format {number}."),
]
NOT_LEARNED = [  # recognizer.actions.training.selection
    _("held out to be measured on"),
    _("gold"),
    _("nearly the same as a drawing that is measured on"),
    _("marked as gold though a version had learned from it"),
    _("labeled by an account younger than 1 day"),
    _("labeled by an account younger than {days} days"),
    _("beyond the newest {limit} of the same person"),
]
GATES = [  # recognizer.actions.versions.gates and promotion
    _("Corrections trained on, read right of {count}"),
    _("must rise"),
    _("may fall by {points}"),
    _("1 point"),
    _("{number} points"),
    _("may rise by {number}"),
    _("Corrections held out ({count})"),
    _("Corrections held out"),
    _("nobody held out yet"),
    _("must not fall beyond chance (paired bootstrap, {level} of the resamples)"),
    _("not at hand on this worker"),
    _("no drawing is marked as gold yet"),
    _("Non-digits refused"),
    _("Negative log-likelihood, {set}"),
    _("Calibration error, {set}"),
    _("Serving file against its network, {count} inputs"),
    _("logits differ by {number} at most"),
    _("Labels that deny an answer of {share} or more, by one person ({count} of {all})"),
    _("Labels that deny an answer of {share} or more ({count} of {all})"),
    _("Labels that deny an answer of {share} or more, by one person"),
    _("Labels that deny an answer of {share} or more"),
    _("at most {share}, or fewer than {count}"),
    _("Drawn reference set"),
    _("drawn reference set"),
    _("MNIST hold-out"),
    _("Forms"),
    _("Gold set, not a digit"),
    _("Gold set"),
]
VERDICTS = [
    _("Stopped by: {gates}."),
    _("Passed every gate."),
    _("Passed every gate. {but}"),
    _("Meanwhile version {number} serves. Look again before you promote."),
    _("Version {number} serves already."),
    _("Somebody else changed the serving version at this moment."),
    _("Comes with the program."),
    _("comes with the program"),
    _(
        "Trained from scratch: such a version never serves by itself. A person compares it with "
        "the others and may promote it."
    ),
    _("Undone by the reviewer."),
]
JOBS = [  # why an attempt ended, and what it is at
    _("The training process ended with exit status {code}."),
    _("The training process was ended by signal 9, as the system does where memory runs out."),
    _("The training process was ended by signal {number} ({name})."),
    _("It ran out of memory."),
    _("The database has no room left: {reason}"),
    _("It ran out of memory. JOB_MEMORY_LIMIT_MB allows it {limit} MB."),
    _("The training process did not end after its work."),
    _("Stopped after {limit} seconds, the limit."),
    _("The worker was lost {times} times while training."),
    _("No version serves, so there is none to start from."),
    _("No label is approved yet, so there is nothing to learn from."),
    _(
        "MNIST is not at hand where training runs, and training from scratch needs it. Fetch it "
        "there once with “python manage.py fetch_mnist”, or let MNIST_PATH name an mnist.npz."
    ),
    _("The attempt was cut short."),
    _("It answered with status {code}."),
    _("It could not be reached: {reason}"),
    _("prepare"),
    _("train"),
    _("export"),
    _("evaluate"),
    _("re-score"),
    _("done"),
]
LOG = [  # of a job: what mlcore reports, and what workers note
    _("Reading MNIST"),
    _("Calibrating and measuring"),
    _("Loading TensorFlow"),
    _("Preparing what to rehearse"),
    _("Corrections to learn: {count}; images beside them: {rehearsed}"),
    _("Kept {share} of the way from the parent"),
    _("Measuring the parent and the candidate"),
    _("Step {step} of {steps}: loss {loss}, {share} learned."),
    _("Epoch {step} of {steps}: loss {loss}, {share} learned, {held} of the hold-out."),
    _("Attempt {number} begins."),
    _("Version {number} is made."),
    _("It is asked to stop."),
    _("It makes way for a training."),
    _("It is tried again."),
    _("The worker was lost. It is tried again."),
    _("Succeeded."),
    _("Canceled."),
    _("Failed."),
    _("Failed: {reason}"),
]
LAYERS = [  # mlcore.training.architectures
    _("convolution"),
    _("shortcut"),
    _("pooling"),
    _("dropout"),
    _("dense"),
]
GROUPS = [_("Reviewers"), _("Trainers")]  # recognizer.actions.accounts.accounts
REPLAYED = [_("mnist"), _("generated"), _("drawn"), _("negatives")]  # mlcore.training.rehearsal

ANY_SET = [_("{set}, digit {digit}")]

TEXTS = [
    *INK,
    *RECIPES,
    *BUNDLES,
    *NOT_LEARNED,
    *GATES,
    *VERDICTS,
    *JOBS,
    *LOG,
    *LAYERS,
    *GROUPS,
    *REPLAYED,
    *ANY_SET,
]
