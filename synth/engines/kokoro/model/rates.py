"""The clocks of the network, in steps per frame. A frame is what durations count: 600 samples, 1/40 s."""

FRAME = 1
CURVE = 2  # pitch and loudness, the output of the decoder
COARSE = 20  # the generator's first stage
FINE = 120  # its second; one step more than that at the end, as a centred STFT has

HOP = 5  # samples per FINE step
WINDOW = 20  # samples of an STFT window
BINS = WINDOW // 2 + 1
FRAME_SAMPLES = FINE * HOP
SAMPLE_RATE = 24_000
FRAME_RATE = SAMPLE_RATE // FRAME_SAMPLES


def steps(frames: int, rate: int) -> int:
    return frames * rate + (rate == FINE)
