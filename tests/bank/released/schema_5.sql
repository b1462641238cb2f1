PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE _sqlite_migrations (id INTEGER PRIMARY KEY, migration_set TEXT NOT NULL, name TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE revisions (
        number INTEGER PRIMARY KEY, first_parent INTEGER REFERENCES revisions, second_parent INTEGER REFERENCES revisions,
        kind TEXT NOT NULL, author TEXT NOT NULL, time TEXT NOT NULL, message TEXT NOT NULL, hash TEXT NOT NULL,
        restores INTEGER REFERENCES revisions, skills INTEGER NOT NULL) STRICT;
CREATE TABLE skill_versions (
        id INTEGER PRIMARY KEY, slug TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL, locked TEXT NOT NULL,
        content_hash TEXT NOT NULL, skill_hash TEXT NOT NULL, actions TEXT NOT NULL, author TEXT NOT NULL,
        time TEXT NOT NULL, content TEXT NOT NULL, UNIQUE (slug, version), UNIQUE (slug, skill_hash)) STRICT;
CREATE TABLE revision_skills (
        slug TEXT NOT NULL, from_revision INTEGER NOT NULL REFERENCES revisions, to_revision INTEGER REFERENCES revisions,
        version_id INTEGER NOT NULL REFERENCES skill_versions, PRIMARY KEY (slug, from_revision)) STRICT, WITHOUT ROWID;
CREATE TABLE skill_cards (
        id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, version_id INTEGER NOT NULL REFERENCES skill_versions,
        version INTEGER NOT NULL, skill_hash TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL,
        status TEXT NOT NULL, strategies TEXT NOT NULL, states TEXT NOT NULL, scenarios TEXT NOT NULL,
        stages TEXT NOT NULL, severities TEXT NOT NULL, lint_notes INTEGER NOT NULL, origin TEXT NOT NULL, time TEXT NOT NULL,
        helped INTEGER NOT NULL, neutral INTEGER NOT NULL, harmed INTEGER NOT NULL,
        evidence_mean REAL NOT NULL, evidence_interval REAL NOT NULL, watch_note TEXT NOT NULL) STRICT;
CREATE TABLE drafts (
        key TEXT PRIMARY KEY, slug TEXT, conversation TEXT, content TEXT NOT NULL, base_revision INTEGER NOT NULL,
        base_version INTEGER, time TEXT NOT NULL) STRICT;
CREATE TABLE dialogues (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, licence TEXT NOT NULL, language TEXT NOT NULL, helped INTEGER,
        conversation TEXT, header TEXT NOT NULL, hash TEXT NOT NULL, text_hash TEXT NOT NULL DEFAULT '', turns INTEGER NOT NULL DEFAULT 0, problem TEXT NOT NULL DEFAULT '', emotion TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE dialogue_turns (
        dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, turn INTEGER NOT NULL, speaker TEXT NOT NULL,
        text TEXT NOT NULL, strategy TEXT, feedback INTEGER, PRIMARY KEY (dialogue, turn)) STRICT, WITHOUT ROWID;
CREATE TABLE units (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, label INTEGER, state TEXT NOT NULL,
        actions TEXT NOT NULL, change TEXT NOT NULL, polarity TEXT NOT NULL, scenario TEXT NOT NULL, stage TEXT NOT NULL,
        intensity INTEGER NOT NULL, labeller_kind TEXT NOT NULL, quote TEXT NOT NULL, confidence REAL NOT NULL DEFAULT 1) STRICT;
CREATE TABLE unit_labels (
        id INTEGER PRIMARY KEY, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, labeller TEXT NOT NULL,
        labeller_kind TEXT NOT NULL CHECK (labeller_kind IN ('human', 'machine')), time TEXT NOT NULL,
        labels TEXT NOT NULL, hash TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0, adjudicated INTEGER NOT NULL DEFAULT 0, UNIQUE (unit, hash)) STRICT;
CREATE TABLE quotes (
        label INTEGER NOT NULL REFERENCES unit_labels ON DELETE CASCADE, place INTEGER NOT NULL, turn INTEGER NOT NULL,
        role TEXT NOT NULL, text TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        PRIMARY KEY (label, place)) STRICT, WITHOUT ROWID;
CREATE TABLE profiles (
        id TEXT PRIMARY KEY, shelf TEXT NOT NULL, language TEXT NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL)
        STRICT;
CREATE TABLE evidence (
        id INTEGER PRIMARY KEY AUTOINCREMENT, skill TEXT NOT NULL, version INTEGER NOT NULL, unit TEXT,
        conversation TEXT, turn INTEGER, outcome TEXT NOT NULL, state TEXT NOT NULL, seeker_group TEXT NOT NULL,
        source TEXT NOT NULL, shelf TEXT NOT NULL, time TEXT NOT NULL, replaces INTEGER REFERENCES evidence) STRICT;
CREATE TABLE evidence_snapshots (
        number INTEGER PRIMARY KEY, last_row INTEGER NOT NULL, counted INTEGER NOT NULL, time TEXT NOT NULL) STRICT;
CREATE TABLE conversations (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, live INTEGER NOT NULL, language TEXT NOT NULL, revision INTEGER NOT NULL,
        started TEXT NOT NULL, last TEXT NOT NULL, turns INTEGER NOT NULL, events INTEGER NOT NULL,
        open_turn INTEGER, owner TEXT NOT NULL, may_learn INTEGER, closed INTEGER NOT NULL, forgotten INTEGER NOT NULL)
        STRICT;
CREATE TABLE events (
        event_id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL REFERENCES conversations,
        turn INTEGER NOT NULL, kind TEXT NOT NULL, segment INTEGER, time TEXT NOT NULL, data TEXT NOT NULL) STRICT;
CREATE TABLE interface_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE extractions (
        annotator TEXT NOT NULL, dialogue TEXT NOT NULL REFERENCES dialogues ON DELETE CASCADE, units INTEGER NOT NULL,
        time TEXT NOT NULL, PRIMARY KEY (annotator, dialogue)) STRICT, WITHOUT ROWID;
CREATE TABLE decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE,
        annotator TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('accept', 'correct', 'skip', 'flag', 'pass', 'adjudicate')),
        label INTEGER REFERENCES unit_labels ON DELETE CASCADE, note TEXT NOT NULL, time TEXT NOT NULL,
        undone INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE prototype_runs (
        number INTEGER PRIMARY KEY, time TEXT NOT NULL, seed INTEGER NOT NULL, settings TEXT NOT NULL,
        units INTEGER NOT NULL, prototypes INTEGER NOT NULL) STRICT;
CREATE TABLE prototypes (
        id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES prototype_runs ON DELETE CASCADE, number INTEGER NOT NULL,
        state TEXT NOT NULL, action TEXT NOT NULL, polarity TEXT NOT NULL, words TEXT NOT NULL, units INTEGER NOT NULL,
        cluster INTEGER, UNIQUE (run, number)) STRICT;
CREATE TABLE prototype_units (
        prototype INTEGER NOT NULL REFERENCES prototypes ON DELETE CASCADE,
        unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, closeness REAL NOT NULL,
        PRIMARY KEY (prototype, unit)) STRICT, WITHOUT ROWID;
CREATE TABLE skill_prototypes (
        slug TEXT NOT NULL, prototype INTEGER NOT NULL REFERENCES prototypes ON DELETE CASCADE,
        PRIMARY KEY (slug, prototype)) STRICT, WITHOUT ROWID;
CREATE TABLE skill_sources (slug TEXT NOT NULL, text_hash TEXT NOT NULL, PRIMARY KEY (slug, text_hash)) STRICT, WITHOUT ROWID;
CREATE TABLE artefacts (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL UNIQUE, time TEXT NOT NULL,
        licences TEXT NOT NULL, card TEXT NOT NULL, hash TEXT NOT NULL, in_use INTEGER NOT NULL) STRICT;
CREATE TABLE artefact_parts (
        artefact INTEGER NOT NULL REFERENCES artefacts ON DELETE CASCADE, name TEXT NOT NULL, kind TEXT NOT NULL,
        shape TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (artefact, name)) STRICT;
CREATE TABLE artefact_sources (
        artefact INTEGER NOT NULL REFERENCES artefacts ON DELETE CASCADE, text_hash TEXT NOT NULL,
        PRIMARY KEY (artefact, text_hash)) STRICT, WITHOUT ROWID;
CREATE TABLE measurements (
        number INTEGER PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, settings TEXT NOT NULL, result TEXT NOT NULL)
        STRICT;
CREATE TABLE vectors (
        model TEXT NOT NULL, unit INTEGER NOT NULL REFERENCES units ON DELETE CASCADE, text_hash TEXT NOT NULL,
        data BLOB NOT NULL, PRIMARY KEY (model, unit)) STRICT;
CREATE TABLE runs (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('simulated', 'imported')),
        title TEXT NOT NULL, time TEXT NOT NULL, settings TEXT NOT NULL, forecast TEXT NOT NULL, state TEXT NOT NULL
        CHECK (state IN ('planned', 'running', 'paused', 'done', 'cancelled', 'stopped', 'failed')), owner TEXT NOT NULL,
        reason TEXT NOT NULL, episodes INTEGER NOT NULL, started TEXT, ended TEXT, calls INTEGER NOT NULL DEFAULT 0,
        tokens INTEGER NOT NULL DEFAULT 0, seconds REAL NOT NULL DEFAULT 0, signs INTEGER NOT NULL DEFAULT 0, last_sign TEXT) STRICT;
CREATE TABLE played_profiles (hash TEXT PRIMARY KEY, id TEXT NOT NULL, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE episodes (
        run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, number INTEGER NOT NULL, conversation TEXT NOT NULL UNIQUE,
        profile TEXT NOT NULL, profile_hash TEXT NOT NULL REFERENCES played_profiles (hash), name TEXT NOT NULL, arm INTEGER NOT NULL,
        repeat INTEGER NOT NULL, seed INTEGER NOT NULL, shelf TEXT NOT NULL, scenario TEXT NOT NULL, character TEXT NOT NULL,
        need TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'finished')), outcome TEXT,
        emotion INTEGER NOT NULL, curve TEXT NOT NULL, turns INTEGER NOT NULL, flags TEXT NOT NULL, skills TEXT NOT NULL,
        critic TEXT NOT NULL, reason TEXT NOT NULL, started TEXT, ended TEXT, PRIMARY KEY (run, number)) STRICT, WITHOUT ROWID;
CREATE TABLE controls (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, episode INTEGER,
        kind TEXT NOT NULL CHECK (kind IN ('pause', 'resume', 'cancel', 'step', 'watch', 'unwatch')), time TEXT NOT NULL,
        taken INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE cached_answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL, time TEXT NOT NULL, run INTEGER REFERENCES runs ON DELETE CASCADE) STRICT, WITHOUT ROWID;
CREATE TABLE candidates (digest TEXT PRIMARY KEY, changes TEXT NOT NULL, time TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL, content TEXT NOT NULL,
        run INTEGER REFERENCES runs ON DELETE SET NULL, round TEXT NOT NULL, time TEXT NOT NULL) STRICT;
CREATE TABLE proposals (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, title TEXT NOT NULL,
        base_revision INTEGER NOT NULL, digest TEXT NOT NULL REFERENCES candidates (digest), content TEXT NOT NULL, round TEXT NOT NULL,
        gate TEXT NOT NULL, time TEXT NOT NULL, replaced_by INTEGER REFERENCES proposals) STRICT;
CREATE TABLE cohorts (
        number INTEGER PRIMARY KEY, shelf TEXT NOT NULL, seed INTEGER NOT NULL, seeker_group TEXT NOT NULL, hash TEXT NOT NULL,
        time TEXT NOT NULL, retired TEXT) STRICT;
CREATE TABLE cohort_profiles (
        cohort INTEGER NOT NULL REFERENCES cohorts ON DELETE CASCADE, place INTEGER NOT NULL, profile TEXT NOT NULL,
        target INTEGER NOT NULL, PRIMARY KEY (cohort, place)) STRICT, WITHOUT ROWID;
CREATE TABLE verifications (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, proposal INTEGER NOT NULL REFERENCES proposals, time TEXT NOT NULL,
        registration TEXT NOT NULL, cohort INTEGER NOT NULL REFERENCES cohorts, state TEXT NOT NULL
        CHECK (state IN ('registered', 'running', 'done', 'stopped', 'failed')), stage TEXT NOT NULL, owner TEXT NOT NULL,
        reason TEXT NOT NULL, notes TEXT NOT NULL, verdict TEXT, ended TEXT) STRICT;
CREATE TABLE verification_runs (
        verification INTEGER NOT NULL REFERENCES verifications ON DELETE CASCADE, place INTEGER NOT NULL, stage TEXT NOT NULL,
        run INTEGER NOT NULL REFERENCES runs, PRIMARY KEY (verification, place)) STRICT, WITHOUT ROWID;
CREATE TABLE proposal_decisions (
        id INTEGER PRIMARY KEY, proposal INTEGER NOT NULL REFERENCES proposals, kind TEXT NOT NULL
        CHECK (kind IN ('accept', 'reject', 'promote', 'withdraw')), author TEXT NOT NULL, time TEXT NOT NULL, reason TEXT NOT NULL,
        verification INTEGER REFERENCES verifications, revision INTEGER, automatic INTEGER NOT NULL) STRICT;
CREATE TABLE blind_readings (
        id INTEGER PRIMARY KEY, verification INTEGER NOT NULL REFERENCES verifications ON DELETE CASCADE, old TEXT NOT NULL,
        new TEXT NOT NULL, reader TEXT NOT NULL, choice TEXT NOT NULL CHECK (choice IN ('old', 'new', 'same')),
        reason TEXT NOT NULL, time TEXT NOT NULL, UNIQUE (verification, old, reader)) STRICT;
CREATE TABLE regression_cases (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, content TEXT NOT NULL, author TEXT NOT NULL,
        time TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX idx__sqlite_migrations_migration_set_name ON _sqlite_migrations (migration_set, name);
CREATE INDEX revisions_by_hash ON revisions (hash);
CREATE INDEX revision_skills_from ON revision_skills (from_revision);
CREATE INDEX revision_skills_to ON revision_skills (to_revision);
CREATE INDEX skill_cards_by_title ON skill_cards (title COLLATE NOCASE, slug);
CREATE INDEX dialogues_by_conversation ON dialogues (conversation) WHERE conversation IS NOT NULL;
CREATE INDEX units_by_dialogue ON units (dialogue);
CREATE INDEX evidence_by_skill ON evidence (skill, id);
CREATE INDEX evidence_counted ON evidence (skill, version, state, source, outcome) WHERE shelf = 'develop';
CREATE INDEX evidence_by_unit ON evidence (unit) WHERE unit IS NOT NULL;
CREATE INDEX conversations_by_last ON conversations (last DESC, id);
CREATE INDEX conversations_open ON conversations (open_turn) WHERE open_turn IS NOT NULL;
CREATE INDEX events_by_conversation ON events (conversation, turn, event_id);
CREATE INDEX dialogues_by_text ON dialogues (text_hash);
CREATE INDEX extractions_by_dialogue ON extractions (dialogue);
CREATE INDEX units_in_line ON units (polarity, confidence, number);
CREATE INDEX unit_labels_by_unit ON unit_labels (unit, labeller_kind);
CREATE INDEX decisions_by_annotator ON decisions (annotator, unit) WHERE undone = 0;
CREATE INDEX decisions_by_unit ON decisions (unit) WHERE undone = 0;
CREATE INDEX prototype_units_by_unit ON prototype_units (unit);
CREATE INDEX skill_prototypes_by_prototype ON skill_prototypes (prototype);
CREATE INDEX vectors_by_unit ON vectors (unit);
CREATE UNIQUE INDEX evidence_replaced ON evidence (replaces) WHERE replaces IS NOT NULL;
CREATE INDEX controls_waiting ON controls (run, id) WHERE taken = 0;
CREATE INDEX cached_answers_by_run ON cached_answers (run);
CREATE VIRTUAL TABLE skill_search USING fts5(
        slug, title, summary, guidance, applies, examples, tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3');
CREATE VIRTUAL TABLE unit_search USING fts5(words, tokenize = "unicode61 remove_diacritics 2");
CREATE VIRTUAL TABLE unit_words USING fts5vocab(unit_search, 'row');
CREATE VIRTUAL TABLE utterance_search USING fts5(
        words, conversation UNINDEXED, turn UNINDEXED, speaker UNINDEXED, tokenize = "unicode61 remove_diacritics 2");
CREATE TRIGGER registrations_stay BEFORE UPDATE OF registration, proposal, cohort, time ON verifications
        BEGIN SELECT RAISE(ABORT, 'a registration is never changed'); END;
CREATE TRIGGER verdicts_stay BEFORE UPDATE OF verdict ON verifications WHEN OLD.verdict IS NOT NULL
        BEGIN SELECT RAISE(ABORT, 'a verdict is never changed'); END;
INSERT INTO _sqlite_migrations ("id", "migration_set", "name", "applied_at") VALUES (1, 'esc-tui-bank', '0001_first_bank', '2026-01-05T09:00:00.000Z');
INSERT INTO _sqlite_migrations ("id", "migration_set", "name", "applied_at") VALUES (2, 'esc-tui-bank', '0002_corpora', '2026-01-05T09:00:00.000Z');
INSERT INTO _sqlite_migrations ("id", "migration_set", "name", "applied_at") VALUES (3, 'esc-tui-bank', '0003_episodes', '2026-01-05T09:00:00.000Z');
INSERT INTO _sqlite_migrations ("id", "migration_set", "name", "applied_at") VALUES (4, 'esc-tui-bank', '0004_holders', '2026-01-05T09:00:00.000Z');
INSERT INTO _sqlite_migrations ("id", "migration_set", "name", "applied_at") VALUES (5, 'esc-tui-bank', '0005_evolution', '2026-01-05T09:00:00.000Z');
INSERT INTO meta ("key", "value") VALUES ('language', 'en');
INSERT INTO revisions ("number", "first_parent", "second_parent", "kind", "author", "time", "message", "hash", "restores", "skills") VALUES (1, NULL, NULL, 'build', 'tests', '2026-01-05T09:00:00.000Z', 'Five skills for tests', 'ec0ca967d46a9047a88dd1bdbdff8ad8cc2d578d94c1d7da1f9aad3921f269d1', NULL, 5);
INSERT INTO skill_versions ("id", "slug", "version", "status", "locked", "content_hash", "skill_hash", "actions", "author", "time", "content") VALUES (1, 'ask-one-small-want', 1, 'active', '', '94e3384c3bd6ab331d6dc1a422654cf001053f246c678bd8ef52cd553ac80e6b', 'c83b446bdf0e754c56c0ba41a9ac1684f5d983383059250aa7dce2cf9cbd1e2c', 'restatement clarifying-question', 'tests', '2026-01-05T09:00:00.000Z', '{"title":"Ask for one small want","description":"Use when the seeker is torn between large choices and a small wish may show the way.","summary":"Makes a large question small enough to answer today.","moves":[{"action":"restatement","text":"Say both sides in their words."},{"action":"clarifying-question","text":"Ask for one small thing they want this week."}],"do":[{"move":1,"text":"Part of you says one thing about {topic}, and part of you says another."},{"move":1,"text":"Two roads, and both of them cost something."},{"move":1,"text":"Earlier you said {earlier}."},{"move":2,"text":"Which small thing would you want by Friday?"},{"move":2,"text":"What is the least you would want from {person} this week?"},{"move":2,"text":"If nothing big had to be decided, what would you want tonight?"}],"dont":["Just make a list of pros and cons.","You are overthinking this."],"applicability":{"states":["torn","seeking-a-way-forward"],"scenarios":[],"stages":["exploration","action"],"needs":[],"intensity_low":1,"intensity_high":5,"text":""},"contraindications":[{"text":"A person this overwhelmed cannot choose yet.","states":["overwhelmed"],"scenarios":[],"stages":[],"needs":[],"intensity_low":5,"intensity_high":5,"cues":[]}],"outcomes":[{"change":"gains-insight","text":"They name a wish of their own."}],"risks":[{"severity":"medium","text":"A small question can feel like the large one is not taken seriously."}],"examples":[{"seeker":"I could stay or move to Leeds and both are wrong.","reply":"Two roads, and both of them cost something. Which small thing would you want by Friday?"}],"origin":"written, unverified","language":"en","license":"MIT"}');
INSERT INTO skill_versions ("id", "slug", "version", "status", "locked", "content_hash", "skill_hash", "actions", "author", "time", "content") VALUES (2, 'name-the-loss', 1, 'watch', '', '73ff589b42e477c7490a6d58763e5e0a33cf3b15b91d002dbd16ccc12fbfe42a', 'f7c9f214b12ad74e0b764d3f997101dae794860fd9d9f42aa34033c22aeba1a1', 'reflection-of-feeling shared-human-experience', 'tests', '2026-01-05T09:00:00.000Z', '{"title":"说出失去 Name the loss [/bold]","description":"Use when the seeker talks around a loss, 比如失去亲人, and nobody has named it.","summary":"先说出失去的名字，再安静地听。 [/bold][link=file:///etc]x[/link] \u001b[31mred\u001b[0m ‮evil ''); DROP TABLE revisions;-- {{ 7*7 }} \" NEAR(a b) *","moves":[{"action":"reflection-of-feeling","text":"把悲伤说出来，不急着安慰。"},{"action":"shared-human-experience","text":"Say what many people feel after a loss."}],"do":[{"move":1,"text":"失去{person}，心里空了一块。"},{"move":1,"text":"That chair stays empty."},{"move":2,"text":"Many people find that grief comes back on ordinary days."},{"move":2,"text":"Somebody once typed [/bold][link=file:///etc]x[/link] \u001b[31mred\u001b[0m ‮evil ''); DROP TABLE revisions;-- \" NEAR(a b) * and it was only text."}],"dont":["They are in a better place.","时间会治愈一切。"],"applicability":{"states":["sad","numb"],"scenarios":["bereavement"],"stages":["comforting"],"needs":[],"intensity_low":1,"intensity_high":5,"text":""},"contraindications":[{"text":"The loss is not certain yet.","states":[],"scenarios":[],"stages":[],"needs":[],"intensity_low":1,"intensity_high":5,"cues":["waiting for the results"]}],"outcomes":[{"change":"opens-up","text":"They tell a memory."}],"risks":[{"severity":"high","text":"Naming a loss the seeker denies can feel like an attack."}],"examples":[{"seeker":"奶奶走了以后，家里很安静。","reply":"失去奶奶，心里空了一块。"},{"seeker":"It is quiet since June.","reply":"That chair stays empty."}],"origin":"written, unverified","language":"zh-Hans","license":"MIT"}');
INSERT INTO skill_versions ("id", "slug", "version", "status", "locked", "content_hash", "skill_hash", "actions", "author", "time", "content") VALUES (3, 'reflect-unseen-effort', 1, 'active', '', '89110f5279635850e401f83ffaa16b79ea669170403070b914186f518e2f64b8', 'ae4fe31b540fd1d1393f70cd7819fb127bd8430afd8090133bffbad549195f74', 'reflection-of-feeling affirmation-of-strength open-question', 'tests', '2026-01-05T09:00:00.000Z', '{"title":"Reflect unseen effort","description":"Use when the seeker has done real work that nobody seemed to see and feels small or alone because of it.","summary":"Gives back the work the seeker did, in their own words, before anything is asked of them.","moves":[{"action":"reflection-of-feeling","text":"Name what it felt like to do it unseen."},{"action":"affirmation-of-strength","text":"Name the concrete effort, not the person''s worth."},{"action":"open-question","text":"Ask what it would have meant to be seen, once."}],"do":[{"move":1,"text":"To do all of that and have nobody say a word leaves a person {feeling}."},{"move":1,"text":"So {clause}, and you were left holding it by yourself."},{"move":2,"text":"That was a lot of quiet work."},{"move":2,"text":"Keeping {topic} going took more from you than anyone could see."},{"move":3,"text":"If one person had noticed, who would you have wanted it to be?"},{"move":3,"text":"What would a single honest thank-you have changed for you?"}],"dont":["You should be proud of yourself!","At least you still have a job."],"applicability":{"states":["lonely","overwhelmed","sad"],"scenarios":["job-crisis","issues-with-children"],"stages":["exploration","comforting"],"needs":["be-praised","be-empathised-with"],"intensity_low":2,"intensity_high":5,"text":"effort that went unnoticed, thankless work, being taken for granted"},"contraindications":[{"text":"They are asking for a way forward; unseen effort can wait.","states":[],"scenarios":[],"stages":[],"needs":[],"intensity_low":1,"intensity_high":5,"cues":["what should i do","tell me what to do"]}],"outcomes":[{"change":"feels-understood","text":"They add a detail nobody else knew."}],"risks":[{"severity":"low","text":"Sounds like flattery when the effort named is vague."}],"examples":[{"seeker":"I reorganised the whole archive and nobody at work even noticed.","reply":"The whole archive, and the room stayed silent. That was a lot of quiet work."},{"seeker":"Every night the lunches, the forms, and not one word.","reply":"All of it done while the house slept. Who would you have wanted to notice?"}],"origin":"written, unverified","language":"en","license":"MIT"}');
INSERT INTO skill_versions ("id", "slug", "version", "status", "locked", "content_hash", "skill_hash", "actions", "author", "time", "content") VALUES (4, 'sit-with-the-night', 1, 'active', '', '1726e409ceae38169515620633768672fd6e24792fbe3420c9b6676cd2f1c9c3', '82371995eb6f0bdf9d5ee6585278872694d5f10290a322d26392fd13f093f14f', 'validation suggestion-with-options', 'tests', '2026-01-05T09:00:00.000Z', '{"title":"Sit with the night","description":"Use when the seeker lies awake and the night makes every worry larger.","summary":"Keeps company with a sleepless hour instead of repairing it.","moves":[{"action":"validation","text":"Say that the hour itself is part of the weight."},{"action":"suggestion-with-options","text":"Offer two quiet things, both refusable."}],"do":[{"move":1,"text":"Three in the morning has a way of making everything louder."},{"move":1,"text":"Lying there {time} would wear anybody thin."},{"move":1,"text":"Nights like that are long."},{"move":2,"text":"Some people get up and sit by a window for ten minutes; some write one line and close the book."},{"move":2,"text":"You could leave {topic} on a piece of paper until morning, or not."},{"move":2,"text":"A warm drink or a dull page might be enough for now."}],"dont":["Have you tried chamomile?","Everyone sleeps badly sometimes."],"applicability":{"states":["anxious","overwhelmed"],"scenarios":["sleep-problems"],"stages":["comforting"],"needs":[],"intensity_low":1,"intensity_high":5,"text":"cannot sleep, awake at night"},"contraindications":[{"text":"They are asking about their health.","states":[],"scenarios":["health-worries"],"stages":[],"needs":[],"intensity_low":1,"intensity_high":5,"cues":[]}],"outcomes":[{"change":"relief","text":"The sentence length grows calmer."}],"risks":[{"severity":"low","text":"Advice about sleep can sound like a leaflet."}],"examples":[{"seeker":"it''s 3am again","reply":"Three in the morning has a way of making everything louder."},{"seeker":"I watch the ceiling.","reply":"Nights like that are long."}],"origin":"written, unverified","language":"en","license":"MIT"}');
INSERT INTO skill_versions ("id", "slug", "version", "status", "locked", "content_hash", "skill_hash", "actions", "author", "time", "content") VALUES (5, 'turn-the-page', 1, 'draft', 'risks title', '22a1b4ee58fb8e42499925694d9777c01f2a185fc65567c63770c2f855d0e9bf', '5aa607985ab34dc128bc15dba82054d1e3e5265b74b965f08bd0ccb016e0526c', 'reframing', 'tests', '2026-01-05T09:00:00.000Z', '{"title":"Turn the page","description":"Use when the seeker is ready to look ahead after a breakup.","summary":"Looks for one thing worth keeping before moving on.","moves":[{"action":"reframing","text":"Name what stays theirs."}],"do":[{"move":1,"text":"What you learned about yourself stays yours."}],"dont":[],"applicability":{"states":["reflecting"],"scenarios":["breakup-with-partner"],"stages":["action"],"needs":[],"intensity_low":1,"intensity_high":5,"text":""},"contraindications":[],"outcomes":[],"risks":[],"examples":[],"origin":"written, unverified","language":"en","license":"MIT"}');
INSERT INTO revision_skills ("slug", "from_revision", "to_revision", "version_id") VALUES ('ask-one-small-want', 1, NULL, 1);
INSERT INTO revision_skills ("slug", "from_revision", "to_revision", "version_id") VALUES ('name-the-loss', 1, NULL, 2);
INSERT INTO revision_skills ("slug", "from_revision", "to_revision", "version_id") VALUES ('reflect-unseen-effort', 1, NULL, 3);
INSERT INTO revision_skills ("slug", "from_revision", "to_revision", "version_id") VALUES ('sit-with-the-night', 1, NULL, 4);
INSERT INTO revision_skills ("slug", "from_revision", "to_revision", "version_id") VALUES ('turn-the-page', 1, NULL, 5);
INSERT INTO skill_cards ("id", "slug", "version_id", "version", "skill_hash", "title", "summary", "status", "strategies", "states", "scenarios", "stages", "severities", "lint_notes", "origin", "time", "helped", "neutral", "harmed", "evidence_mean", "evidence_interval", "watch_note") VALUES (1, 'ask-one-small-want', 1, 1, 'c83b446bdf0e754c56c0ba41a9ac1684f5d983383059250aa7dce2cf9cbd1e2c', 'Ask for one small want', 'Makes a large question small enough to answer today.', 'active', 'RP QU', ' torn seeking-a-way-forward ', ' ', ' exploration action ', ' medium ', 1, 'written, unverified', '2026-01-05T09:00:00.000Z', 1, 0, 0, 6.15384615384615418776e-01, 0.5, '');
INSERT INTO skill_cards ("id", "slug", "version_id", "version", "skill_hash", "title", "summary", "status", "strategies", "states", "scenarios", "stages", "severities", "lint_notes", "origin", "time", "helped", "neutral", "harmed", "evidence_mean", "evidence_interval", "watch_note") VALUES (2, 'name-the-loss', 2, 1, 'f7c9f214b12ad74e0b764d3f997101dae794860fd9d9f42aa34033c22aeba1a1', '说出失去 Name the loss [/bold]', '先说出失去的名字，再安静地听。 [/bold][link=file:///etc]x[/link] [31mred[0m ‮evil ''); DROP TABLE revisions;-- {{ 7*7 }} " NEAR(a b) *', 'watch', 'RF SD', ' sad numb ', ' bereavement ', ' comforting ', ' high ', 1, 'written, unverified', '2026-01-05T09:00:00.000Z', 0, 0, 2, 2.77777777777777790113e-01, 4.09318457402772228892e-01, 'harmed ''sad'' 2 of 2');
INSERT INTO skill_cards ("id", "slug", "version_id", "version", "skill_hash", "title", "summary", "status", "strategies", "states", "scenarios", "stages", "severities", "lint_notes", "origin", "time", "helped", "neutral", "harmed", "evidence_mean", "evidence_interval", "watch_note") VALUES (3, 'reflect-unseen-effort', 3, 1, 'ae4fe31b540fd1d1393f70cd7819fb127bd8430afd8090133bffbad549195f74', 'Reflect unseen effort', 'Gives back the work the seeker did, in their own words, before anything is asked of them.', 'active', 'RF AF QU', ' lonely overwhelmed sad ', ' job-crisis issues-with-children ', ' exploration comforting ', ' low ', 0, 'written, unverified', '2026-01-05T09:00:00.000Z', 2, 0, 1, 5.78947368421052654952e-01, 4.41695716740064081573e-01, '');
INSERT INTO skill_cards ("id", "slug", "version_id", "version", "skill_hash", "title", "summary", "status", "strategies", "states", "scenarios", "stages", "severities", "lint_notes", "origin", "time", "helped", "neutral", "harmed", "evidence_mean", "evidence_interval", "watch_note") VALUES (4, 'sit-with-the-night', 4, 1, '82371995eb6f0bdf9d5ee6585278872694d5f10290a322d26392fd13f093f14f', 'Sit with the night', 'Keeps company with a sleepless hour instead of repairing it.', 'active', 'AF PS', ' anxious overwhelmed ', ' sleep-problems ', ' comforting ', ' low ', 0, 'written, unverified', '2026-01-05T09:00:00.000Z', 0, 0, 0, 0.5, 0.5, '');
INSERT INTO skill_cards ("id", "slug", "version_id", "version", "skill_hash", "title", "summary", "status", "strategies", "states", "scenarios", "stages", "severities", "lint_notes", "origin", "time", "helped", "neutral", "harmed", "evidence_mean", "evidence_interval", "watch_note") VALUES (5, 'turn-the-page', 5, 1, '5aa607985ab34dc128bc15dba82054d1e3e5265b74b965f08bd0ccb016e0526c', 'Turn the page', 'Looks for one thing worth keeping before moving on.', 'draft', 'IN', ' reflecting ', ' breakup-with-partner ', ' action ', ' ', 6, 'written, unverified', '2026-01-05T09:00:00.000Z', 0, 0, 0, 0.5, 0.5, '');
INSERT INTO dialogues ("id", "source", "licence", "language", "helped", "conversation", "header", "hash", "text_hash", "turns", "problem", "emotion") VALUES ('loss-01', 'tests', 'MIT', 'zh-Hans', 0, NULL, '{"emotion_type":"","empathy":null,"experience_type":"","final_intensity":4,"helped":false,"id":"loss-01","initial_intensity":4,"language":"zh-Hans","licence":"MIT","problem_type":"bereavement","relevance":null,"situation":"奶奶走了。","source":"tests"}', '26e230cdff0b9aeda8ced4d654fa3fcee0e49ccb96a1ce2bb4867af5eed9d335', 'e51ec94eb024ed24e2540c96abf7f60eb19961c760deb99f9117499ad5105706', 3, 'bereavement', '');
INSERT INTO dialogues ("id", "source", "licence", "language", "helped", "conversation", "header", "hash", "text_hash", "turns", "problem", "emotion") VALUES ('work-01', 'tests', 'MIT', 'en', 1, NULL, '{"emotion_type":"","empathy":5,"experience_type":"","final_intensity":2,"helped":true,"id":"work-01","initial_intensity":4,"language":"en","licence":"MIT","problem_type":"job crisis","relevance":null,"situation":"My work is never seen.","source":"tests"}', '3594bc6d00930bae9d35f13b8235570853a86205271510a6ae69da10a4906703', 'f5ed336a087c6880a16609bcea210b420b4dcb854194bcf3d2a27133c29c3577', 5, 'job crisis', '');
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('loss-01', 0, 'seeker', '奶奶走了以后，家里很安静，我睡不着。', NULL, NULL);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('loss-01', 1, 'supporter', '时间会治愈一切。', 'Affirmation and Reassurance', NULL);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('loss-01', 2, 'seeker', '不会的。算了。[/bold][link=file:///etc]x[/link] [31mred[0m ‮evil ''); DROP TABLE revisions;-- {{ 7*7 }} " NEAR(a b) *', NULL, 1);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('work-01', 0, 'seeker', 'I rebuilt the archive alone and nobody at work even noticed.', NULL, NULL);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('work-01', 1, 'supporter', 'All that in silence. That is a lonely way to work.', 'Reflection of feelings', NULL);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('work-01', 2, 'seeker', 'Yes. Exactly that. I counted 412 boxes.', NULL, 5);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('work-01', 3, 'supporter', '412 boxes. Who would you have wanted to see it?', 'Question', NULL);
INSERT INTO dialogue_turns ("dialogue", "turn", "speaker", "text", "strategy", "feedback") VALUES ('work-01', 4, 'seeker', 'My dad, maybe. He was an archivist.', NULL, NULL);
INSERT INTO units ("number", "id", "dialogue", "label", "state", "actions", "change", "polarity", "scenario", "stage", "intensity", "labeller_kind", "quote", "confidence") VALUES (1, 'loss-01/1', 'loss-01', 1, 'sad', 'reassurance', 'rejects', 'negative', 'bereavement', 'exploration', 4, 'human', '家里很安静', 1.0);
INSERT INTO units ("number", "id", "dialogue", "label", "state", "actions", "change", "polarity", "scenario", "stage", "intensity", "labeller_kind", "quote", "confidence") VALUES (2, 'work-01/1', 'work-01', 2, 'lonely', 'reflection-of-feeling', 'feels-understood', 'positive', 'job-crisis', 'exploration', 4, 'human', 'nobody at work even noticed', 1.0);
INSERT INTO units ("number", "id", "dialogue", "label", "state", "actions", "change", "polarity", "scenario", "stage", "intensity", "labeller_kind", "quote", "confidence") VALUES (3, 'work-01/3', 'work-01', 3, 'lonely', 'open-question', 'opens-up', 'positive', 'job-crisis', 'exploration', 3, 'human', 'I counted 412 boxes', 1.0);
INSERT INTO unit_labels ("id", "unit", "labeller", "labeller_kind", "time", "labels", "hash", "withdrawn", "adjudicated") VALUES (1, 1, 'tests', 'human', '2026-01-05T09:00:00.000Z', '{"action_turns":[1],"actions":["reassurance"],"also":[],"change":"rejects","confidence":null,"intensity":4,"need":null,"note":"","outcome_turn":2,"scenario":"bereavement","stage":"exploration","state":"sad","state_turn":0}', 'b11ba117fbd95784734bfa1b46a4315a956214bf8c1cd8b145867b752a2434e3', 0, 0);
INSERT INTO unit_labels ("id", "unit", "labeller", "labeller_kind", "time", "labels", "hash", "withdrawn", "adjudicated") VALUES (2, 2, 'tests', 'human', '2026-01-05T09:00:00.000Z', '{"action_turns":[1],"actions":["reflection-of-feeling"],"also":["sad"],"change":"feels-understood","confidence":null,"intensity":4,"need":"be-praised","note":"","outcome_turn":2,"scenario":"job-crisis","stage":"exploration","state":"lonely","state_turn":0}', '4729995f9deff5a9080c3c1233d7cfa7877485ca3bc93f17c4065b1c918577a3', 0, 0);
INSERT INTO unit_labels ("id", "unit", "labeller", "labeller_kind", "time", "labels", "hash", "withdrawn", "adjudicated") VALUES (3, 3, 'tests', 'human', '2026-01-05T09:00:00.000Z', '{"action_turns":[3],"actions":["open-question"],"also":[],"change":"opens-up","confidence":null,"intensity":3,"need":null,"note":"","outcome_turn":4,"scenario":"job-crisis","stage":"exploration","state":"lonely","state_turn":2}', '3664fb4c312517cf7217a2035b7aaeb6825917e02300d09c3cac858ce3f58e74', 0, 0);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (1, 0, 0, 'state', '家里很安静', 7, 12);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (1, 1, 2, 'outcome', '算了', 4, 6);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (2, 0, 0, 'state', 'nobody at work even noticed', 32, 59);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (2, 1, 1, 'action', 'a lonely way to work', 29, 49);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (2, 2, 2, 'outcome', 'Exactly that', 5, 17);
INSERT INTO quotes ("label", "place", "turn", "role", "text", "start", "end") VALUES (3, 0, 2, 'state', 'I counted 412 boxes', 19, 38);
INSERT INTO profiles ("id", "shelf", "language", "content", "hash") VALUES ('archivist', 'develop', 'en', '{"id":"archivist","name":"","age":null,"occupation":"","scenario":"other","persona":"Mara, 34, archivist","scene":"Evening, kitchen table.","character":"passive","traits":[],"need":"be-praised","wish":"","first_line":"nobody at work even noticed","behaviour":{"high":"","middle":"","low":""},"raises":[],"lowers":[],"facts":[],"lines":{"up":[],"flat":[],"down":[],"low":[],"high":[],"advice":[],"repeated":[],"thanks":[],"leaving":[]},"shelf":"develop","language":"en","licence":"MIT","source":""}', 'd410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86');
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (1, 'reflect-unseen-effort', 1, 'work-01/1', NULL, NULL, 'positive', 'lonely', '', 'unit', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (2, 'reflect-unseen-effort', 1, 'work-01/3', NULL, NULL, 'positive', 'lonely', '', 'unit', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (3, 'reflect-unseen-effort', 1, 'loss-01/1', NULL, NULL, 'negative', 'sad', '', 'unit', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (4, 'ask-one-small-want', 1, 'work-01/3', NULL, NULL, 'positive', 'lonely', '', 'unit', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (5, 'name-the-loss', 1, 'loss-01/1', NULL, NULL, 'negative', 'sad', '', 'unit', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence ("id", "skill", "version", "unit", "conversation", "turn", "outcome", "state", "seeker_group", "source", "shelf", "time", "replaces") VALUES (6, 'name-the-loss', 1, NULL, NULL, NULL, 'negative', 'sad', 'sad', 'person', 'develop', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO evidence_snapshots ("number", "last_row", "counted", "time") VALUES (1, 6, 6, '2026-01-05T09:00:00.000Z');
INSERT INTO conversations ("id", "title", "live", "language", "revision", "started", "last", "turns", "events", "open_turn", "owner", "may_learn", "closed", "forgotten") VALUES ('talk-of-run-1-1', 'archivist', 0, 'en', 1, '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z', 1, 7, NULL, '', NULL, 0, 0);
INSERT INTO conversations ("id", "title", "live", "language", "revision", "started", "last", "turns", "events", "open_turn", "owner", "may_learn", "closed", "forgotten") VALUES ('talk-of-run-1-2', 'archivist', 0, 'en', 1, '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z', 1, 4, NULL, '', NULL, 0, 0);
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (1, 'talk-of-run-1-1', 0, 'conversation_started', NULL, '2026-01-05T09:00:00.000Z', '{"pins":{"revision":1,"revision_hash":"ec0ca967d46a9047a88dd1bdbdff8ad8cc2d578d94c1d7da1f9aad3921f269d1","evidence_snapshot":1,"planner":"rules-1","guard":"","candidate":""},"engine":"embedded","model":"","mode":"all-in-one","seed":0,"bank_used":true,"live":false,"language":"en","title":"archivist","forked_from":null}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (2, 'talk-of-run-1-1', 0, 'episode_started', NULL, '2026-01-05T09:00:00.000Z', '{"run":"run-of-the-fixture","profile":"archivist","profile_hash":"d410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86","arm":"r1","repeat":1,"protocol":"sage-fixed","seeker_engine":"embedded","seeker_model":"","seed":648204121,"emotion":40}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (3, 'talk-of-run-1-1', 1, 'turn_started', NULL, '2026-01-05T09:00:00.000Z', '{"text":"nobody at work even noticed"}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (4, 'talk-of-run-1-1', 1, 'reply_finished', NULL, '2026-01-05T09:00:00.000Z', '{"text":"All that work, unseen.","skills":["name-the-loss"],"outcome":"complete","notes":[],"plain":"","milliseconds":0.0,"prompts":[]}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (5, 'talk-of-run-1-1', 1, 'seeker_appraised', NULL, '2026-01-05T09:00:00.000Z', '{"content":"it asked","target_completion":"","activity":"she breathes out","analyse":"","change":5,"prompts":[]}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (6, 'talk-of-run-1-1', 1, 'emotion_changed', NULL, '2026-01-05T09:00:00.000Z', '{"before":40,"change":5,"after":45,"band":"B"}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (7, 'talk-of-run-1-1', 1, 'episode_finished', NULL, '2026-01-05T09:00:00.000Z', '{"outcome":"goodbye","emotion":45,"turns":1,"reason":""}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (8, 'talk-of-run-1-2', 0, 'conversation_started', NULL, '2026-01-05T09:00:00.000Z', '{"pins":{"revision":1,"revision_hash":"ec0ca967d46a9047a88dd1bdbdff8ad8cc2d578d94c1d7da1f9aad3921f269d1","evidence_snapshot":1,"planner":"rules-1","guard":"","candidate":""},"engine":"embedded","model":"","mode":"all-in-one","seed":0,"bank_used":true,"live":false,"language":"en","title":"archivist","forked_from":null}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (9, 'talk-of-run-1-2', 0, 'episode_started', NULL, '2026-01-05T09:00:00.000Z', '{"run":"run-of-the-fixture","profile":"archivist","profile_hash":"d410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86","arm":"r1","repeat":2,"protocol":"sage-fixed","seeker_engine":"embedded","seeker_model":"","seed":2133131245,"emotion":40}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (10, 'talk-of-run-1-2', 1, 'turn_started', NULL, '2026-01-05T09:00:00.000Z', '{"text":"nobody at work even noticed"}');
INSERT INTO events ("event_id", "conversation", "turn", "kind", "segment", "time", "data") VALUES (11, 'talk-of-run-1-2', 1, 'reply_finished', NULL, '2026-01-05T09:00:00.000Z', '{"text":"All that work, unseen.","skills":["name-the-loss"],"outcome":"complete","notes":[],"plain":"","milliseconds":0.0,"prompts":[]}');
INSERT INTO runs ("number", "id", "kind", "title", "time", "settings", "forecast", "state", "owner", "reason", "episodes", "started", "ended", "calls", "tokens", "seconds", "signs", "last_sign") VALUES (1, 'run-of-the-fixture', 'simulated', 'two talks', '2026-01-05T09:00:00.000Z', '{"run": {"title": "two talks", "shelf": "develop", "profiles": [], "characters": [], "needs": [], "scenarios": [], "limit": null, "repeats": 2, "arms": [{"revision": "", "candidate": "", "tried": "", "bank": true, "engine": "embedded", "mode": "all-in-one"}], "protocol": "sage-fixed", "seeker": "embedded", "critic": false, "seed": 7, "slots": 16, "processes": 0, "budget": {"calls": null, "tokens": null, "minutes": null}, "cache": true}, "pins": ["{\"revision\":1,\"revision_hash\":\"ec0ca967d46a9047a88dd1bdbdff8ad8cc2d578d94c1d7da1f9aad3921f269d1\",\"evidence_snapshot\":1,\"planner\":\"rules-1\",\"guard\":\"\",\"candidate\":\"\"}"], "arms": ["r1"], "model": ""}', '{"episodes": 2, "calls": 0, "tokens": 0, "seconds": 1.0, "measured": false}', 'stopped', '', 'the run was broken off', 2, '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z', 0, 0, 0.0, 0, NULL);
INSERT INTO played_profiles ("hash", "id", "content") VALUES ('d410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86', 'archivist', '{"id":"archivist","name":"","age":null,"occupation":"","scenario":"other","persona":"Mara, 34, archivist","scene":"Evening, kitchen table.","character":"passive","traits":[],"need":"be-praised","wish":"","first_line":"nobody at work even noticed","behaviour":{"high":"","middle":"","low":""},"raises":[],"lowers":[],"facts":[],"lines":{"up":[],"flat":[],"down":[],"low":[],"high":[],"advice":[],"repeated":[],"thanks":[],"leaving":[]},"shelf":"develop","language":"en","licence":"MIT","source":""}');
INSERT INTO episodes ("run", "number", "conversation", "profile", "profile_hash", "name", "arm", "repeat", "seed", "shelf", "scenario", "character", "need", "state", "outcome", "emotion", "curve", "turns", "flags", "skills", "critic", "reason", "started", "ended") VALUES (1, 1, 'talk-of-run-1-1', 'archivist', 'd410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86', 'archivist', 0, 1, 648204121, 'develop', 'other', 'passive', 'be-praised', 'finished', 'goodbye', 45, '40,45', 1, '', 'name-the-loss', '', '', '2026-01-05T09:00:00.000Z', '2026-01-05T09:00:00.000Z');
INSERT INTO episodes ("run", "number", "conversation", "profile", "profile_hash", "name", "arm", "repeat", "seed", "shelf", "scenario", "character", "need", "state", "outcome", "emotion", "curve", "turns", "flags", "skills", "critic", "reason", "started", "ended") VALUES (1, 2, 'talk-of-run-1-2', 'archivist', 'd410a51019fc4e948a105a3185921a1ba5ee99cefb34fbc1b3869b40f0b1ba86', 'archivist', 0, 2, 2133131245, 'develop', 'other', 'passive', 'be-praised', 'running', NULL, 40, '40', 1, '', 'name-the-loss', '', '', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO controls ("id", "run", "episode", "kind", "time", "taken") VALUES (1, 1, NULL, 'pause', '2026-01-05T09:00:00.000Z', 0);
INSERT INTO cached_answers ("key", "answer", "time", "run") VALUES ('an-old-key', '{"change": 4}', '2026-01-05T09:00:00.000Z', NULL);
INSERT INTO skill_search ("rowid", "slug", "title", "summary", "guidance", "applies", "examples") VALUES (1, 'ask-one-small-want', 'Ask for one small want', 'Makes a large question small enough to answer today.
Use when the seeker is torn between large choices and a small wish may show the way.', 'Say both sides in their words.
Ask for one small thing they want this week.
Part of you says one thing about {topic}, and part of you says another.
Two roads, and both of them cost something.
Earlier you said {earlier}.
Which small thing would you want by Friday?
What is the least you would want from {person} this week?
If nothing big had to be decided, what would you want tonight?
Just make a list of pros and cons.
You are overthinking this.', '
torn
seeking-a-way-forward
exploration
action
A person this overwhelmed cannot choose yet.
They name a wish of their own.
A small question can feel like the large one is not taken seriously.', 'I could stay or move to Leeds and both are wrong.
Two roads, and both of them cost something. Which small thing would you want by Friday?');
INSERT INTO skill_search ("rowid", "slug", "title", "summary", "guidance", "applies", "examples") VALUES (2, 'name-the-loss', ' 说  出  失  去  Name the loss [/bold]', ' 先  说  出  失  去  的  名  字 ， 再  安  静  地  听 。 [/bold][link=file:///etc]x[/link] [31mred[0m ‮evil ''); DROP TABLE revisions;-- {{ 7*7 }} " NEAR(a b) *
Use when the seeker talks around a loss,  比  如  失  去  亲  人 , and nobody has named it.', ' 把  悲  伤  说  出  来 ， 不  急  着  安  慰 。
Say what many people feel after a loss.
 失  去 {person}， 心  里  空  了  一  块 。
That chair stays empty.
Many people find that grief comes back on ordinary days.
Somebody once typed [/bold][link=file:///etc]x[/link] [31mred[0m ‮evil ''); DROP TABLE revisions;-- " NEAR(a b) * and it was only text.
They are in a better place.
 时  间  会  治  愈  一  切 。', '
sad
numb
bereavement
comforting
The loss is not certain yet.
They tell a memory.
Naming a loss the seeker denies can feel like an attack.', ' 奶  奶  走  了  以  后 ， 家  里  很  安  静 。
 失  去  奶  奶 ， 心  里  空  了  一  块 。
It is quiet since June.
That chair stays empty.');
INSERT INTO skill_search ("rowid", "slug", "title", "summary", "guidance", "applies", "examples") VALUES (3, 'reflect-unseen-effort', 'Reflect unseen effort', 'Gives back the work the seeker did, in their own words, before anything is asked of them.
Use when the seeker has done real work that nobody seemed to see and feels small or alone because of it.', 'Name what it felt like to do it unseen.
Name the concrete effort, not the persons worth.
Ask what it would have meant to be seen, once.
To do all of that and have nobody say a word leaves a person {feeling}.
So {clause}, and you were left holding it by yourself.
That was a lot of quiet work.
Keeping {topic} going took more from you than anyone could see.
If one person had noticed, who would you have wanted it to be?
What would a single honest thank-you have changed for you?
You should be proud of yourself!
At least you still have a job.', 'effort that went unnoticed, thankless work, being taken for granted
lonely
overwhelmed
sad
job-crisis
issues-with-children
exploration
comforting
be-praised
be-empathised-with
They are asking for a way forward; unseen effort can wait.
They add a detail nobody else knew.
Sounds like flattery when the effort named is vague.', 'I reorganised the whole archive and nobody at work even noticed.
The whole archive, and the room stayed silent. That was a lot of quiet work.
Every night the lunches, the forms, and not one word.
All of it done while the house slept. Who would you have wanted to notice?');
INSERT INTO skill_search ("rowid", "slug", "title", "summary", "guidance", "applies", "examples") VALUES (4, 'sit-with-the-night', 'Sit with the night', 'Keeps company with a sleepless hour instead of repairing it.
Use when the seeker lies awake and the night makes every worry larger.', 'Say that the hour itself is part of the weight.
Offer two quiet things, both refusable.
Three in the morning has a way of making everything louder.
Lying there {time} would wear anybody thin.
Nights like that are long.
Some people get up and sit by a window for ten minutes; some write one line and close the book.
You could leave {topic} on a piece of paper until morning, or not.
A warm drink or a dull page might be enough for now.
Have you tried chamomile?
Everyone sleeps badly sometimes.', 'cannot sleep, awake at night
anxious
overwhelmed
sleep-problems
comforting
They are asking about their health.
The sentence length grows calmer.
Advice about sleep can sound like a leaflet.', 'its 3am again
Three in the morning has a way of making everything louder.
I watch the ceiling.
Nights like that are long.');
INSERT INTO skill_search ("rowid", "slug", "title", "summary", "guidance", "applies", "examples") VALUES (5, 'turn-the-page', 'Turn the page', 'Looks for one thing worth keeping before moving on.
Use when the seeker is ready to look ahead after a breakup.', 'Name what stays theirs.
What you learned about yourself stays yours.', '
reflecting
breakup-with-partner
action', '');
INSERT INTO unit_search ("rowid", "words") VALUES (1, ' 奶  奶  走  了  以  后 ， 家  里  很  安  静 ， 我  睡  不  着 。
 算  了 ');
INSERT INTO unit_search ("rowid", "words") VALUES (2, 'I rebuilt the archive alone and nobody at work even noticed.
a lonely way to work
Exactly that');
INSERT INTO unit_search ("rowid", "words") VALUES (3, 'Yes. Exactly that. I counted 412 boxes.');
COMMIT;
PRAGMA application_id = 1163084610;
PRAGMA user_version = 5;
