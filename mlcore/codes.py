"""Message codes of mlcore: refused input, unusable files, and the progress of a training."""

from mlcore.messages import Code
from mlcore.messages import marked as _

# Pictures and strokes that cannot be read -------------------------------------------------------
FILE_TOO_LARGE = Code(
    "file_too_large",
    _("The file has {size} bytes; at most {most} are allowed."),
    size=",",
    most=",",
)
EMPTY_FILE = Code("empty_file", _("The file is empty."))
NOT_A_PICTURE = Code(
    "not_a_picture",
    _("Not a supported picture. Use PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF."),
)
FAR_TOO_MANY_PIXELS = Code(
    "far_too_many_pixels",
    _("The picture has too many pixels; at most {most} are allowed."),
    most=",",
)
TOO_MANY_PIXELS = Code(
    "too_many_pixels",
    _("The picture has {width} x {height} pixels; at most {most} are allowed."),
    most=",",
)
FOREIGN_FORMAT = Code(
    "foreign_format",
    _("{name} files are not read. Use PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF."),
)
PDF_ELSEWHERE = Code(
    "pdf_elsewhere",
    _("This is a PDF. Save it as a picture, or read it as pages of numbers."),
)
PDF_OF_SEVERAL_PAGES = Code(
    "pdf_of_several_pages",
    _("The PDF has several pages; a drawing is one. Send it under Pages."),
)
PDF_ENCRYPTED = Code(
    "pdf_encrypted", _("The PDF is protected by a password. Save it without a password.")
)
PDF_DAMAGED = Code(
    "pdf_damaged",
    _("The PDF cannot be opened: it is damaged, has no pages, or needs too much memory."),
)
PDF_TOO_LONG = Code(
    "pdf_too_long",
    _("The PDF has {pages} pages; at most {most} are read at once. Send it in parts."),
    pages=",",
    most=",",
)
PDF_TOO_SLOW = Code(
    "pdf_too_slow",
    _("The PDF could not be opened within {seconds} seconds. Send it in parts, or as pictures."),
)
DAMAGED_PICTURE = Code("damaged_picture", _("The picture is damaged and cannot be decoded."))
NO_NUMBERS_ON_PAGE = Code(
    "no_numbers_on_page",
    _(
        "No numbers were found on the page. Write with a dark pen on light paper, and photograph "
        "the page from straight above."
    ),
)
PAGE_TOO_SMALL = Code(
    "page_too_small",
    _(
        "The writing is only {height} pixels high; at least {least} are needed. Photograph the "
        "page from nearer, or send the picture in its full size."
    ),
    height=".0f",
)
PICTURE_TOO_NARROW = Code(
    "picture_too_narrow",
    _(
        "The picture has {width} x {height} pixels. Nothing can be read in a picture that is more "
        "than {most} times as long as wide; cut out the writing, or send it in its full size."
    ),
    width=",",
    height=",",
    most=",",
)
PAGE_CROWDED = Code(
    "page_crowded",
    _("There are {count} marks on the page; at most {most} are read. Photograph a part of it."),
    count=",",
    most=",",
)
PAGE_BLURRED = Code(
    "page_blurred",
    _("The picture is too blurred to be read. Hold the camera still and let it focus."),
)
PAGE_CUT_OFF = Code(
    "page_cut_off",
    _(
        "The edge of the picture cuts off some of the writing. Photograph the whole page, with "
        "some paper around the writing."
    ),
)
PAGE_TURNED = Code(
    "page_turned",
    _("The page is not upright. Turn the picture by {degrees} degrees clockwise."),
)
TOO_MANY_STROKES = Code(
    "too_many_strokes", _("There are {count} strokes; at most {most} are allowed.")
)
TOO_MANY_POINTS = Code(
    "too_many_points", _("There are {count} points; at most {most} are allowed.")
)
SHAPE_OF_STROKES = Code(
    "shape_of_strokes",
    _(
        "Strokes are a list of strokes, a stroke is a list of points, and a point is [x, y] or "
        '{"x": x, "y": y, "t": milliseconds, "p": pressure}, t and p optional.'
    ),
)
NOT_STROKES = Code("not_strokes", _("The strokes are {what}. {shape}"))
NOT_A_STROKE = Code("not_a_stroke", _("Stroke {stroke} is {what}. {shape}"))
NOT_A_POINT = Code("not_a_point", _("Stroke {stroke}, point {point} is {what}. {shape}"))
NOT_A_NUMBER = Code(
    "not_a_number", _("Stroke {stroke}, point {point}: {axis} is {what}; a number is expected.")
)
OUT_OF_RANGE = Code(
    "out_of_range",
    _(
        "Stroke {stroke}, point {point}: {axis} is out of range; a number from {low} to "
        "{high} is expected."
    ),
    low="g",
    high="g",
)
JSON_BOOLEAN = Code("json_boolean", _("true or false"))
JSON_NUMBER = Code("json_number", _("a number"))
JSON_TEXT = Code("json_text", _("a string"))
JSON_LIST = Code("json_list", _("a list with {count} items"))
JSON_OBJECT = Code("json_object", _("an object"))

# Recipes ------------------------------------------------------------------------------------------
UNKNOWN_SETTINGS = Code("unknown_settings", _("unknown settings {names}; choose from {known}"))
SETTING_NOT_WHOLE = Code(
    "setting_not_whole",
    _("{name} must be a whole number from {low} to {high}, not {given}"),
    low=",",
    high=",",
)
SETTING_NOT_A_NUMBER = Code(
    "setting_not_a_number",
    _("{name} must be a number from {low} to {high}, not {given}"),
    low=",",
    high=",",
)

# Files of a version -------------------------------------------------------------------------------
NO_USABLE_MODEL = Code("no_usable_model", _("No usable model in {folder}: {reason}"))
FILES_MISSING = Code("files_missing", _("Missing: {names}."))
FILE_ALTERED = Code("file_altered", _("{file} is not the file that {card} was written for."))
CARD_NOT_JSON = Code("card_not_json", _("{card} is not JSON: {reason}"))
CARD_OF_ANOTHER_FORMAT = Code("card_of_another_format", _("{card} does not have format {number}."))
CARD_OUT_OF_RANGE = Code(
    "card_out_of_range", _("The card's {name} is missing or out of range: {value}.")
)
LITERT_UNREADABLE = Code("litert_unreadable", _("The LiteRT file cannot be read: {reason}"))
LITERT_OF_ANOTHER_SHAPE = Code(
    "litert_of_another_shape",
    _("The network should take {input} and return {output}, both float32."),
)
ANSWERS_NOT_FINITE = Code(
    "answers_not_finite", _("The network returns numbers that are not finite.")
)
UNKNOWN_ARCHITECTURE = Code(
    "unknown_architecture", _("unknown architecture {name}; choose from {names}")
)
WEIGHTS_UNREADABLE = Code("weights_unreadable", _("the weights cannot be read: {reason}"))
WEIGHTS_OF_ANOTHER_NETWORK = Code(
    "weights_of_another_network", _("the weights belong to another architecture")
)
WEIGHTS_OF_ANOTHER_SHAPE = Code(
    "weights_of_another_shape", _("{name} has shape {found}, not {expected}")
)

# Data sets ----------------------------------------------------------------------------------------
MNIST_ADVICE = Code(
    "mnist_advice",
    _(
        "give the path of an mnist.npz (x_train, y_train, x_test, y_test) with --data or "
        "MNIST_PATH, or allow one download from MNIST_URL"
    ),
)
MNIST_ADDRESS = Code(
    "mnist_address", _("MNIST_URL must be an http(s) address, not {url}; {advice}")
)
MNIST_NOT_FETCHED = Code(
    "mnist_not_fetched", _("MNIST could not be fetched from {url} ({reason}); {advice}")
)
MNIST_CHECKSUM = Code(
    "mnist_checksum", _("the download from {url} does not have the checksum {checksum}; {advice}")
)
MNIST_UNREADABLE = Code(
    "mnist_unreadable", _("{path} is not a readable mnist.npz ({reason}); {advice}")
)
MNIST_PICTURES = Code("mnist_pictures", _("{path}: images must be uint8 (n, {side}, {side})"))
MNIST_LABELS = Code("mnist_labels", _("{path}: there must be one label from 0 to 9 per image"))
DEV_SETS_ADVICE = Code("dev_sets_advice", _("give the folder with --dev-sets or DEV_SETS_PATH"))
DEV_SETS_FOLDER = Code("dev_sets_folder", _("{path} is not a folder of dev sets; {advice}"))
DEV_SET_UNREADABLE = Code("dev_set_unreadable", _("{path} does not hold x and y ({reason})"))
PHOTOGRAPH_WITHOUT_LABEL = Code(
    "photograph_without_label", _("the name of {path} must start with its digit, as in 7_81.png")
)
PEN_ADVICE = Code(
    "pen_advice",
    _(
        "accepted are the files pendigits-orig.tra and pendigits-orig.tes, uncompressed, of "
        "“Pen-Based Recognition of Handwritten Digits” (Alpaydin and Alimoglu 1998, CC BY 4.0, "
        "https://archive.ics.uci.edu/dataset/81), a folder with them, or JSON: "
        '[{"user": "w1", "label": 7, "strokes": [[[x, y], ...], ...]}, ...]; give the path with '
        "--pen or PEN_PATH"
    ),
)
PEN_UNREADABLE = Code("pen_unreadable", _("{path} cannot be read ({reason}); {advice}"))
PEN_FOLDER = Code("pen_folder", _("{path} has none of {names}; {advice}"), names=", ")
PEN_COMPRESSED = Code(
    "pen_compressed",
    _("{path} is compressed; uncompress it first, for example with “gzip -d”; {advice}"),
)
PEN_FOREIGN = Code(
    "pen_foreign", _("{path} is neither a UNIPEN file nor a JSON list of drawings; {advice}")
)
PEN_FILE_NAME = Code(
    "pen_file_name",
    _(
        "the name of the UNIPEN file {path} must end in .tra or .tes, because each of the two "
        "files numbers its writers from 1; {advice}"
    ),
)
PEN_EMPTY = Code("pen_empty", _("{path} contains no drawings; {advice}"))
PEN_ONLY_RESERVED = Code(
    "pen_only_reserved",
    _("{path} only has writers who are kept for tests, and none to train on; {advice}"),
)
PEN_LINE = Code("pen_line", _("{path}, line {line}: {reason}; {advice}"))
PEN_ENTRY = Code("pen_entry", _("{path}, entry {entry}: {reason}; {advice}"))
PEN_NOT_AN_OBJECT = Code(
    "pen_not_an_object", _("an object with “user”, “label” and “strokes” is expected")
)
PEN_WRITER = Code("pen_writer", _("“user” must be the name of the writer, a string"))
PEN_SOURCE = Code("pen_source", _("“source” must be a string"))
PEN_LABEL = Code("pen_label", _("“label” must be a whole number from 0 to 9"))
PEN_SYMBOL = Code("pen_symbol", _("“label” must be the name of a symbol, a string"))
PEN_NO_INK = Code("pen_no_ink", _("the drawing has no points"))
PEN_SEGMENT = Code(
    "pen_segment", _('.SEGMENT must be as in: .SEGMENT DIGIT 3-4 ? "7", with a digit from 0 to 9')
)
PEN_COMMENT = Code(
    "pen_comment",
    _(
        "a digit has one .COMMENT: its label, which is {label}, the number of its writer, and "
        "another number"
    ),
)
PEN_NO_COMMENT = Code("pen_no_comment", _("the digit has no .COMMENT with its writer"))
PEN_STROKE_COUNT = Code(
    "pen_stroke_count", _("strokes of the digit by its .SEGMENT: {declared}; found: {found}")
)
PEN_ORDER = Code(
    "pen_order",
    _("{keyword} is not expected here: strokes are .PEN_DOWN, points and .PEN_UP, after .SEGMENT"),
)
PEN_CUT = Code("pen_cut", _("the file ends within a stroke"))
PEN_COORD = Code("pen_coord", _(".COORD must name the columns X and Y"))
PEN_POINT = Code("pen_point", _("a point must be one number for each of {columns}"), columns=", ")

# Retraining ---------------------------------------------------------------------------------------
ALL_ANSWERED_CORRECTLY = Code(
    "all_answered_correctly",
    _("Nothing to learn: all corrections are already answered correctly ({count})."),
    count=",",
)

# Progress of a training ---------------------------------------------------------------------------
READING_MNIST = Code("reading_mnist", _("Reading MNIST"))
CALIBRATING = Code("calibrating", _("Calibrating and measuring"))
LOADING_TENSORFLOW = Code("loading_tensorflow", _("Loading TensorFlow"))
PREPARING_REHEARSAL = Code("preparing_rehearsal", _("Preparing the rehearsal data"))
EXAMPLES_COUNTED = Code(
    "examples_counted",
    _("Corrections to learn: {count}; rehearsal images: {rehearsed}"),
    rehearsed=",",
)
WEIGHTS_KEPT = Code(
    "weights_kept", _("Weight interpolation: {share} of the way from the parent"), share=".0%"
)
MEASURING = Code("measuring", _("Measuring the candidate, its parent and the shipped version"))
