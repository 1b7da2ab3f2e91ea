"""Pictures of known digits: what people write on, the light it lies in and what takes the picture.

`digits` has the ink, `sheets` what it is written on, `cameras` light, lens and file; `kinds` puts
them together. All of it is seeded; nothing here comes from the code under test but the strokes.
"""
