"""The embedded writer of seekers: people, stories, voices and needs from written parts, put together under a seed.

``parts`` reads the data files, ``filling`` the slots in them, ``people`` draws who it is, ``voicing`` gives every sentence the person's
way of typing, ``stories`` puts a profile together, ``likeness`` says how alike two profiles are, ``writer`` is the role.
"""
