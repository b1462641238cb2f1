"""The tables of a bank as plain SQL statements, by version. Released statements are never edited; migrations add new ones."""

from __future__ import annotations

APPLICATION_ID = 0x45534342
"""Marks a file as a Skills Bank in its header (the letters ESCB)."""

SCHEMA_VERSION = 6
"""How many migrations a bank of this program has seen; kept in the file header as ``user_version``."""

SCHEMA_1: tuple[str, ...] = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # Revisions and skills. A revision stores only what it changed: each row of revision_skills says from which revision
    # on (inclusive) to which (exclusive, NULL while in force) a skill stood in which version.
    """CREATE TABLE revisions (
        number INTEGER PRIMARY KEY, first_parent INTEGER REFERENCES revisions, second_parent INTEGER REFERENCES revisions,
        kind TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL, message TEXT NOT NULL, hash TEXT NOT NULL,
        restores INTEGER REFERENCES revisions, skills INTEGER NOT NULL) STRICT""",
    "CREATE INDEX revisions_by_hash ON revisions (hash)",
    """CREATE TABLE skill_versions (
        id INTEGER PRIMARY KEY, slug TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, locked TEXT NOT NULL,
        content_hash TEXT NOT NULL, skill_hash TEXT NOT NULL, actions TEXT NOT NULL, author TEXT NOT NULL,
        time TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (slug, version), UNIQUE (slug, skill_hash)) STRICT""",
    """CREATE TABLE revision_skills (
        slug TEXT NOT NULL, from_revision INTEGER NOT NULL REFERENCES revisions, to_revision INTEGER REFERENCES revisions,
        version_id INTEGER NOT NULL REFERENCES skill_versions, PRIMARY KEY (slug, from_revision)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX revision_skills_from ON revision_skills (from_revision)",
    "CREATE INDEX revision_skills_to ON revision_skills (to_revision)",
    # One light row for each skill in force, with what a list shows; kept by every commit and every evidence snapshot.
    """CREATE TABLE skill_cards (
        id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, version_id INTEGER NOT NULL REFERENCES skill_versions,
        version INTEGER NOT NULL, skill_hash TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL,
        status TEXT NOT NULL, strategies TEXT NOT NULL, states TEXT NOT NULL, scenarios TEXT NOT NULL,
        stages TEXT NOT NULL, severities TEXT NOT NULL, lint_notes INTEGER NOT NULL, origin TEXT NOT NULL, time TEXT NOT NULL,
        helped INTEGER NOT NULL, neutral INTEGER NOT NULL, harmed INTEGER NOT NULL,
        evidence_mean REAL NOT NULL, evidence_interval REAL NOT NULL, watch_note TEXT NOT NULL) STRICT""",
    "CREATE INDEX skill_cards_by_title ON skill_cards (title COLLATE NOCASE, slug)",
    """CREATE VIRTUAL TABLE skill_search USING fts5(
        slug, title, summary, guidance, applies, examples, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3')""",
    """CREATE TABLE drafts (
        key TEXT PRIMARY KEY, slug TEXT, conversation TEXT, content TEXT NOT NULL, base_revision INTEGER NOT NULL,
        base_version INTEGER, time TEXT NOT NULL) STRICT""",
    # Dialogues, units and labels. The columns of units repeat the label in force; unit_labels keeps every label given.
    """CREATE TABLE dialogues (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, licence TEXT NOT NULL, language TEXT NOT NULL, helped INTEGER,
        conversation TEXT, header TEXT NOT NULL, hash TEXT NOT NULL) STRICT""",
    "CREATE INDEX dialogues_by_conversation ON dialogues (conversation) WHERE conversation IS NOT NULL",
    """CREATE TABLE dialogue_turns (
        dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, turn INTEGER NOT NULL, speaker TEXT NOT NULL,
        text TEXT NOT NULL, strategy TEXT, feedback INTEGER, PRIMARY KEY (dialogue, turn)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE units (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, label INTEGER, state TEXT NOT NULL,
        actions TEXT NOT NULL, change TEXT NOT NULL, polarity TEXT NOT NULL, scenario TEXT NOT NULL, stage TEXT NOT NULL,
        intensity INTEGER NOT NULL, labeller_kind TEXT NOT NULL, quote TEXT NOT NULL) STRICT""",
    "CREATE INDEX units_by_dialogue ON units (dialogue)",
    """CREATE TABLE unit_labels (
        id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, labeller TEXT NOT NULL,
        labeller_kind TEXT NOT NULL CHECK (labeller_kind IN ('human', 'machine')), time TEXT NOT NULL,
        labels TEXT NOT NULL, hash TEXT NOT NULL, UNIQUE (unit, hash)) STRICT""",
    """CREATE TABLE quotes (
        label INTEGER NOT NULL REFERENCES unit_labels ON DELETE CASCADE, place INTEGER NOT NULL, turn INTEGER NOT NULL,
        role TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        PRIMARY KEY (label, place)) STRICT, WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE unit_search USING fts5(words, tokenize = "unicode61 remove_diacritics 2")""",
    "CREATE VIRTUAL TABLE unit_words USING fts5vocab(unit_search, 'row')",
    """CREATE TABLE profiles (
        id TEXT PRIMARY KEY, shelf TEXT NOT NULL, language TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL)
        STRICT""",
    # The evidence ledger: rows are added, never changed.
    """CREATE TABLE evidence (
        id INTEGER PRIMARY KEY AUTOINCREMENT, skill TEXT NOT NULL, version INTEGER NOT NULL, unit TEXT,
        conversation TEXT, turn INTEGER, outcome TEXT NOT NULL, state TEXT NOT NULL, seeker_group TEXT NOT NULL,
        source TEXT NOT NULL, shelf TEXT NOT NULL, time TEXT NOT NULL) STRICT""",
    "CREATE INDEX evidence_by_skill ON evidence (skill, id)",
    # Answers the sums of the ranker by itself, without looking at the rows.
    "CREATE INDEX evidence_counted ON evidence (skill, version, state, source, outcome) WHERE shelf = 'develop'",
    "CREATE INDEX evidence_by_unit ON evidence (unit) WHERE unit IS NOT NULL",
    """CREATE TABLE evidence_snapshots (
        number INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, counted INTEGER NOT NULL, time TEXT NOT NULL) STRICT""",
    # Talks.
    """CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, live INTEGER NOT NULL, language TEXT NOT NULL, revision INTEGER NOT NULL,
        started TEXT NOT NULL, last TEXT NOT NULL, turns INTEGER NOT NULL, events INTEGER NOT NULL,
        open_turn INTEGER, owner TEXT NOT NULL, may_learn INTEGER, closed INTEGER NOT NULL, forgotten INTEGER NOT NULL)
        STRICT""",
    "CREATE INDEX conversations_by_last ON conversations (last DESC, id)",
    "CREATE INDEX conversations_open ON conversations (open_turn) WHERE open_turn IS NOT NULL",
    """CREATE TABLE events (
        event_id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL REFERENCES conversations,
        turn INTEGER NOT NULL, kind TEXT NOT NULL, segment INTEGER, time TEXT NOT NULL, data TEXT NOT NULL) STRICT""",
    "CREATE INDEX events_by_conversation ON events (conversation, turn, event_id)",
    """CREATE VIRTUAL TABLE utterance_search USING fts5(
        words, conversation UNINDEXED, turn UNINDEXED, speaker UNINDEXED, tokenize = "unicode61 remove_diacritics 2")""",
    "CREATE TABLE interface_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

SCHEMA_2: tuple[str, ...] = (
    # What a list of dialogues shows, and the hash of their words alone, by which the same talk is known in any format.
    "ALTER TABLE dialogues ADD COLUMN text_hash TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE dialogues ADD COLUMN turns INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE dialogues ADD COLUMN problem TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE dialogues ADD COLUMN emotion TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX dialogues_by_text ON dialogues (text_hash)",
    # Which annotator has read which dialogue: extraction goes on where it stopped.
    """CREATE TABLE extractions (
        annotator TEXT NOT NULL, dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, units INTEGER NOT NULL,
        time TEXT NOT NULL, PRIMARY KEY (annotator, dialogue)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX extractions_by_dialogue ON extractions (dialogue)",
    # Labels by people: a label taken back stays and counts no more; an adjudicated one outranks every other.
    "ALTER TABLE units ADD COLUMN confidence REAL NOT NULL DEFAULT 1",
    "CREATE INDEX units_in_line ON units (polarity, confidence, number)",
    "ALTER TABLE unit_labels ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE unit_labels ADD COLUMN adjudicated INTEGER NOT NULL DEFAULT 0",
    "CREATE INDEX unit_labels_by_unit ON unit_labels (unit, labeller_kind)",
    """CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('accept', 'correct', 'skip', 'flag', 'pass', 'adjudicate')),
        label INTEGER REFERENCES unit_labels ON DELETE CASCADE, note TEXT NOT NULL, time TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX decisions_by_annotator ON decisions (annotator, unit) WHERE undone = 0",
    "CREATE INDEX decisions_by_unit ON decisions (unit) WHERE undone = 0",
    # Prototypes, the skills mined from them, and whose words a mined skill rests on (kept when its units go).
    """CREATE TABLE prototype_runs (
        number INTEGER PRIMARY KEY, time TEXT NOT NULL, seed INTEGER NOT NULL, settings TEXT NOT NULL,
        units INTEGER NOT NULL, prototypes INTEGER NOT NULL) STRICT""",
    """CREATE TABLE prototypes (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES prototype_runs ON DELETE CASCADE, number INTEGER NOT NULL,
        state TEXT NOT NULL, action TEXT NOT NULL, polarity TEXT NOT NULL, words TEXT NOT NULL, units INTEGER NOT NULL,
        cluster INTEGER, UNIQUE (run, number)) STRICT""",
    """CREATE TABLE prototype_units (
        prototype INTEGER NOT NULL REFERENCES prototypes ON DELETE CASCADE,
        unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, closeness REAL NOT NULL,
        PRIMARY KEY (prototype, unit)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX prototype_units_by_unit ON prototype_units (unit)",
    """CREATE TABLE skill_prototypes (
        slug TEXT NOT NULL, prototype INTEGER NOT NULL REFERENCES prototypes ON DELETE CASCADE,
        PRIMARY KEY (slug, prototype)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX skill_prototypes_by_prototype ON skill_prototypes (prototype)",
    "CREATE TABLE skill_sources (slug TEXT NOT NULL, text_hash TEXT NOT NULL, PRIMARY KEY (slug, text_hash)) STRICT, WITHOUT ROWID",
    # Learned models as plain arrays and vocabularies, with their cards; nothing in them is ever run.
    """CREATE TABLE artefacts (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, time TEXT NOT NULL,
        licences TEXT NOT NULL, card TEXT NOT NULL, hash TEXT NOT NULL, in_use INTEGER NOT NULL) STRICT""",
    """CREATE TABLE artefact_parts (
        artefact INTEGER NOT NULL REFERENCES artefacts ON DELETE CASCADE, name TEXT NOT NULL, kind TEXT NOT NULL,
        shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (artefact, name)) STRICT""",
    """CREATE TABLE artefact_sources (
        artefact INTEGER NOT NULL REFERENCES artefacts ON DELETE CASCADE, text_hash TEXT NOT NULL,
        PRIMARY KEY (artefact, text_hash)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE measurements (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, settings TEXT NOT NULL, result TEXT NOT NULL)
        STRICT""",
    """CREATE TABLE vectors (
        model TEXT NOT NULL, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, text_hash TEXT NOT NULL,
        data BLOB NOT NULL, PRIMARY KEY (model, unit)) STRICT""",
    "CREATE INDEX vectors_by_unit ON vectors (unit)",
    # An outcome that was read wrongly is replaced by a later row; both stay.
    "ALTER TABLE evidence ADD COLUMN replaces INTEGER REFERENCES evidence",
    "CREATE UNIQUE INDEX evidence_replaced ON evidence (replaces) WHERE replaces IS NOT NULL",
)

SCHEMA_3: tuple[str, ...] = (
    # Runs of simulated talks. A run is planned whole: each of its episodes has a row before the first one starts.
    """CREATE TABLE runs (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('simulated', 'imported')),
        title TEXT NOT NULL, time TEXT NOT NULL, settings TEXT NOT NULL, forecast TEXT NOT NULL, state TEXT NOT NULL
        CHECK (state IN ('planned', 'running', 'paused', 'done', 'cancelled', 'stopped', 'failed')), owner TEXT NOT NULL,
        reason TEXT NOT NULL, episodes INTEGER NOT NULL, started TEXT, ended TEXT, calls INTEGER NOT NULL DEFAULT 0,
        tokens INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0) STRICT""",
    # The profile as it was when it was played: later edits do not change old runs.
    "CREATE TABLE played_profiles (hash TEXT PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE episodes (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL, conversation TEXT NOT NULL UNIQUE,
        profile TEXT NOT NULL, profile_hash TEXT NOT NULL REFERENCES played_profiles (hash), name TEXT NOT NULL, arm INTEGER NOT NULL,
        repeat INTEGER NOT NULL, seed INTEGER NOT NULL, shelf TEXT NOT NULL, scenario TEXT NOT NULL, character TEXT NOT NULL,
        need TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'finished')), outcome TEXT,
        emotion INTEGER NOT NULL, curve TEXT NOT NULL, turns INTEGER NOT NULL, flags TEXT NOT NULL, skills TEXT NOT NULL,
        critic TEXT NOT NULL, reason TEXT NOT NULL, started TEXT, ended TEXT, PRIMARY KEY (run, number)) STRICT, WITHOUT ROWID""",
    # What a person asks of a run under way: pause, resume, cancel, step; of one episode or (NULL) of all.
    """CREATE TABLE controls (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, episode INTEGER,
        kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'cancel', 'step', 'watch', 'unwatch')), time TEXT NOT NULL,
        taken INTEGER NOT NULL DEFAULT 0) STRICT""",
    "CREATE INDEX controls_waiting ON controls (run, id) WHERE taken = 0",
    # Answers of endpoints, by everything that matters for them.
    "CREATE TABLE cached_answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL, time TEXT NOT NULL) STRICT, WITHOUT ROWID",
)

SCHEMA_4: tuple[str, ...] = (
    # Signs of life of the process that carries a run out: a count that no clock can turn back, and when the last one came.
    "ALTER TABLE runs ADD COLUMN signs INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE runs ADD COLUMN last_sign TEXT",
    # The run that asked for an answer: it goes with its run.
    "ALTER TABLE cached_answers ADD COLUMN run INTEGER REFERENCES runs ON DELETE CASCADE",
    "CREATE INDEX cached_answers_by_run ON cached_answers (run)",
)

SCHEMA_5: tuple[str, ...] = (
    # What a proposal would make of some skills (null: out of force), known by the hash of it: what a supporter can be tried with.
    "CREATE TABLE candidates (digest TEXT PRIMARY KEY, changes TEXT NOT NULL, time TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE findings (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL,
        run INTEGER REFERENCES runs ON DELETE SET NULL, round TEXT NOT NULL, time TEXT NOT NULL) STRICT""",
    """CREATE TABLE proposals (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
        base_revision INTEGER NOT NULL, digest TEXT NOT NULL REFERENCES candidates (digest), content TEXT NOT NULL, round TEXT NOT NULL,
        gate TEXT NOT NULL, time TEXT NOT NULL, replaced_by INTEGER REFERENCES proposals) STRICT""",
    """CREATE TABLE cohorts (
        number INTEGER PRIMARY KEY, shelf TEXT NOT NULL, seed INTEGER NOT NULL, seeker_group TEXT NOT NULL, hash TEXT NOT NULL,
        time TEXT NOT NULL, retired TEXT) STRICT""",
    """CREATE TABLE cohort_profiles (
        cohort INTEGER NOT NULL REFERENCES cohorts ON DELETE CASCADE, place INTEGER NOT NULL, profile TEXT NOT NULL,
        target INTEGER NOT NULL, PRIMARY KEY (cohort, place)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE verifications (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, proposal INTEGER NOT NULL REFERENCES proposals, time TEXT NOT NULL,
        registration TEXT NOT NULL, cohort INTEGER NOT NULL REFERENCES cohorts, state TEXT NOT NULL
        CHECK (state IN ('registered', 'running', 'done', 'stopped', 'failed')), stage TEXT NOT NULL, owner TEXT NOT NULL,
        reason TEXT NOT NULL, notes TEXT NOT NULL, verdict TEXT, ended TEXT) STRICT""",
    # What was registered is never changed, and a verdict is given once.
    """CREATE TRIGGER registrations_stay BEFORE UPDATE OF registration, proposal, cohort, time ON verifications
        BEGIN SELECT RAISE(ABORT, 'a registration is never changed'); END""",
    """CREATE TRIGGER verdicts_stay BEFORE UPDATE OF verdict ON verifications WHEN OLD.verdict IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a verdict is never changed'); END""",
    """CREATE TABLE verification_runs (
        verification INTEGER NOT NULL REFERENCES verifications ON DELETE CASCADE, place INTEGER NOT NULL, stage TEXT NOT NULL,
        run INTEGER NOT NULL REFERENCES runs, PRIMARY KEY (verification, place)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE proposal_decisions (
        id INTEGER PRIMARY KEY, proposal INTEGER NOT NULL REFERENCES proposals, kind TEXT NOT NULL
        CHECK (kind IN ('accept', 'reject', 'promote', 'withdraw')), author TEXT NOT NULL, time TEXT NOT NULL, reason TEXT NOT NULL,
        verification INTEGER REFERENCES verifications, revision INTEGER, automatic INTEGER NOT NULL) STRICT""",
    # Two transcripts read without knowing which bank is which; ``choice`` is about the arms, not about the sides they were shown on.
    """CREATE TABLE blind_readings (
        id INTEGER PRIMARY KEY, verification INTEGER NOT NULL REFERENCES verifications ON DELETE CASCADE, old TEXT NOT NULL,
        new TEXT NOT NULL, reader TEXT NOT NULL, choice TEXT NOT NULL CHECK (choice IN ('old', 'new', 'same')),
        reason TEXT NOT NULL, time TEXT NOT NULL, UNIQUE (verification, old, reader)) STRICT""",
    """CREATE TABLE regression_cases (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content TEXT NOT NULL, author TEXT NOT NULL,
        time TEXT NOT NULL) STRICT""",
)

SCHEMA_6: tuple[str, ...] = (
    # Rows of the ledger that a snapshot does not count although they lie before its end: what was set back. First and last included.
    """CREATE TABLE evidence_left_out (
        snapshot INTEGER NOT NULL REFERENCES evidence_snapshots, first INTEGER NOT NULL, last INTEGER NOT NULL,
        PRIMARY KEY (snapshot, first)) STRICT, WITHOUT ROWID""",
    # Revisions that put other evidence into force: the snapshot just before, and the one made with it.
    """CREATE TABLE evidence_revisions (
        revision INTEGER PRIMARY KEY REFERENCES revisions, before INTEGER NOT NULL REFERENCES evidence_snapshots,
        after INTEGER NOT NULL REFERENCES evidence_snapshots) STRICT""",
)
