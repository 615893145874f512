"""The words of the library: what owners ask of the audio that is kept for them, and what they are told.

Orders go in, facts come out. An item is a job, mostly one that has its audio; a share is a link to some of them, for
anybody who has it. Times are seconds since 1970.
"""
