"""Dialogues of others, recognised by what is in a file: ESConv in its forms, FailedESConv, ChatML, ShareGPT.

``elements`` cuts a file of any size into JSON values, ``names`` holds the words corpora use for speakers and strategies,
``rows`` turns one value into a dialogue, ``corpus`` joins them: a file in, dialogues and everything not taken out.
"""
