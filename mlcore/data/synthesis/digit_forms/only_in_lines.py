"""Forms that are told apart by the digits beside them; alone they may be letters or signs."""

ONLY_IN_LINES = """
five_without_belly 0.04
    78,-4 50,-1 30,5! 28,38 26,70 18,94 6,94 0,76
    64,2 42,1 26,8! 25,34 32,62 26,90 12,98 0,88
    56,8 36,0 22,10! 20,38 22,68 17,96 7,98 0,90
    90,-10 58,-4 34,4! 30,40 28,74 16,98 4,86 -2,62
"""
