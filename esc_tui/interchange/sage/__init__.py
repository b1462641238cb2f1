"""SAGE's files (Tencent/digitalhuman, MIT): profiles of simulated seekers, and recorded talks with their emotions, in and out.

``wordings`` holds the published Chinese names of labels, ``fields`` reads single values, ``profiles`` one line of a profile file,
``results`` one line of a result file, ``episodes`` turns a recorded talk into our events and a stream of events into such a line.
"""
